#include "detect/leaf_edit.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

json::value parsed(const Document& document) {
  json::error_code error;
  auto value = json::parse(json::string_view(document.expose()), error);
  return error ? json::value(nullptr) : std::move(value);
}

json::value* at(json::value& value, std::string_view path) {
  const auto dot = path.find('.');
  auto* object = value.if_object();
  if (object == nullptr) return nullptr;
  auto* found = object->if_contains(json::string_view(path.substr(0, dot)));
  if (found == nullptr || dot == std::string_view::npos) return found;
  return at(*found, path.substr(dot + 1));
}

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

Result<void> set(ResourceKind kind, json::value& object, const Leaves::value_type& leaf,
                 OwnLeaves own) {
  const auto& [path, text] = leaf;
  const auto& shape = shape_of(kind);
  const auto index = shape.index_of(path);
  if (!index) return failure(Code::kInvalid, path + ": " + shape.no_such_field(path));
  const auto& field = shape.fields()[*index];
  if (field.origin == Origin::kOurs && own == OwnLeaves::kRefused)
    return failure(Code::kInvalid, path + " is Chartbell's own");
  json::error_code error;
  auto value = json::parse(json::string_view(text.expose()), error);
  if (error) return failure(Code::kInvalid, path + " is no JSON");
  if (value.is_null()) {
    value = json::parse(json::string_view(field.absent));
  } else if (!fits(field.type, value)) {
    return failure(Code::kInvalid, path + " has a value of another type");
  } else if (field.type == FieldType::kTime) {
    value = json::string(to_text(*parse_utc(std::string_view(value.as_string()))));
  }
  auto* place = at(object, path);
  if (place == nullptr) return failure(Code::kCorrupt, "a stored document lacks " + path);
  *place = std::move(value);
  return {};
}

}  // namespace

Document blank(ResourceKind kind) {
  const auto& shape = shape_of(kind);
  return Document(shape.render(std::vector<std::string>(shape.fields().size())));
}

Result<Document> with_leaves(ResourceKind kind, const Document& document, const Leaves& leaves,
                             OwnLeaves own) {
  auto object = parsed(document);
  for (const auto& leaf : leaves) TRY_DO(set(kind, object, leaf, own));
  return Document(json::serialize(object));
}

std::optional<std::int64_t> integer_leaf(const Document& document, std::string_view path) {
  auto object = parsed(document);
  const auto* leaf = at(object, path);
  return leaf != nullptr && leaf->is_int64() ? std::optional(leaf->as_int64()) : std::nullopt;
}

std::optional<std::string> text_leaf(const Document& document, std::string_view path) {
  auto object = parsed(document);
  const auto* leaf = at(object, path);
  return leaf != nullptr && leaf->is_string() ? std::optional(std::string(leaf->as_string()))
                                              : std::nullopt;
}

std::optional<WallTime> time_leaf(const Document& document, std::string_view path) {
  const auto text = text_leaf(document, path);
  return text ? parse_utc(*text) : std::nullopt;
}

bool true_leaf(const Document& document, std::string_view path) {
  auto object = parsed(document);
  const auto* leaf = at(object, path);
  return leaf != nullptr && leaf->is_bool() && leaf->as_bool();
}

}  // namespace chartbell
