#include "forms/submission.h"

#include "base/zone.h"
#include "forms/completion.h"
#include "forms/pdf.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

std::string text_at(const Document& document, std::string_view path) {
  const auto leaves = leaves_of(document);
  return leaves ? plain_text(leaf(*leaves, path)) : std::string();
}

Result<std::string> paper(const Submission& submission) {
  TRY(const auto zone, Zone::open(submission.open.timezone));
  return form_pdf({.form = submission.form,
                   .answers = submission.answers,
                   .language = submission.language,
                   .institution = submission.open.institution,
                   .location = submission.open.location,
                   .patient = full_name(submission.open.patient),
                   .date_of_birth = text_at(submission.open.patient, "bio.date_of_birth"),
                   .completed_at = submission.at,
                   .zone = zone,
                   .reference = submission.open.request.name});
}

}  // namespace

Result<bool> complete_form(Submission submission, FormBook& book, FormSource& source) {
  TRY(auto pdf, paper(submission));
  const auto origin = submission.open.request.source;
  TRY(auto completion,
      completion_of({.opened = std::move(submission.open),
                     .title = std::string(submission.form.title.in(submission.language)),
                     .language = submission.language,
                     .answers = answers_document(submission.form, submission.answers),
                     .pdf = std::move(pdf),
                     .file_name = std::move(submission.file_name),
                     .response = book.new_id(),
                     .document = book.new_id(),
                     .fate = source.fate(origin),
                     .at = submission.at}));
  const bool is_written = completion.is_written;
  TRY(const bool done, book.complete(std::move(completion)));
  if (done && is_written) source.wake(origin);
  return done;
}

std::string full_name(const Document& patient) {
  auto name = text_at(patient, "name");
  if (!name.empty()) return name;
  for (const auto* path : {"first_name", "middle_name", "last_name"}) {
    const auto part = text_at(patient, path);
    if (!part.empty()) (name += name.empty() ? "" : " ") += part;
  }
  return name;
}

}  // namespace chartbell
