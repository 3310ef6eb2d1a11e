// What completing a form makes: the response, the PDF as a document that is to be written, and the
// events that tell of it (wire contract §1, rows 5 and 6).
#pragma once

#include <string>

#include "base/clock.h"
#include "forms/ports.h"

namespace chartbell {

struct FormOutcome {
  OpenForm opened;
  std::string title;  // of the form, in the patient's language
  std::string language;
  Document answers;
  std::string pdf;
  std::string file_name;  // 32 hex digits that nobody can guess: what the PDF's URL is known by
  ResourceId response;
  ResourceId document;
  DocumentFate fate = DocumentFate::kWritten;
  WallTime at;
};

// form_request_completed always; form_response_insertion here only where it is known at once: kept
// here it is complete, not taken it has failed.
Result<FormCompletion> completion_of(FormOutcome outcome);

}  // namespace chartbell
