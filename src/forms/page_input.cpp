#include "forms/page_input.h"

#include <algorithm>

#include "forms/date_parts.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

constexpr std::size_t kBytesOfCharacter = 4;  // of UTF-8, at the most
constexpr std::size_t kOtherBytesMax = 100;   // dates, numbers, values of choices

std::string strokes_name(const FormField& field) {
  return field.name + ".strokes";
}

void add_all(FormInput& out, const FormInput& from, const std::string& name) {
  for (const auto value : from.all(name)) out.add(name, std::string(value));
}

void add_date(FormInput& out, const FormInput& sent, const std::string& name) {
  const auto parts = sent_date(sent, name);
  if (!parts.empty())
    out.add(name, joined(parts));
  else
    add_all(out, sent, name);
}

std::size_t bytes_max(const FormField& field) {
  const bool is_text = field.kind <= FieldKind::kPhone || field.kind == FieldKind::kSignature;
  return is_text ? field.length_max * kBytesOfCharacter : kOtherBytesMax;
}

bool is_choice(const FormField& field, std::string_view value) {
  return std::ranges::find(field.choices, value, &FormChoice::value) != field.choices.end();
}

// Whether the values under the field's name are as many, as long and such as there can be.
bool fits(const FormField& field, const std::vector<std::string_view>& values) {
  const auto most = field.kind == FieldKind::kChoices ? field.choices.size() : 1;
  const auto fits_one = [&](std::string_view value) {
    if (field.kind == FieldKind::kChoices) return is_choice(field, value);
    return value.size() <= bytes_max(field);
  };
  return values.size() <= most && std::ranges::all_of(values, fits_one);
}

bool strokes_fit(const FormField& field, const FormInput& input) {
  return input.text(strokes_name(field)).size() <= kStrokesBytesMax;
}

void prefill(FormInput& out, const FormField& field, const LeafMap& patient) {
  if (field.prefill.empty()) return;
  auto known = plain_text(leaf(patient, field.prefill));
  if (!known.empty() && known.size() <= bytes_max(field)) out.add(field.name, std::move(known));
}

}  // namespace

FormInput page_input(const FormTemplate& form, const FormInput& sent) {
  FormInput out;
  for (const auto& field : form.fields) {
    if (field.kind == FieldKind::kDate)
      add_date(out, sent, field.name);
    else
      add_all(out, sent, field.name);
    if (field.kind != FieldKind::kSignature || !sent.has(strokes_name(field))) continue;
    out.add(strokes_name(field), std::string(sent.text(strokes_name(field))));
  }
  return out;
}

Draft draft_of(const FormTemplate& form, const FormInput& input) {
  Draft out;
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const auto& field = form.fields[i];
    if (!fits(field, input.all(field.name)) || !strokes_fit(field, input)) {
      out.faults.push_back({i, AnswerFault::kTooLong});
      continue;
    }
    add_all(out.input, input, field.name);
    if (const auto strokes = input.text(strokes_name(field)); !strokes.empty())
      out.input.add(strokes_name(field), std::string(strokes));
  }
  return out;
}

Result<FormInput> begun_input(const FormTemplate& form, const OpenForm& open) {
  if (!open.draft.empty()) return FormInput::of_draft(open.draft);
  TRY(const auto patient, leaves_of(open.patient));
  FormInput out;
  for (const auto& field : form.fields) prefill(out, field, patient);
  return out;
}

}  // namespace chartbell
