#include "forms/page_input.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

FormTemplate form() {
  FormTemplate out{.name = "test", .languages = {"en"}};
  out.fields = {{.name = "first_name", .length_max = 5, .prefill = "first_name"},
                {.name = "born_on", .kind = FieldKind::kDate, .prefill = "bio.date_of_birth"},
                {.name = "allergies",
                 .kind = FieldKind::kChoices,
                 .choices = {{"latex", {}}, {"penicillin", {}}}},
                {.name = "signature", .kind = FieldKind::kSignature}};
  return out;
}

FormInput input(std::initializer_list<std::pair<std::string, std::string>> values) {
  FormInput out;
  for (const auto& [name, value] : values) out.add(name, value);
  return out;
}

TEST(PageInput, HasTheTemplatesNamesAlone) {
  const auto out = page_input(form(), input({{"first_name", "Ana"},
                                             {"first_name", "Eva"},
                                             {"first_name.strokes", "1,1"},
                                             {"_secret", "x"},
                                             {"evil", "x"},
                                             {"signature.strokes", "1,1 2,2"}}));
  EXPECT_EQ(out.draft(),
            input({{"first_name", "Ana"}, {"first_name", "Eva"}, {"signature.strokes", "1,1 2,2"}})
                .draft());
}

TEST(PageInput, JoinsDates) {
  const auto out = page_input(
      form(), input({{"born_on.day", "1"}, {"born_on.month", "2"}, {"born_on.year", "2003"}}));
  EXPECT_EQ(out.text("born_on"), "2003-02-01");
  EXPECT_EQ(page_input(form(), input({{"born_on", "2003-02-01"}})).text("born_on"), "2003-02-01");
  EXPECT_FALSE(page_input(form(), input({{"born_on.day", " "}})).has("born_on"));
}

TEST(DraftOf, HoldsNoMoreThanTheTemplateLets) {
  for (const auto& too_much :
       {input({{"first_name", std::string(21, 'x')}}),
        input({{"first_name", "a"}, {"first_name", "b"}}),
        input({{"born_on", std::string(200, '1')}}), input({{"allergies", "other"}}),
        input({{"signature.strokes", std::string(kStrokesBytesMax + 1, '1')}})}) {
    const auto draft = draft_of(form(), too_much);
    ASSERT_EQ(draft.faults.size(), 1u);
    EXPECT_EQ(draft.faults[0].fault, AnswerFault::kTooLong);
    EXPECT_TRUE(draft.input.empty());
  }
  const auto sound = input({{"first_name", std::string(20, 'x')},
                            {"allergies", "latex"},
                            {"allergies", "penicillin"},
                            {"signature", "Ana"},
                            {"signature.strokes", "1,1"}});
  const auto draft = draft_of(form(), sound);
  EXPECT_TRUE(draft.faults.empty());
  EXPECT_EQ(draft.input.draft(), sound.draft());
}

TEST(BegunInput, IsWhatThePatientIsKnownBy) {
  OpenForm open;
  open.patient = Document(R"({"first_name":"Ana","bio":{"date_of_birth":"1980-03-31"}})");
  const auto begun = begun_input(form(), open);
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->text("first_name"), "Ana");
  EXPECT_EQ(begun->text("born_on"), "1980-03-31");
}

TEST(BegunInput, IsTheDraftWhereThereIsOne) {
  OpenForm open;
  open.patient = Document(R"({"first_name":"Ana"})");
  open.draft = FormInput().draft();
  const auto begun = begun_input(form(), open);
  ASSERT_TRUE(begun);
  EXPECT_FALSE(begun->has("first_name"));
}

}  // namespace
}  // namespace chartbell
