// One question of a form: label, help, what is wrong with it, and its controls.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "forms/answers.h"
#include "forms/html.h"
#include "forms/template.h"

namespace chartbell {

struct FieldView {
  const FormTemplate& form;
  std::size_t index;
  const FormInput& input;
  std::optional<AnswerFault> fault;
  std::string_view language;

  const FormField& field() const { return form.fields[index]; }
};

// Choices beyond so many are a list that opens.
inline constexpr std::size_t kRadiosMax = 7;

void write_field(Html& html, const FieldView& view);

// The id of its first control: where a link to it leads.
std::string control_id(const FormField& field);
std::string fault_text(const FormField& field, AnswerFault fault, std::string_view language);

}  // namespace chartbell
