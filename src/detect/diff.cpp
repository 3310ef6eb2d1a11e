#include "detect/diff.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.h"
#include "model/document_object.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

namespace json = boost::json;

json::object changed_leaves(const json::object& before, const json::object& after) {
  json::object out;
  for (const auto& [key, now] : after) {
    const auto* old = before.if_contains(key);
    if (old != nullptr && *old == now) continue;
    if (old != nullptr && old->is_object() && now.is_object()) {
      out[key] = changed_leaves(old->as_object(), now.as_object());
    } else {
      out[key] = old == nullptr ? json::value(nullptr) : *old;
    }
  }
  for (const auto& [key, old] : before)
    if (!after.contains(key)) out[key] = old;
  return out;
}

bool ends_later_or_never(std::string_view date, const std::string& today) {
  return date == "null" || date > today;
}

}  // namespace

Result<Document> previous_attributes(const Document& before, const Document& after) {
  TRY(const auto old_object, object_of(before));
  TRY(const auto new_object, object_of(after));
  return Document(json::serialize(changed_leaves(old_object, new_object)));
}

Result<Document> after_removal(const Document& before,
                               const std::vector<std::pair<std::string, std::string>>& rules,
                               const std::string& today) {
  TRY(const auto leaves, leaves_of(before));
  const auto date = json_string(today);
  Leaves values;
  for (const auto& [path, value] : rules) {
    if (value != "@today") {
      values.emplace_back(path, value);
    } else if (ends_later_or_never(leaf(leaves, path), date)) {
      values.emplace_back(path, date);
    }
  }
  return with_leaves(before, values);
}

}  // namespace chartbell
