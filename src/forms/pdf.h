// A completed form on paper: PDF, laid out by Pango, drawn by Cairo.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/zone.h"
#include "forms/answers.h"
#include "forms/template.h"

namespace chartbell {

struct FormPaper {
  const FormTemplate& form;
  const Answers& answers;
  std::string language;  // one of the template's
  std::string institution;
  std::string location;
  std::string patient;        // full name
  std::string date_of_birth;  // YYYY-MM-DD
  WallTime completed_at;
  const Zone& zone;       // of the location
  std::string reference;  // FormRequest::name
};

// Every question that was asked with its answer, in any script, page by page; fonts are embedded,
// the structure is tagged, the title is set. Tens of milliseconds: not for a loop's thread. The
// same paper gives the same bytes on the same machine. kTooLarge beyond 200 pages; kConfig where
// the machine has no fonts at all.
Result<std::string> form_pdf(const FormPaper& paper);

}  // namespace chartbell
