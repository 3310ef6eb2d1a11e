#include "forms/completion.h"

#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

FormOutcome outcome(DocumentFate fate) {
  FormOutcome out{.title = "Medical history", .language = "es", .fate = fate};
  out.opened.request = {.institution = {1},
                        .id = {77},
                        .name = "d2594a76862247209d4c35a92e0902f8",
                        .form = {9},
                        .patient = {415},
                        .source = {4},
                        .location = {3},
                        .appointment = ResourceId{8}};
  out.opened.subdomain = "green";
  out.opened.timezone = "America/New_York";
  out.answers = Document(R"({"smokes":false})");
  out.pdf = "%PDF-1.7 …";
  out.file_name = "ee0913ee13af4e0aa4df2af1738d43d6";
  out.response = {500};
  out.document = {501};
  out.at = parse_utc("2026-11-28T02:30:00Z").value();  // still the 27th in New York
  return out;
}

std::string filename_for(std::string title) {
  auto of = outcome(DocumentFate::kWritten);
  of.title = std::move(title);
  const auto completion = completion_of(std::move(of));
  if (!completion) return "none";
  return plain_text(leaf(leaves_of(completion->document.order).value(), "filename"));
}

TEST(Completion, IsADocumentOfThePatientThatIsWritten) {
  const auto completion = completion_of(outcome(DocumentFate::kWritten));
  ASSERT_TRUE(completion.has_value());
  const auto& write = completion->document;
  EXPECT_TRUE(completion->is_written);
  EXPECT_EQ(write.kind, ResourceKind::kDocument);
  EXPECT_EQ(write.action, WriteAction::kCreate);
  EXPECT_EQ(write.resource, ResourceId{501});
  EXPECT_EQ(write.source, SourceId{4});
  EXPECT_EQ(write.expires_at, outcome(DocumentFate::kWritten).at + std::chrono::hours(7 * 24));
  ASSERT_TRUE(write.file.has_value());
  EXPECT_EQ(write.file->name, "ee0913ee13af4e0aa4df2af1738d43d6");
  EXPECT_EQ(write.file->bytes.expose(), "%PDF-1.7 …");

  const auto leaves = leaves_of(write.order).value();
  EXPECT_EQ(leaf(leaves, "patient_id"), "415");
  EXPECT_EQ(leaf(leaves, "filename"), "\"Medical history 2026-11-27.pdf\"");
  EXPECT_EQ(leaf(leaves, "url"), "\"/documents/ee0913ee13af4e0aa4df2af1738d43d6.pdf\"");
  EXPECT_EQ(leaf(leaves, "form_response_id"), "500");
  EXPECT_EQ(leaf(leaves, "form_request_id"), "\"d2594a76-8622-4720-9d4c-35a92e0902f8\"");
}

TEST(Completion, KeepsTheAnswersWithAllTheyBelongTo) {
  const auto completion = completion_of(outcome(DocumentFate::kWritten));
  ASSERT_TRUE(completion.has_value());
  const auto& response = completion->response;
  EXPECT_EQ(response.id, ResourceId{500});
  EXPECT_EQ(response.request, "d2594a76862247209d4c35a92e0902f8");
  EXPECT_EQ(response.form, FormId{9});
  EXPECT_EQ(response.appointment, ResourceId{8});
  EXPECT_EQ(response.document, ResourceId{501});
  EXPECT_EQ(response.document_url, "/documents/ee0913ee13af4e0aa4df2af1738d43d6.pdf");
  EXPECT_EQ(response.language, "es");
  EXPECT_EQ(response.answers.expose(), R"({"smokes":false})");
}

TEST(Completion, TellsAtOnceOnlyWhatIsKnownAtOnce) {
  struct Expected {
    DocumentFate fate;
    FormResponseStatus status;
    WriteFault fault;
    std::vector<std::string_view> events;
  };
  for (const auto& [fate, status, fault, events] :
       {Expected{DocumentFate::kWritten,
                 FormResponseStatus::kPending,
                 WriteFault::kNone,
                 {"form_request_completed"}},
        Expected{DocumentFate::kKeptHere,
                 FormResponseStatus::kComplete,
                 WriteFault::kNone,
                 {"form_request_completed", "form_response_insertion.complete"}},
        Expected{DocumentFate::kNotTaken,
                 FormResponseStatus::kFailed,
                 WriteFault::kNotTaken,
                 {"form_request_completed", "form_response_insertion.failed"}}}) {
    const auto completion = completion_of(outcome(fate));
    ASSERT_TRUE(completion.has_value());
    EXPECT_EQ(completion->response.status, status);
    EXPECT_EQ(completion->response.fault, fault);
    EXPECT_EQ(completion->is_written, fate == DocumentFate::kWritten);
    ASSERT_EQ(completion->events.size(), events.size());
    for (std::size_t i = 0; i < events.size(); ++i)
      EXPECT_EQ(completion->events[i].event_name, events[i]);
  }
}

TEST(Completion, AnyTitleNamesAFile) {
  EXPECT_EQ(filename_for("Consent: HIPAA/Privacy"), "Consent: HIPAA-Privacy 2026-11-27.pdf");
  EXPECT_EQ(filename_for("تاريخ طبي"), "تاريخ طبي 2026-11-27.pdf");
  EXPECT_EQ(filename_for("\xe2\x80\xae"
                         "gpj"),
            "form 2026-11-27.pdf");
  EXPECT_EQ(filename_for("\xff"), "form 2026-11-27.pdf");
  const auto longest = filename_for(std::string(99, 'x') + "é");
  EXPECT_EQ(longest, std::string(99, 'x') + " 2026-11-27.pdf");
}

TEST(Completion, NeedsAZoneThatThereIs) {
  auto nowhere = outcome(DocumentFate::kWritten);
  nowhere.opened.timezone = "Mars/Olympus";
  EXPECT_FALSE(completion_of(std::move(nowhere)).has_value());
}

}  // namespace
}  // namespace chartbell
