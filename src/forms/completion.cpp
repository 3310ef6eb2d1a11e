#include "forms/completion.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/time_text.h"
#include "base/zone.h"
#include "model/form_events.h"
#include "model/leaves.h"
#include "model/patient_file.h"

namespace chartbell {
namespace {

constexpr std::size_t kTitleBytesMax = 100;

// As much of the title as a name of a file should have, whole characters, no folders.
std::string title_for_file(std::string title) {
  if (title.size() > kTitleBytesMax) {
    std::size_t end = kTitleBytesMax;
    while (end > 0 && (static_cast<unsigned char>(title[end]) & 0xc0) == 0x80) --end;
    title.resize(end);
  }
  std::ranges::replace_if(title, [](char c) { return c == '/' || c == '\\'; }, '-');
  return title;
}

Result<std::string> filename(const FormOutcome& outcome) {
  TRY(const auto zone, Zone::open(outcome.opened.timezone));
  const auto today = std::chrono::floor<std::chrono::days>(zone.to_local(outcome.at));
  const auto date = to_date_text(std::chrono::year_month_day(today));
  if (auto named = shown_filename(title_for_file(outcome.title) + " " + date, FileType::kPdf))
    return *std::move(named);
  // A title that cannot be a name is no reason to lose what a patient has sent.
  return shown_filename("form " + date, FileType::kPdf);
}

FormResponseStatus status_at_once(DocumentFate fate) {
  if (fate == DocumentFate::kWritten) return FormResponseStatus::kPending;
  return fate == DocumentFate::kKeptHere ? FormResponseStatus::kComplete
                                         : FormResponseStatus::kFailed;
}

FormResponse response_of(const FormOutcome& outcome) {
  const auto& request = outcome.opened.request;
  return {
      .institution = request.institution,
      .id = outcome.response,
      .request = request.name,
      .form = request.form,
      .patient = request.patient,
      .location = request.location,
      .appointment = request.appointment,
      .document = outcome.document,
      .document_url = {},
      .language = outcome.language,
      .status = status_at_once(outcome.fate),
      .fault = outcome.fate == DocumentFate::kNotTaken ? WriteFault::kNotTaken : WriteFault::kNone,
      .created_at = outcome.at,
      .updated_at = outcome.at,
      .answers = outcome.answers};
}

Result<NewWrite> document_of_outcome(FormOutcome& outcome) {
  const auto& request = outcome.opened.request;
  TRY(auto shown, filename(outcome));
  NewWrite out{.institution = request.institution,
               .source = request.source,
               .location = request.location,
               .kind = ResourceKind::kDocument,
               .resource = outcome.document,
               .order = {},
               .expires_at = outcome.at + kDocumentPatience};
  put_file(out, {.patient = request.patient,
                 .name = std::move(outcome.file_name),
                 .type = FileType::kPdf,
                 .filename = std::move(shown),
                 .bytes = Document(std::move(outcome.pdf)),
                 .more = {{"form_response_id", to_string(outcome.response)},
                          {"form_request_id", json_string(dashed(request.name))}}});
  return out;
}

Result<NewEvent> event_at_once(const FormOutcome& outcome, const NewWrite& document) {
  const EventFault not_taken{name(WriteFault::kNotTaken), message(WriteFault::kNotTaken)};
  const Happening happening{.institution = document.institution,
                            .subdomain = outcome.opened.subdomain,
                            .resource = outcome.document,
                            .location = document.location,
                            .time = outcome.at};
  const bool failed = outcome.fate == DocumentFate::kNotTaken;
  return form_response_event(happening, document.order, failed ? &not_taken : nullptr);
}

}  // namespace

Result<FormCompletion> completion_of(FormOutcome outcome) {
  FormCompletion out{.request = outcome.opened.request,
                     .response = response_of(outcome),
                     .document = {},
                     .is_written = outcome.fate == DocumentFate::kWritten,
                     .events = {}};
  TRY(out.document, document_of_outcome(outcome));
  TRY(const auto leaves, leaves_of(out.document.order));
  out.response.document_url = plain_text(leaf(leaves, "url"));
  out.events.push_back(form_request_event(out.request, outcome.opened.subdomain, outcome.at));
  if (out.is_written) return out;
  TRY(auto event, event_at_once(outcome, out.document));
  out.events.push_back(std::move(event));
  return out;
}

}  // namespace chartbell
