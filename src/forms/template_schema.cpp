#include "forms/template_schema.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/nearest.h"
#include "forms/contains.h"

namespace chartbell {
namespace {

constexpr std::string_view kDialect = "https://json-schema.org/draft/2020-12/schema";
constexpr std::size_t kNameLengthMax = 64;
constexpr std::size_t kChoicesMax = 100;
// Below it every decimal text of 15 digits is one double.
constexpr double kNumberMax = 1e15;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_property_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= kNameLengthMax && !is_digit(name.front()) &&
         name.front() != '_' && std::ranges::all_of(name, fits);
}

bool is_choice_value(std::string_view value) {
  const auto fits = [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("_.+-").contains(c);
  };
  return !value.empty() && value.size() <= kNameLengthMax && std::ranges::all_of(value, fits);
}

// ---- one property -----------------------------------------------------------------------------

Result<void> read_choices(const JsonPlace& list, FormField& field) {
  TRY(const auto values, list.elements(kChoicesMax));
  if (values.empty()) return list.fault("wanted is at least one choice");
  for (const auto& place : values) {
    TRY(const auto value, place.text());
    if (!is_choice_value(value))
      return place.fault("a choice is 1 to 64 letters of ASCII, digits and _ . + -");
    if (contains(field.choices, value, &FormChoice::value)) return place.fault("is there twice");
    field.choices.push_back({std::string(value), {}});
  }
  return {};
}

Result<void> read_lengths(const JsonObject& object, SchemaProperty& out) {
  if (const auto* least = object.find("minLength")) {
    TRY(out.field.length_min, least->count(kFieldLengthMax));
  }
  if (const auto* most = object.find("maxLength")) {
    TRY(out.field.length_max, most->count(kFieldLengthMax));
    out.has_length_max = true;
    if (out.field.length_max < std::max<std::size_t>(out.field.length_min, 1))
      return most->fault("is less than " +
                         std::to_string(std::max<std::size_t>(out.field.length_min, 1)) +
                         ", so that no answer fits");
  }
  return {};
}

Result<FieldKind> kind_of_format(const JsonPlace& place) {
  constexpr std::string_view kFormats[] = {"date", "email", "phone"};
  TRY(const auto format, place.text());
  if (format == "date") return FieldKind::kDate;
  if (format == "email") return FieldKind::kEmail;
  if (format == "phone") return FieldKind::kPhone;
  return place.fault("the formats of a string are date, email and phone" +
                     did_you_mean(format.substr(0, kNameLengthMax), kFormats));
}

// Null where none of these stands beside `name`.
const JsonPlace* beside(const JsonObject& object, std::span<const std::string_view> names) {
  for (const auto name : names)
    if (const auto* found = object.find(name)) return found;
  return nullptr;
}

Result<void> read_string(const JsonObject& object, SchemaProperty& out) {
  constexpr std::string_view kOfPlainTexts[] = {"minLength", "maxLength", "format"};
  constexpr std::string_view kLengths[] = {"minLength", "maxLength"};
  if (const auto* list = object.find("enum")) {
    if (const auto* other = beside(object, kOfPlainTexts))
      return other->fault("does not stand beside enum");
    out.field.kind = FieldKind::kChoice;
    return read_choices(*list, out.field);
  }
  if (const auto* format = object.find("format")) {
    if (const auto* other = beside(object, kLengths))
      return other->fault("does not stand beside format, which has bounds of its own");
    TRY(out.field.kind, kind_of_format(*format));
    return {};
  }
  out.field.kind = FieldKind::kText;
  return read_lengths(object, out);
}

Result<std::optional<double>> read_bound(const JsonObject& object, std::string_view name,
                                         FieldKind kind) {
  const auto* place = object.find(name);
  if (place == nullptr) return std::optional<double>();
  TRY(const auto value, place->number());
  if (!(std::abs(value) < kNumberMax)) return place->fault("wanted is a number within ±10^15");
  if (kind == FieldKind::kInteger && value != std::floor(value))
    return place->fault("wanted is a whole number, as the type is integer");
  return std::optional(value);
}

Result<void> read_bounds(const JsonObject& object, FieldKind kind, SchemaProperty& out) {
  out.field.kind = kind;
  TRY(out.field.minimum, read_bound(object, "minimum", kind));
  TRY(out.field.maximum, read_bound(object, "maximum", kind));
  if (out.field.minimum && out.field.maximum && *out.field.minimum > *out.field.maximum)
    return object.find("maximum")->fault("is less than minimum, so that no answer fits");
  return {};
}

Result<void> read_integer(const JsonObject& object, SchemaProperty& out) {
  return read_bounds(object, FieldKind::kInteger, out);
}

Result<void> read_number(const JsonObject& object, SchemaProperty& out) {
  return read_bounds(object, FieldKind::kNumber, out);
}

Result<void> read_boolean(const JsonObject& object, SchemaProperty& out) {
  out.field.kind = FieldKind::kYesNo;
  const auto* only = object.find("const");
  if (only == nullptr) return {};
  TRY(const auto value, only->truth());
  if (!value) return only->fault("wanted is true: a consent; leave const out for a yes or no");
  out.field.kind = FieldKind::kConsent;
  return {};
}

Result<void> read_array(const JsonObject& object, SchemaProperty& out) {
  constexpr std::string_view kOfItems[] = {"type", "enum"};
  out.field.kind = FieldKind::kChoices;
  TRY(const auto items, object.need("items"));
  TRY(const auto item, items.object(kOfItems));
  TRY(const auto type, item.need("type"));
  TRY(const auto name, type.text());
  if (name != "string") return type.fault("the items of an array are of the type string");
  TRY(const auto list, item.need("enum"));
  TRY_DO(read_choices(list, out.field));
  TRY(const auto unique, object.need("uniqueItems"));
  TRY(const auto value, unique.truth());
  if (!value) return unique.fault("wanted is true: nothing is chosen twice");
  return {};
}

Result<void> read_object(const JsonObject& object, SchemaProperty& out) {
  out.field.kind = FieldKind::kSignature;
  TRY(const auto format, object.need("format"));
  TRY(const auto name, format.text());
  if (name != "signature") return format.fault("the format of an object is signature");
  return {};
}

struct Type {
  std::string_view name;
  std::vector<std::string_view> members;  // besides "type"
  Result<void> (*read)(const JsonObject&, SchemaProperty&);
};

const std::vector<Type>& types() {
  static const std::vector<Type> kTypes = {
      {"string", {"minLength", "maxLength", "format", "enum"}, read_string},
      {"integer", {"minimum", "maximum"}, read_integer},
      {"number", {"minimum", "maximum"}, read_number},
      {"boolean", {"const"}, read_boolean},
      {"array", {"items", "uniqueItems"}, read_array},
      {"object", {"format"}, read_object},
  };
  return kTypes;
}

Result<const Type*> type_of(const JsonPlace& place) {
  TRY(const auto name, place.text());
  const auto found = std::ranges::find(types(), name, &Type::name);
  if (found != types().end()) return &*found;
  std::vector<std::string_view> names;
  for (const auto& type : types()) names.push_back(type.name);
  return place.fault("the types are string, integer, number, boolean, array and object" +
                     did_you_mean(name.substr(0, kNameLengthMax), names));
}

Result<void> check_members(const JsonObject& object, const Type& type) {
  for (const auto& member : object.members())
    if (member.key() != "type" && !contains(type.members, member.key()))
      return member.fault("does not go with the type " + std::string(type.name));
  return {};
}

Result<JsonObject> property_object(const JsonPlace& place) {
  constexpr std::string_view kKnown[] = {"type",  "minLength",  "maxLength", "format",
                                         "enum",  "minimum",    "maximum",   "const",
                                         "items", "uniqueItems"};
  TRY(const auto all, place.members(100));
  for (const auto& member : all)
    if (member.key() == "pattern")
      return member.fault(
          "regular expressions are not taken; use minLength, maxLength, format or "
          "enum");
  return place.object(kKnown);
}

Result<SchemaProperty> read_property(const JsonPlace& place) {
  if (!is_property_name(place.key()))
    return place.fault(
        "a property's name is a letter of a to z and up to 63 more letters, digits and _");
  TRY(const auto object, property_object(place));
  TRY(const auto type_place, object.need("type"));
  TRY(const auto* type, type_of(type_place));
  TRY_DO(check_members(object, *type));
  SchemaProperty out{.place = place};
  out.field.name = place.key();
  TRY_DO(type->read(object, out));
  return out;
}

// ---- around them ------------------------------------------------------------------------------

Result<void> want_text(const JsonObject& object, std::string_view name, std::string_view wanted) {
  TRY(const auto place, object.need(name));
  TRY(const auto value, place.text());
  if (value != wanted) return place.fault("wanted is " + quoted(wanted));
  return {};
}

Result<void> want_closed(const JsonObject& object) {
  TRY(const auto place, object.need("additionalProperties"));
  TRY(const auto value, place.truth());
  if (value) return place.fault("wanted is false: nobody is asked for more");
  return {};
}

Result<void> read_required(const JsonPlace& place, std::vector<SchemaProperty>& properties) {
  std::vector<std::string_view> names;
  for (const auto& property : properties) names.push_back(property.field.name);
  TRY(const auto elements, place.elements(kFieldsMax));
  for (const auto& element : elements) {
    TRY(const auto name, element.text());
    const auto at = std::ranges::find(names, name);
    if (at == names.end())
      return element.fault(quoted(name) + " is no property" +
                           did_you_mean(name.substr(0, kNameLengthMax), names));
    auto& required = properties[static_cast<std::size_t>(at - names.begin())].field.required;
    if (required) return element.fault("is there twice");
    required = true;
  }
  return {};
}

}  // namespace

Result<std::vector<SchemaProperty>> read_schema(const JsonPlace& schema) {
  constexpr std::string_view kKnown[] = {"$schema", "type", "properties", "required",
                                         "additionalProperties"};
  TRY(const auto object, schema.object(kKnown));
  TRY_DO(want_text(object, "$schema", kDialect));
  TRY_DO(want_text(object, "type", "object"));
  TRY(const auto place, object.need("properties"));
  TRY(const auto members, place.members(kFieldsMax));
  if (members.empty()) return place.fault("wanted is at least one property");
  std::vector<SchemaProperty> out;
  for (const auto& member : members) {
    TRY(auto property, read_property(member));
    out.push_back(std::move(property));
  }
  if (const auto* required = object.find("required")) TRY_DO(read_required(*required, out));
  TRY_DO(want_closed(object));
  return out;
}

}  // namespace chartbell
