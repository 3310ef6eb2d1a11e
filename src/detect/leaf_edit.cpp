#include "detect/leaf_edit.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.h"
#include "base/time_text.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

namespace json = boost::json;

bool fits(FieldType type, const json::value& value) {
  switch (type) {
    case FieldType::kInteger:
    case FieldType::kFlag:
      return value.is_int64();
    case FieldType::kBoolean:
      return value.is_bool();
    case FieldType::kText:
    case FieldType::kDate:
    case FieldType::kMoney:
      return value.is_string();
    case FieldType::kTime:
      return value.is_string() && parse_utc(std::string_view(value.as_string())).has_value();
    case FieldType::kIntegers:
      return value.is_array();
    case FieldType::kJson:
      return true;
  }
  return false;
}

// The leaf in the form in which it stands in a document.
Result<LeafText> checked(ResourceKind kind, const LeafText& given, OwnLeaves own) {
  const auto& [path, text] = given;
  const auto& shape = shape_of(kind);
  const auto index = shape.index_of(path);
  if (!index) return failure(Code::kInvalid, path + ": " + shape.no_such_field(path));
  const auto& field = shape.fields()[*index];
  if (field.origin == Origin::kOurs && own == OwnLeaves::kRefused)
    return failure(Code::kInvalid, path + " is Chartbell's own");
  json::error_code error;
  const auto value = json::parse(json::string_view(text), error);
  if (error) return failure(Code::kInvalid, path + " is no JSON");
  if (value.is_null()) return LeafText(path, field.absent);
  if (!fits(field.type, value))
    return failure(Code::kInvalid, path + " has a value of another type");
  if (field.type != FieldType::kTime) return given;
  const auto time = parse_utc(std::string_view(value.as_string()));
  return LeafText(path, json_string(to_text(*time)));
}

std::string plain_at(const Document& document, std::string_view path) {
  const auto leaves = leaves_of(document);
  return leaves ? plain_text(leaf(*leaves, path)) : std::string();
}

}  // namespace

Document blank(ResourceKind kind) {
  const auto& shape = shape_of(kind);
  return Document(shape.render(std::vector<std::string>(shape.fields().size())));
}

Result<Document> edited(ResourceKind kind, const Document& document, const Leaves& leaves,
                        OwnLeaves own) {
  Leaves out;
  for (const auto& leaf : leaves) {
    TRY(auto sound, checked(kind, leaf, own));
    out.push_back(std::move(sound));
  }
  return with_leaves(document, out);
}

std::optional<std::string> text_leaf(const Document& document, std::string_view path) {
  auto text = plain_at(document, path);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<WallTime> time_leaf(const Document& document, std::string_view path) {
  return parse_utc(plain_at(document, path));
}

bool true_leaf(const Document& document, std::string_view path) {
  return plain_at(document, path) == "true";
}

}  // namespace chartbell
