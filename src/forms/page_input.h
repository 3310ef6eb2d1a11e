// What a page has sent, as answers: names of the template's alone, dates in one text, nothing
// longer than the template lets it be.
#pragma once

#include <string_view>
#include <vector>

#include "forms/answers.h"
#include "forms/ports.h"
#include "forms/template.h"

namespace chartbell {

// The template's names of what was sent: NAME, NAME.strokes of a signature, and for a date NAME as
// YYYY-MM-DD out of NAME.day, NAME.month and NAME.year where those were sent.
FormInput page_input(const FormTemplate& form, const FormInput& sent);

// As much of it as a draft may hold, and what did not fit: kTooLong for each field.
struct Draft {
  FormInput input;
  std::vector<FieldFault> faults;
};
Draft draft_of(const FormTemplate& form, const FormInput& input);

// What a page begins with: the draft, or without one what the record system knows of the patient.
Result<FormInput> begun_input(const FormTemplate& form, const OpenForm& open);

}  // namespace chartbell
