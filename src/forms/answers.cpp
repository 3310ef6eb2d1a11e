#include "forms/answers.h"

#include <algorithm>
#include <charconv>
#include <expected>
#include <set>

#include "base/characters.h"
#include "base/json_text.h"
#include "forms/answer_values.h"
#include "forms/contains.h"

namespace chartbell {
namespace {

constexpr std::size_t kSignatureNameMax = 200;

// monostate where nothing was answered.
using Read = std::expected<Answer, AnswerFault>;

std::unexpected<AnswerFault> no(AnswerFault fault) {
  return std::unexpected(fault);
}

std::expected<std::string, AnswerFault> sound_text(std::string_view given, TextLines lines) {
  if (lines == TextLines::kOne) {
    const auto text = trimmed(given);
    return text_fault(text, lines)
               ? std::expected<std::string, AnswerFault>(no(AnswerFault::kCharacters))
               : std::string(text);
  }
  const auto plain = with_plain_lines(given);
  const auto text = trimmed(plain);
  if (text_fault(text, lines)) return no(AnswerFault::kCharacters);
  return std::string(text);
}

// ---- a kind each; texts are sound and not empty -----------------------------------------------

Read read_text(const FormField& field, std::string text) {
  const auto length = character_count(text);
  if (length < field.length_min) return no(AnswerFault::kTooShort);
  if (length > field.length_max) return no(AnswerFault::kTooLong);
  return Answer(std::move(text));
}

Read read_if(bool good, std::string text, AnswerFault fault) {
  if (!good) return no(fault);
  return Answer(std::move(text));
}

Read read_number(const FormField& field, std::string_view text) {
  const bool whole = field.kind == FieldKind::kInteger;
  const auto plain = with_plain_digits(text);
  auto number = whole ? canonical_integer(plain) : canonical_number(plain);
  if (!number) return no(whole ? AnswerFault::kNoInteger : AnswerFault::kNoNumber);
  double value = 0;
  std::from_chars(number->data(), number->data() + number->size(), value);
  if (field.minimum && value < *field.minimum) return no(AnswerFault::kTooSmall);
  if (field.maximum && value > *field.maximum) return no(AnswerFault::kTooLarge);
  return Answer(*std::move(number));
}

Read read_yes_or_no(std::string_view text) {
  if (text != "true" && text != "false") return no(AnswerFault::kNoChoice);
  return Answer(text == "true");
}

Read read_choice(const FormField& field, std::string text) {
  const bool known = contains(field.choices, text, &FormChoice::value);
  return read_if(known, std::move(text), AnswerFault::kNoChoice);
}

Read read_typed(const FormField& field, std::string text) {
  switch (field.kind) {
    case FieldKind::kEmail:
      return read_if(is_email(text), text, AnswerFault::kNoEmail);
    case FieldKind::kPhone:
      text = with_plain_digits(text);
      return read_if(is_phone(text), text, AnswerFault::kNoPhone);
    case FieldKind::kDate:
      text = with_plain_digits(text);
      return read_if(is_day(text), text, AnswerFault::kNoDate);
    case FieldKind::kInteger:
    case FieldKind::kNumber:
      return read_number(field, text);
    case FieldKind::kYesNo:
      return read_yes_or_no(text);
    case FieldKind::kChoice:
      return read_choice(field, std::move(text));
    default:
      return read_text(field, std::move(text));
  }
}

// ---- kinds of more than one text --------------------------------------------------------------

// In the template's order, each once.
Read read_choices(const FormField& field, const FormInput& input) {
  std::set<std::string_view> given;
  for (const auto text : input.all(field.name))
    if (!text.empty()) given.insert(text);
  std::vector<std::string> out;
  for (const auto& choice : field.choices)
    if (given.contains(choice.value)) out.push_back(choice.value);
  if (out.size() < given.size()) return no(AnswerFault::kNoChoice);
  if (out.empty()) return Answer();
  return Answer(std::move(out));
}

Read read_consent(const FormField& field, const FormInput& input) {
  if (input.text(field.name) == "true") return Answer(true);
  if (field.required) return no(AnswerFault::kNotAgreed);
  return Answer();
}

// A drawing without a name is nobody's.
Read read_signature(const FormField& field, const FormInput& input) {
  auto name = sound_text(input.text(field.name), TextLines::kOne);
  if (!name) return no(name.error());
  const auto strokes = input.text(field.name + ".strokes");
  if (strokes.size() > kStrokesBytesMax) return no(AnswerFault::kTooLong);
  if (!are_strokes(strokes)) return no(AnswerFault::kCharacters);
  if (name->empty()) {
    if (strokes.empty()) return Answer();
    return no(AnswerFault::kMissing);
  }
  if (character_count(*name) > kSignatureNameMax) return no(AnswerFault::kTooLong);
  return Answer(Signature{*std::move(name), std::string(strokes)});
}

Read read_one_text(const FormField& field, const FormInput& input) {
  const auto lines = field.kind == FieldKind::kLongText ? TextLines::kMany : TextLines::kOne;
  auto text = sound_text(input.text(field.name), lines);
  if (!text) return no(text.error());
  if (text->empty()) return Answer();
  return read_typed(field, *std::move(text));
}

Read read(const FormField& field, const FormInput& input) {
  switch (field.kind) {
    case FieldKind::kChoices:
      return read_choices(field, input);
    case FieldKind::kConsent:
      return read_consent(field, input);
    case FieldKind::kSignature:
      return read_signature(field, input);
    default:
      return read_one_text(field, input);
  }
}

Read read_needed(const FormField& field, const FormInput& input) {
  auto out = read(field, input);
  const bool missing = out && std::holds_alternative<std::monostate>(*out);
  if (missing && field.required) return no(AnswerFault::kMissing);
  return out;
}

// ---- as JSON ----------------------------------------------------------------------------------

bool is_decimal(FieldKind kind) {
  return kind == FieldKind::kInteger || kind == FieldKind::kNumber;
}

std::string json_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ",") + json_string(text);
  return '[' + out + ']';
}

