// The page with the form itself, filled in as far as it is.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "forms/answers.h"
#include "forms/template.h"

namespace chartbell {

struct FormView {
  const FormTemplate& form;
  const FormInput& input;  // what is filled in, dates as YYYY-MM-DD
  std::span<const FieldFault> faults{};
  std::string_view language;  // one of the template's
  std::string_view token;
  std::string_view form_secret;
  std::string_view practice;
  std::string_view place;
  std::string_view patient;  // full name
  bool kept = false;         // a draft, just now
};

// Posts to /f/{token}/answers what FormInput names, "_secret", "_lang" and "_act": "submit", "keep"
// or "language-" and another language.
std::string form_page(const FormView& view);

}  // namespace chartbell
