#include "forms/template_field.h"

#include <algorithm>

#include "base/nearest.h"
#include "forms/autocomplete.h"
#include "forms/contains.h"
#include "forms/template_text.h"
#include "model/shape.h"

namespace chartbell {
namespace {

constexpr std::size_t kLongTextDefault = 2'000;
constexpr std::size_t kWordMax = 64;

bool is_one_of(FieldKind kind, std::initializer_list<FieldKind> kinds) {
  return contains(kinds, kind);
}

// ---- conditions -------------------------------------------------------------------------------

Result<std::size_t> earlier_field(const JsonPlace& place, std::span<const FormField> earlier) {
  TRY(const auto name, place.text());
  const auto found = std::ranges::find(earlier, name, &FormField::name);
  if (found != earlier.end()) return static_cast<std::size_t>(found - earlier.begin());
  std::vector<std::string_view> names;
  for (const auto& field : earlier) names.push_back(field.name);
  return place.fault(quoted(name) + " is no earlier field" +
                     did_you_mean(name.substr(0, kWordMax), names));
}

Result<std::string> truth_to_equal(const JsonPlace& place, const FormField& asked) {
  TRY(const auto truth, place.truth());
  if (!truth && asked.kind == FieldKind::kConsent)
    return place.fault("wanted is true: a consent has no other answer");
  return std::string(truth ? "true" : "false");
}

Result<std::string> choice_to_have(const JsonPlace& place, const FormField& asked) {
  TRY(const auto value, place.text());
  if (contains(asked.choices, value, &FormChoice::value)) return std::string(value);
  std::vector<std::string_view> values;
  for (const auto& choice : asked.choices) values.push_back(choice.value);
  return place.fault(quoted(value) + " is no choice of \"" + asked.name + '"' +
                     did_you_mean(value.substr(0, kWordMax), values));
}

// `equals` where there is one answer, `includes` where there may be several.
Result<std::string> wanted_answer(const JsonObject& object, const FormField& asked) {
  const bool several = asked.kind == FieldKind::kChoices;
  if (const auto* other = object.find(several ? "equals" : "includes"))
    return other->fault(several ? "wanted is \"includes\": \"" + asked.name + "\" takes several"
                                : "wanted is \"equals\": \"" + asked.name + "\" takes one answer");
  TRY(const auto place, object.need(several ? "includes" : "equals"));
  const bool is_truth = is_one_of(asked.kind, {FieldKind::kYesNo, FieldKind::kConsent});
  return is_truth ? truth_to_equal(place, asked) : choice_to_have(place, asked);
}

Result<ShowIf> read_show_if(const JsonPlace& place, std::span<const FormField> earlier) {
  constexpr std::string_view kKnown[] = {"field", "equals", "includes"};
  TRY(const auto object, place.object(kKnown));
  TRY(const auto name, object.need("field"));
  TRY(const auto index, earlier_field(name, earlier));
  const auto& asked = earlier[index];
  if (!is_one_of(asked.kind,
                 {FieldKind::kYesNo, FieldKind::kConsent, FieldKind::kChoice, FieldKind::kChoices}))
    return name.fault("\"" + asked.name + "\" is neither a yes or no nor a choice");
  TRY(auto value, wanted_answer(object, asked));
  return ShowIf{index, std::move(value)};
}

// What is required in the schema is so always; what is not shown has no answer.
Result<void> read_need(const JsonObject& object, FormField& field) {
  const auto* here = object.find("required");
  if (field.show_if && field.required)
    return object.find("show_if")->fault(
        "\"" + field.name +
        "\" is in the schema's \"required\", and has no answer while it is not "
        "shown; leave it out there and say \"required\": true here");
  if (here == nullptr) return {};
  if (!field.show_if)
    return here->fault("is for fields with show_if; name \"" + field.name +
                       "\" in the schema's \"required\"");
  TRY(field.required, here->truth());
  return {};
}

// ---- what goes with a kind --------------------------------------------------------------------

Result<void> read_labels(const JsonObject& object, const std::vector<std::string>& languages,
                         FormField& field) {
  const auto* labels = object.find("choices");
  if (field.choices.empty())
    return labels == nullptr ? Result<void>() : labels->fault("is for fields with an enum");
  if (labels == nullptr) return object.place().lacks("choices");
  std::vector<std::string_view> values;
  for (const auto& choice : field.choices) values.push_back(choice.value);
  TRY(const auto known, labels->object(values));
  for (auto& choice : field.choices) {
    TRY(const auto label, known.need(choice.value));
    TRY(choice.label, read_local_text(label, languages, TextLines::kOne));
  }
  return {};
}

Result<void> read_statement(const JsonObject& object, const std::vector<std::string>& languages,
                            FormField& field) {
  const auto* statement = object.find("statement");
  if (field.kind == FieldKind::kConsent) {
    if (statement == nullptr) return object.place().lacks("statement");
    TRY(field.statement, read_local_text(*statement, languages, TextLines::kMany));
    return {};
  }
  if (statement != nullptr) return statement->fault("is for a consent (type boolean, const true)");
  return {};
}

Result<void> read_widget(const JsonObject& object, const SchemaProperty& property,
                         FormField& field) {
  const auto* widget = object.find("widget");
  if (widget != nullptr) {
    TRY(const auto name, widget->text());
    if (name != "long_text") return widget->fault("wanted is \"long_text\"");
    if (field.kind != FieldKind::kText)
      return widget->fault("\"long_text\" is for strings without format and enum");
    field.kind = FieldKind::kLongText;
    if (!property.has_length_max) field.length_max = kLongTextDefault;
  }
  if (field.length_min > field.length_max)
    return property.place.fault("minLength is more than " + std::to_string(field.length_max) +
                                ", the maxLength where none is given");
  return {};
}

Result<void> read_autocomplete(const JsonObject& object, FormField& field) {
  const auto* place = object.find("autocomplete");
  if (place == nullptr) return {};
  TRY(const auto token, place->text());
  if (!contains(autocomplete_tokens(), token))
    return place->fault(quoted(token) + " is no token of HTML's for a patient" +
                        did_you_mean(token.substr(0, kWordMax), autocomplete_tokens()));
  if (is_one_of(field.kind, {FieldKind::kYesNo, FieldKind::kChoices, FieldKind::kConsent,
                             FieldKind::kSignature}))
    return place->fault("is for fields that are typed or chosen from a list");
  field.autocomplete = token;
  return {};
}

bool fits(FieldType leaf, FieldKind kind) {
  using enum FieldKind;
  if (leaf == FieldType::kDate) return kind == kDate;
  return leaf == FieldType::kText && is_one_of(kind, {kText, kLongText, kEmail, kPhone, kChoice});
}

Result<void> read_prefill(const JsonObject& object, FormField& field) {
  const auto* place = object.find("prefill");
  if (place == nullptr) return {};
  TRY(const auto path, place->text());
  const auto& patient = shape_of(ResourceKind::kPatient);
  const auto index = patient.index_of(path);
  if (!index || patient.fields()[*index].origin != Origin::kMapped) {
    std::vector<std::string_view> paths;
    for (const auto& leaf : patient.fields())
      if (leaf.origin == Origin::kMapped) paths.push_back(leaf.path);
    return place->fault(quoted(path) + " is nothing that is known of a patient" +
                        did_you_mean(path.substr(0, kWordMax), paths));
  }
  if (!fits(patient.fields()[*index].type, field.kind))
    return place->fault(quoted(path) + " does not fit a field of this type");
  field.prefill = path;
  return {};
}

}  // namespace

std::span<const std::string_view> field_members() {
  static constexpr std::string_view kMembers[] = {"field",        "label",  "help",      "show_if",
                                                  "choices",      "widget", "statement", "required",
                                                  "autocomplete", "prefill"};
  return kMembers;
}

Result<FormField> read_field(const JsonObject& object, const SchemaProperty& property,
                             const std::vector<std::string>& languages,
                             std::span<const FormField> earlier) {
  FormField out = property.field;
  TRY(const auto label, object.need("label"));
  TRY(out.label, read_local_text(label, languages, TextLines::kOne));
  if (const auto* help = object.find("help")) {
    TRY(out.help, read_local_text(*help, languages, TextLines::kMany));
  }
  if (const auto* show_if = object.find("show_if")) {
    TRY(out.show_if, read_show_if(*show_if, earlier));
  }
  TRY_DO(read_need(object, out));
  TRY_DO(read_labels(object, languages, out));
  TRY_DO(read_statement(object, languages, out));
  TRY_DO(read_widget(object, property, out));
  TRY_DO(read_autocomplete(object, out));
  TRY_DO(read_prefill(object, out));
  return out;
}

}  // namespace chartbell