std::string json_of(const Signature& signature) {
  std::string out = "{\"name\":" + json_string(signature.name);
  if (!signature.strokes.empty()) out += ",\"strokes\":" + json_string(signature.strokes);
  return out + '}';
}

// Empty where there is no answer.
std::string json_of(FieldKind kind, const Answer& answer) {
  if (const auto* text = std::get_if<std::string>(&answer))
    return is_decimal(kind) ? *text : json_string(*text);
  if (const auto* truth = std::get_if<bool>(&answer)) return *truth ? "true" : "false";
  if (const auto* texts = std::get_if<std::vector<std::string>>(&answer)) return json_of(*texts);
  if (const auto* signature = std::get_if<Signature>(&answer)) return json_of(*signature);
  return "";
}

bool has_answer(const Answer& answer, const std::string& value) {
  if (const auto* text = std::get_if<std::string>(&answer)) return *text == value;
  if (const auto* truth = std::get_if<bool>(&answer)) return value == (*truth ? "true" : "false");
  const auto* texts = std::get_if<std::vector<std::string>>(&answer);
  return texts != nullptr && contains(*texts, value);
}

}  // namespace

// Who was not asked has no answer, so that nobody has to look further back than one field.
bool is_asked(const FormTemplate& form, std::size_t field, const Answers& answers) {
  const auto& show_if = form.fields[field].show_if;
  return !show_if || has_answer(answers[show_if->field], show_if->value);
}

Filled fill(const FormTemplate& form, const FormInput& input) {
  Filled out;
  out.answers.resize(form.fields.size());
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    if (!is_asked(form, i, out.answers)) continue;
    if (auto answer = read_needed(form.fields[i], input))
      out.answers[i] = *std::move(answer);
    else
      out.faults.push_back({i, answer.error()});
  }
  return out;
}

Document answers_document(const FormTemplate& form, const Answers& answers) {
  std::string out;
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const auto value = json_of(form.fields[i].kind, answers[i]);
    if (value.empty()) continue;
    out += (out.empty() ? "" : ",") + json_string(form.fields[i].name) + ':' + value;
  }
  return Document('{' + out + '}');
}

}  // namespace chartbell
