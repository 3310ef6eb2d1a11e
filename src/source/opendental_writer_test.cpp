#include "source/opendental_writer.h"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chartbell {
namespace {

using Kind = WriteAnswer::Kind;
using Came = RestAnswer::Came;
using testing::ElementsAre;

class ScriptedCaller final : public RestCaller {
 public:
  void call(RestCall call, std::function<void(RestAnswer)> done) override {
    calls.push_back(call.method + " " + call.path + (call.body.empty() ? "" : " " + call.body));
    auto answer = answers.empty() ? RestAnswer{Came::kWhole, 200, "{}"} : answers.front();
    if (!answers.empty()) answers.pop_front();
    done(std::move(answer));
  }
  const std::string& shown_url() const override { return url; }

  std::vector<std::string> calls;
  std::deque<RestAnswer> answers;
  std::string url;
};

class OpenDentalWriterTest : public testing::Test {
 protected:
  WriteAnswer write(WriteOrder order) {
    WriteAnswer out;
    writer_.write(std::move(order), [&](WriteAnswer answer) { out = std::move(answer); });
    return out;
  }
  WriteAnswer answered(RestAnswer answer) {
    caller_.answers = {std::move(answer)};
    return write(booking());
  }
  Result<FoundRows> find(WriteOrder order) {
    std::optional<Result<FoundRows>> out;
    writer_.find(std::move(order), [&](Result<FoundRows> found) { out = std::move(found); });
    return *std::move(out);
  }
  static WriteOrder booking() {
    return {.location = {2},
            .leaves = {{"patient_id", "41"},
                       {"provider_id", "3"},
                       {"operatory_id", "5"},
                       {"start_time", R"("2026-07-01T14:30:00.000Z")"},
                       {"end_time", R"("2026-07-01T14:52:00.000Z")"},
                       {"note", R"("a \"b\"")"}}};
  }
  static WriteOrder document() {
    return {.kind = ResourceKind::kDocument,
            .location = {2},
            .leaves = {{"patient_id", "41"},
                       {"filename", R"("a \"b\".pdf")"},
                       {"type", R"("pdf")"},
                       {"url", R"("/documents/00.pdf")"},
                       {"document_type_id", "14"}},
            .file = Document("%PDF-1.7")};
  }
  static WriteOrder change(LeafMap leaves) {
    return {.action = WriteAction::kChange,
            .location = {2},
            .key = ForeignKey(94),
            .leaves = std::move(leaves)};
  }

  // The URL's digest, not the URL.
  const std::string mark_ = "[d7c3cff93cd3]";
  ScriptedCaller caller_;
  OpenDentalWriter writer_{caller_,
                           {{"0", LocationId{1}, Zone::open("America/New_York").value()},
                            {"7", LocationId{2}, Zone::open("Europe/Berlin").value()}},
                           Milliseconds(60'000)};
};

TEST_F(OpenDentalWriterTest, ABookingIsPostedInTheClinicsTime) {
  const auto answer = answered({Came::kWhole, 201, R"({"AptNum":94,"PatNum":41})"});
  EXPECT_EQ(answer.kind, Kind::kWritten);
  EXPECT_EQ(answer.key, ForeignKey(94));
  EXPECT_THAT(caller_.calls,
              ElementsAre(R"(POST /appointments {"PatNum":41,"ProvNum":3,"Op":5,)"
                          R"("AptDateTime":"2026-07-01 16:30:00","Pattern":"XXXXX",)"
                          R"("Note":"a \"b\"","ClinicNum":"7","IsNewPatient":"false"})"));
}

TEST_F(OpenDentalWriterTest, AnswersMeanWhatTheyMean) {
  EXPECT_EQ(answered({Came::kWhole, 400, "no"}).kind, Kind::kRefused);
  EXPECT_EQ(answered({Came::kWhole, 404, "no"}).kind, Kind::kRefused);
  EXPECT_EQ(answered({Came::kWhole, 401, "no"}).kind, Kind::kNotSent);
  EXPECT_EQ(answered({Came::kWhole, 429, "no"}).kind, Kind::kNotSent);
  EXPECT_EQ(answered({Came::kNotSent, 0, ""}).kind, Kind::kNotSent);
  EXPECT_EQ(answered({Came::kUnsure, 0, ""}).kind, Kind::kUnsure);
  EXPECT_EQ(answered({Came::kWhole, 500, "no"}).kind, Kind::kUnsure);
  EXPECT_EQ(answered({Came::kWhole, 201, "<html>"}).kind, Kind::kUnsure)
      << "written, but who is it";
}

TEST_F(OpenDentalWriterTest, APatientIsPostedWithWhatIsKnown) {
  caller_.answers = {{Came::kWhole, 201, R"({"PatNum":12})"}};
  const auto answer = write({.kind = ResourceKind::kPatient,
                             .location = {1},
                             .leaves = {{"last_name", R"("O'Hara")"},
                                        {"first_name", R"("Ann")"},
                                        {"bio.date_of_birth", R"("1980-05-03")"}}});
  EXPECT_EQ(answer.key, ForeignKey(12));
  EXPECT_THAT(caller_.calls, ElementsAre(R"(POST /patients {"LName":"O'Hara","FName":"Ann",)"
                                         R"("Birthdate":"1980-05-03","ClinicNum":"0"})"));
}

TEST_F(OpenDentalWriterTest, ChangesArePut) {
  write(change({{"cancelled", "true"}, {"note", R"("x")"}}));
  write(change({{"confirmed", "true"}}));
  write(change({{"confirmed", "false"}, {"cancelled", "false"}}));
  EXPECT_THAT(caller_.calls,
              ElementsAre(R"(PUT /appointments/94 {"AptStatus":"Broken","Note":"x"})",
                          R"(PUT /appointments/94/Confirm {"confirmVal":"Confirmed"})",
                          R"(PUT /appointments/94 {"AptStatus":"Scheduled"})",
                          R"(PUT /appointments/94/Confirm {"confirmVal":"None"})"));
}

TEST_F(OpenDentalWriterTest, AChangeWhoseFirstHalfIsRefusedHasNoSecond) {
  caller_.answers = {{Came::kWhole, 400, "no"}};
  const auto answer = write(change({{"confirmed", "true"}, {"note", R"("x")"}}));
  EXPECT_EQ(answer.kind, Kind::kRefused);
  EXPECT_EQ(caller_.calls.size(), 1);
}

TEST_F(OpenDentalWriterTest, ARowIsFoundByPatientProviderAndStart) {
  caller_.answers = {{Came::kWhole, 200,
                      R"([{"AptNum":1,"ProvNum":3,"AptDateTime":"2026-07-01 16:00:00"},)"
                      R"({"AptNum":2,"ProvNum":4,"AptDateTime":"2026-07-01 16:30:00"},)"
                      R"({"AptNum":3,"ProvNum":3,"AptDateTime":"2026-07-01 16:30:00"},7,{}])"}};
  const auto found = find(booking());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->keys, ElementsAre(ForeignKey(3)));
  EXPECT_FALSE(found->final);
  EXPECT_THAT(caller_.calls, ElementsAre("GET /appointments?PatNum=41&date=2026-07-01"));
}

TEST_F(OpenDentalWriterTest, AListThatIsNoneSaysNothing) {
  for (const auto& answer :
       {RestAnswer{Came::kUnsure, 0, ""}, RestAnswer{Came::kWhole, 500, "[]"},
        RestAnswer{Came::kWhole, 200, "<html>"}, RestAnswer{Came::kWhole, 200, "{}"}}) {
    caller_.answers = {answer};
    EXPECT_FALSE(find(booking()));
  }
}

TEST_F(OpenDentalWriterTest, ADocumentIsUploadedUnderADescriptionOfItsOwn) {
  caller_.answers = {{Came::kWhole, 201, R"({"DocNum":34,"PatNum":41})"}};
  const auto answer = write(document());
  EXPECT_EQ(answer.kind, Kind::kWritten);
  EXPECT_EQ(answer.key, ForeignKey(34));
  EXPECT_THAT(caller_.calls,
              ElementsAre(R"(POST /documents/Upload {"PatNum":41,"DocCategory":14,)"
                          R"("Description":"a \"b\".pdf )" +
                          mark_ + R"(","extension":".pdf","rawBase64":"JVBERi0xLjc="})"));
}

TEST_F(OpenDentalWriterTest, ADescriptionFitsItsColumn) {
  auto order = document();
  std::string name = "x";
  while (name.size() < 600) name += "é";
  order.leaves["filename"] = '"' + name + '"';
  write(order);
  const auto& call = caller_.calls.at(0);
  const auto begin = call.find(R"("Description":")") + 15;
  const auto description = call.substr(begin, call.find('"', begin) - begin);
  EXPECT_LE(description.size(), 255);
  EXPECT_TRUE(description.ends_with("é " + mark_)) << description;
}

TEST_F(OpenDentalWriterTest, ADocumentIsFoundByItsDescriptionOnWhateverPage) {
  std::string page = "[";
  for (int i = 0; i < 100; ++i)
    page += R"({"DocNum":)" + std::to_string(i + 1) + R"(,"Description":"a \"b\".pdf"},)";
  page.back() = ']';
  caller_.answers = {{Came::kWhole, 200, page},
                     {Came::kWhole, 200,
                      R"([{"DocNum":0,"MountNum":3,"Description":"x"},7,)"
                      R"({"DocNum":207,"Description":"a \"b\".pdf )" +
                          mark_ + R"("}])"}};
  const auto found = find(document());
  ASSERT_TRUE(found);
  EXPECT_THAT(found->keys, ElementsAre(ForeignKey(207)));
  EXPECT_THAT(caller_.calls,
              ElementsAre("GET /documents?PatNum=41", "GET /documents?PatNum=41&Offset=100"));
}

TEST_F(OpenDentalWriterTest, AListThatEndsInTheMiddleSaysNothing) {
  std::string page = "[";
  for (int i = 0; i < 100; ++i) page += R"({"DocNum":1,"Description":"x"},)";
  page.back() = ']';
  caller_.answers = {{Came::kWhole, 200, page}, {Came::kUnsure, 0, ""}};
  EXPECT_FALSE(find(document()));
}

TEST_F(OpenDentalWriterTest, NamesAreEscaped) {
  caller_.answers = {{Came::kWhole, 200, R"([{"PatNum":9}])"}};
  const auto found = find({.kind = ResourceKind::kPatient,
                           .location = {1},
                           .leaves = {{"last_name", R"("O'Hara & Co")"},
                                      {"first_name", R"("Zoë")"},
                                      {"bio.date_of_birth", R"("1980-05-03")"}}});
  EXPECT_THAT(found->keys, ElementsAre(ForeignKey(9)));
  EXPECT_THAT(caller_.calls, ElementsAre("GET /patients?LName=O%27Hara%20%26%20Co&FName=Zo%c3%ab&"
                                         "Birthdate=1980-05-03"));
}

}  // namespace
}  // namespace chartbell
