// Submission: answers that were checked, on their way to a completed form.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "forms/answers.h"
#include "forms/ports.h"
#include "forms/template.h"

namespace chartbell {

struct Submission {
  OpenForm open;
  FormTemplate form;
  Answers answers;
  std::string language;   // one of the template's
  std::string file_name;  // FormOutcome::file_name
  WallTime at;
};

// Draws the paper and completes the request. False where it is not open any more.
Result<bool> complete_form(Submission submission, FormBook& book, FormSource& source);

// The patient's name as it is shown: the record system's own, or made of its parts.
std::string full_name(const Document& patient);

}  // namespace chartbell
