#include "model/leaves.h"

#include <cstdlib>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/check.h"
#include "model/document_object.h"

namespace chartbell {
namespace {

namespace json = boost::json;

void collect(const json::object& object, const std::string& prefix, LeafMap& out) {
  for (const auto& [key, value] : object) {
    const auto path = prefix + std::string(key);
    if (value.is_object() && !value.as_object().empty()) {
      collect(value.as_object(), path + ".", out);
    } else {
      out.emplace(path, json::serialize(value));
    }
  }
}

json::value* leaf_at(json::object& object, std::string_view path) {
  const auto dot = path.find('.');
  auto* found = object.if_contains(json::string_view(path.data(), std::min(dot, path.size())));
  if (found == nullptr || dot == std::string_view::npos) return found;
  return found->is_object() ? leaf_at(found->as_object(), path.substr(dot + 1)) : nullptr;
}

}  // namespace

Result<LeafMap> leaves_of(const Document& document) {
  TRY(const auto object, object_of(document));
  LeafMap out;
  collect(object, {}, out);
  return out;
}

std::string_view leaf(const LeafMap& leaves, std::string_view path) {
  const auto found = leaves.find(path);
  return found == leaves.end() ? std::string_view("null") : std::string_view(found->second);
}

std::string plain_text(std::string_view text) {
  json::error_code error;
  const auto value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || value.is_null() || value.is_structured()) return {};
  return value.is_string() ? std::string(value.as_string()) : std::string(text);
}

Document document_of(ResourceKind kind, const Leaves& leaves) {
  const auto& shape = shape_of(kind);
  std::vector<std::string> texts(shape.fields().size());
  for (const auto& [path, text] : leaves) {
    const auto index = shape.index_of(path);
    CHECK(index.has_value());
    texts[*index] = text;
  }
  return Document(shape.render(texts));
}

std::optional<ResourceId> id_in(std::string_view json) {
  const auto digits = plain_text(json);
  if (digits.empty() || digits == "0") return std::nullopt;
  return ResourceId{std::strtoll(digits.c_str(), nullptr, 10)};
}

Result<Document> with_leaves(const Document& document, std::span<const LeafText> values) {
  TRY(auto object, object_of(document));
  for (const auto& [path, text] : values) {
    auto* leaf = leaf_at(object, path);
    if (leaf == nullptr) continue;
    json::error_code error;
    *leaf = json::parse(text, error);
    CHECK(!error);
  }
  return Document(json::serialize(object));
}

}  // namespace chartbell
