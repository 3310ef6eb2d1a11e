#include "forms/answers.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "base/characters.h"
#include "base/encoding.h"
#include "support/property.h"

namespace chartbell {
namespace {

namespace json = boost::json;

// The template that the wrong ones are made of has every kind of field.
const std::string& form_text() {
  static const std::string kText = [] {
    std::ifstream file(std::string(CHARTBELL_SOURCE_DIR) + "/tests/forms/wrong_templates.json");
    std::ostringstream text;
    text << file.rdbuf();
    return json::serialize(json::parse(text.str()).at("sound"));
  }();
  return kText;
}

const FormTemplate& form() {
  static const FormTemplate kForm = parse_template(form_text()).value();
  return kForm;
}

std::size_t index_of(std::string_view name) {
  const auto& fields = form().fields;
  return static_cast<std::size_t>(std::ranges::find(fields, name, &FormField::name) -
                                  fields.begin());
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

FormInput input_of(const Pairs& pairs) {
  FormInput out;
  for (const auto& [name, value] : pairs) out.add(name, value);
  return out;
}

// The least that has no fault.
Pairs enough() {
  return {{"first_name", "Ada"},
          {"born_on", "1986-08-26"},
          {"agreed", "true"},
          {"signature", "Ada Lovelace"}};
}

Pairs enough_and(Pairs more) {
  auto out = enough();
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

std::string document_of(const Pairs& pairs) {
  const auto filled = fill(form(), input_of(pairs));
  std::string out(answers_document(form(), filled.answers).expose());
  for (const auto& fault : filled.faults) out += " !" + form().fields[fault.field].name;
  return out;
}

// What is wrong with one field, given this for it and enough for the others.
std::optional<AnswerFault> fault_of(std::string_view name, std::string value) {
  Pairs pairs = {{std::string(name), std::move(value)}};
  for (auto& pair : enough())
    if (pair.first != name) pairs.push_back(pair);
  for (const auto& fault : fill(form(), input_of(pairs)).faults)
    if (fault.field == index_of(name)) return fault.fault;
  return std::nullopt;
}

TEST(Answers, WhatWasAnsweredIsADocumentInTheFormsOrder) {
  EXPECT_EQ(document_of(enough()), R"({"first_name":"Ada","born_on":"1986-08-26","agreed":true,)"
                                   R"("signature":{"name":"Ada Lovelace"}})");
  EXPECT_EQ(document_of(enough_and({{"allergies", "latex"},
                                    {"allergies", "penicillin"},
                                    {"allergies", "latex"},
                                    {"reaction", " Hives,\r\nthen sleep \n"},
                                    {"weight", "070,50"},
                                    {"cups", "2"},
                                    {"smoker", "false"},
                                    {"sex", "female"},
                                    {"email", "ada@example.com"},
                                    {"phone", "٢١٢ 555-0101"},
                                    {"signature.strokes", "1,2 3,4;5,6"}})),
            R"({"first_name":"Ada","email":"ada@example.com","phone":"212 555-0101",)"
            R"("born_on":"1986-08-26","sex":"female","cups":2,"weight":70.5,"smoker":false,)"
            R"("allergies":["penicillin","latex"],"reaction":"Hives,\nthen sleep","agreed":true,)"
            R"("signature":{"name":"Ada Lovelace","strokes":"1,2 3,4;5,6"}})");
}

TEST(Answers, WhatIsRequiredIsMissing) {
  EXPECT_EQ(document_of({}), "{} !first_name !born_on !agreed !signature");
  EXPECT_EQ(fault_of("first_name", " \t\u00a0\u200b "), AnswerFault::kMissing);
  EXPECT_EQ(fault_of("signature", ""), AnswerFault::kMissing);
  EXPECT_EQ(fault_of("agreed", ""), AnswerFault::kNotAgreed);
  EXPECT_EQ(fault_of("agreed", "false"), AnswerFault::kNotAgreed);
}

TEST(Answers, WhatIsNotAskedIsNotLookedAt) {
  EXPECT_EQ(document_of(enough_and({{"cigarettes", "\x01 lots"}, {"reaction", "\xff"}})),
            document_of(enough()));
}

TEST(Answers, WhatIsAskedByAConditionIsRequiredThen) {
  EXPECT_EQ(fill(form(), input_of(enough_and({{"smoker", "true"}}))).faults,
            (std::vector<FieldFault>{{index_of("cigarettes"), AnswerFault::kMissing}}));
  EXPECT_TRUE(document_of(enough_and({{"smoker", "true"}, {"cigarettes", "20"}}))
                  .contains(R"("smoker":true,"cigarettes":20)"));
}

TEST(Answers, AChoiceAmongSeveralOpensItsField) {
  auto filled = fill(form(), input_of(enough_and({{"allergies", "latex"}})));
  EXPECT_FALSE(is_asked(form(), index_of("reaction"), filled.answers));
  filled =
      fill(form(), input_of(enough_and({{"allergies", "latex"}, {"allergies", "penicillin"}})));
  EXPECT_TRUE(is_asked(form(), index_of("reaction"), filled.answers));
}

TEST(Answers, TextsHaveLengthsInCharacters) {
  EXPECT_EQ(fault_of("first_name", std::string(51, 'a')), AnswerFault::kTooLong);
  std::string fifty;
  for (int i = 0; i < 50; ++i) fifty += "😀";
  EXPECT_EQ(fault_of("first_name", fifty), std::nullopt);
  EXPECT_EQ(fault_of("first_name", std::string(1 << 20, 'a')), AnswerFault::kTooLong);
}

TEST(Answers, CharactersThatDeceiveAreAFault) {
  using namespace std::string_literals;
  for (const auto& text : {"a\0b"s, "a\x1b[31mb"s, "a\nb"s, "a\tb"s, "a\u202eb"s, "a\u2066b"s,
                           "\xff"s, "a\xed\xa0\x80"s, "\xc2\x85x\xc2\x85"s})
    EXPECT_EQ(fault_of("first_name", text), AnswerFault::kCharacters);
  for (const auto* text :
       {"<script>alert(1)</script>", "' OR 1=1 --", "עדה", "मीरा", "王小明", "محمد",
        "👩‍⚕️", "=cmd|' /C calc'!A0", "{{7*7}}", "${jndi:ldap://x}"})
    EXPECT_EQ(fault_of("first_name", text), std::nullopt) << text;
}

TEST(Answers, EachKindSaysWhatItWants) {
  EXPECT_EQ(fault_of("email", "ada"), AnswerFault::kNoEmail);
  EXPECT_EQ(fault_of("phone", "call"), AnswerFault::kNoPhone);
  EXPECT_EQ(fault_of("born_on", "2023-02-29"), AnswerFault::kNoDate);
  EXPECT_EQ(fault_of("born_on", "١٩٨٦-٠٨-٢٦"), std::nullopt);
  EXPECT_EQ(fault_of("cups", "many"), AnswerFault::kNoInteger);
  EXPECT_EQ(fault_of("cups", "1.5"), AnswerFault::kNoInteger);
  EXPECT_EQ(fault_of("cups", "-1"), AnswerFault::kTooSmall);
  EXPECT_EQ(fault_of("cups", "31"), AnswerFault::kTooLarge);
  EXPECT_EQ(fault_of("weight", "1e9"), AnswerFault::kNoNumber);
  EXPECT_EQ(fault_of("weight", "0.49"), AnswerFault::kTooSmall);
  EXPECT_EQ(fault_of("smoker", "maybe"), AnswerFault::kNoChoice);
  EXPECT_EQ(fault_of("sex", "Female"), AnswerFault::kNoChoice);
  EXPECT_EQ(fault_of("allergies", "dust"), AnswerFault::kNoChoice);
}

TEST(Answers, ASignatureIsANameAndPerhapsADrawing) {
  EXPECT_EQ(fault_of("signature", std::string(201, 'a')), AnswerFault::kTooLong);
  EXPECT_EQ(fault_of("signature", "a\u202eb"), AnswerFault::kCharacters);
  EXPECT_EQ(fill(form(), input_of(enough_and({{"signature.strokes", "<svg>"}}))).faults,
            (std::vector<FieldFault>{{index_of("signature"), AnswerFault::kCharacters}}));
  EXPECT_EQ(
      fill(form(),
           input_of(enough_and({{"signature.strokes", std::string(kStrokesBytesMax + 1, '1')}})))
          .faults,
      (std::vector<FieldFault>{{index_of("signature"), AnswerFault::kTooLong}}));
  EXPECT_EQ(fill(form(), input_of({{"signature.strokes", "1,2"}})).faults.back(),
            (FieldFault{index_of("signature"), AnswerFault::kMissing}));
}

TEST(Answers, OfNamesThatAreThereTwiceTheFirstCounts) {
  EXPECT_TRUE(document_of(enough_and({{"first_name", "Eve"}})).contains(R"("first_name":"Ada")"));
}

// ---- what was sent ----------------------------------------------------------------------------

TEST(FormInput, OfABodyKeepsEveryText) {
  const auto input = FormInput::of_body("a=1&b=x+y&a=%C3%A9&c").value();
  EXPECT_EQ(input.all("a"), (std::vector<std::string_view>{"1", "é"}));
  EXPECT_EQ(input.text("a"), "1");
  EXPECT_EQ(input.text("b"), "x y");
  EXPECT_TRUE(input.has("c"));
  EXPECT_FALSE(input.has("d"));
  EXPECT_EQ(input.text("d"), "");
  EXPECT_TRUE(FormInput::of_body("").value().empty());
}

TEST(FormInput, OfABodyRefusesWhatIsNoForm) {
  for (const auto* body : {"a=%", "a=%00", "a=%FF", "%FF=a", "a=%ED%A0%80"}) {
    const auto input = FormInput::of_body(body);
    ASSERT_FALSE(input) << body;
    EXPECT_EQ(input.error().code, Code::kInvalid);
  }
}

TEST(FormInput, OfABodyHasALimit) {
  std::string body;
  for (std::size_t i = 0; i < FormInput::kValuesMax; ++i) body += "a=&";
  EXPECT_TRUE(FormInput::of_body(body));
  EXPECT_FALSE(FormInput::of_body(body + "a="));
}

TEST(FormInput, ADraftComesBack) {
  const auto input = input_of({{"b", "2"}, {"a", "é\n\""}, {"b", "1"}, {"b", ""}, {"", "x"}});
  const auto draft = input.draft();
  EXPECT_EQ(draft.expose(), R"({"":["x"],"a":["é\n\""],"b":["2","1",""]})");
  EXPECT_EQ(FormInput::of_draft(draft).value().draft(), draft);
  EXPECT_EQ(FormInput().draft().expose(), "{}");
  EXPECT_TRUE(FormInput::of_draft(Document("{}")).value().empty());
}

TEST(FormInput, WhatIsNoDraftIsCorrupt) {
  for (const auto* text : {"", "[]", "{", R"({"a":1})", R"({"a":"x"})", R"({"a":[1]})"}) {
    const auto input = FormInput::of_draft(Document(text));
    ASSERT_FALSE(input) << text;
    EXPECT_EQ(input.error().code, Code::kCorrupt);
  }
}

// ---- anything at all --------------------------------------------------------------------------

// Texts that come near to being answers, and such as come near to being an attack.
rc::Gen<std::string> any_answer() {
  return rc::gen::weightedOneOf<std::string>({
      {2, any_bytes()},
      {6, rc::gen::elementOf(std::vector<std::string>{"true",
                                                      "false",
                                                      "",
                                                      " ",
                                                      "female",
                                                      "penicillin",
                                                      "latex",
                                                      "dust",
                                                      "1986-08-26",
                                                      "2023-02-29",
                                                      "7",
                                                      "-0",
                                                      "70,5",
                                                      "1e400",
                                                      "ada@example.com",
                                                      "212-555-0101",
                                                      "1,2 3,4;5,6",
                                                      "1,2;",
                                                      "Ada",
                                                      "عدى",
                                                      "王",
                                                      "👩‍⚕️",
                                                      "\"},{\"x\":1",
                                                      "\\",
                                                      "\u202e",
                                                      "a\r\nb",
                                                      "<b>",
                                                      "0.1",
                                                      "0.5",
                                                      "30",
                                                      "31",
                                                      "999999999999999",
                                                      std::string(60, 'a')})},
  });
}

FormInput any_input() {
  FormInput out;
  for (const auto& field : form().fields)
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) out.add(field.name, *any_answer());
  if (*rc::gen::arbitrary<bool>()) out.add("signature.strokes", *any_answer());
  return out;
}

// What the schema requires is there, before anything else of its name.
FormInput any_input_with_enough() {
  auto out = input_of(enough());
  const auto drawn = any_input();
  for (const auto& field : form().fields)
    for (const auto text : drawn.all(field.name)) out.add(field.name, std::string(text));
  if (*rc::gen::arbitrary<bool>()) out.add("signature.strokes", "1,2 3,4;5,6");
  return out;
}

TEST(Answers, AnyInputGivesAJsonObject) {
  check_property(
      [] {
        const auto filled = fill(form(), any_input());
        const auto document = answers_document(form(), filled.answers);
        json::error_code error;
        const auto read = json::parse(json::string_view(document.expose()), error);
        RC_ASSERT(!error);
        RC_ASSERT(json::parse(json::serialize(read)) == read);
        for (const auto& [name, value] : read.as_object()) {
          const auto& answer = filled.answers[index_of(name)];
          if (value.is_string())
            RC_ASSERT(std::get<std::string>(answer) == std::string_view(value.as_string()));
        }
        for (const auto& fault : filled.faults)
          RC_ASSERT(std::holds_alternative<std::monostate>(filled.answers[fault.field]));
      },
      2000);
}

TEST(Answers, AnyInputComesBackFromItsDraft) {
  check_property([] {
    const auto drawn = any_input();
    FormInput input;
    for (const auto& field : form().fields)
      for (const auto text : drawn.all(field.name))
        if (is_utf8(text)) input.add(field.name, std::string(text));
    const auto back = FormInput::of_draft(input.draft());
    RC_ASSERT(back.has_value());
    for (const auto& field : form().fields)
      RC_ASSERT(back->all(field.name) == input.all(field.name));
  });
}

TEST(Answers, AnyBodyIsReadOrRefused) {
  check_property([] {
    std::string body;
    for (const auto& field : form().fields) body += field.name + '=' + *any_answer() + '&';
    if (const auto input = FormInput::of_body(body)) fill(form(), *input);
    (void)FormInput::of_body(*any_bytes());
    (void)FormInput::of_draft(Document(*any_bytes()));
  });
}

// tests/e2e/test_form_answers.py reads these with another validator.
TEST(Answers, WhatIsRequiredIsThere) {
  const char* path = std::getenv("CHARTBELL_ANSWERS_FILE");
  std::ofstream file;
  if (path != nullptr) file.open(path);
  file << json::serialize(json::parse(form_text()).at("schema")) << '\n';
  check_property(
      [&] {
        const auto filled = fill(form(), any_input_with_enough());
        for (const auto& fault : filled.faults)
          RC_ASSERT(!form().fields[fault.field].required || form().fields[fault.field].show_if);
        file << answers_document(form(), filled.answers).expose() << '\n';
      },
      1000);
}

}  // namespace
}  // namespace chartbell
