#include "forms/json_place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/characters.h"
#include "base/json_text.h"
#include "base/nearest.h"
#include "forms/contains.h"

namespace chartbell {
namespace {

constexpr std::array<std::string_view, 6> kKindNames = {"null",   "true or false", "a number",
                                                        "a text", "an array",      "an object"};

// RFC 6901 §3.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::string_view rest = text;
  while (text.size() - rest.size() < most && take_character(rest)) {
  }
  return std::string(text.substr(0, text.size() - rest.size())) + "…";
}

Error fault_at(std::string_view pointer, std::string_view what) {
  return {Code::kInvalid,
          std::string(pointer.empty() ? "the template" : pointer) + ": " + std::string(what)};
}

}  // namespace

std::string quoted(std::string_view text) {
  return json_string(shortened(text, 60));
}

std::unexpected<Error> JsonPlace::fault(std::string_view what) const {
  return std::unexpected(fault_at(pointer_, what));
}

std::unexpected<Error> JsonPlace::lacks(std::string_view member) const {
  return std::unexpected(fault_at(pointer_ + '/' + escaped(member), "is missing"));
}

std::unexpected<Error> JsonPlace::wanted(std::string_view what) const {
  return fault("wanted is " + std::string(what) + ", here is " +
               std::string(kKindNames[static_cast<std::size_t>(kind())]));
}

JsonPlace JsonPlace::child(const JsonNode& node, std::string_view name) const {
  return {node, pointer_ + '/' + escaped(shortened(name, 60))};
}

Result<std::string_view> JsonPlace::text() const {
  if (kind() != JsonKind::kText) return wanted("a text");
  return std::string_view(node_->text);
}

Result<bool> JsonPlace::truth() const {
  if (kind() != JsonKind::kTruth) return wanted("true or false");
  return node_->truth;
}

Result<double> JsonPlace::number() const {
  if (kind() != JsonKind::kNumber) return wanted("a number");
  return node_->number;
}

Result<std::size_t> JsonPlace::count(std::size_t most) const {
  TRY(const auto value, number());
  if (!(value >= 0 && value <= static_cast<double>(most)) || value != std::floor(value))
    return fault("wanted is a whole number from 0 to " + std::to_string(most));
  return static_cast<std::size_t>(value);
}

Result<std::vector<JsonPlace>> JsonPlace::elements(std::size_t most) const {
  if (kind() != JsonKind::kArray) return wanted("an array");
  if (node_->children.size() > most)
    return fault("has more than " + std::to_string(most) + " elements");
  std::vector<JsonPlace> out;
  for (std::size_t i = 0; i < node_->children.size(); ++i)
    out.push_back(child(node_->children[i], std::to_string(i)));
  return out;
}

Result<std::vector<JsonPlace>> JsonPlace::members(std::size_t most) const {
  if (kind() != JsonKind::kObject) return wanted("an object");
  if (node_->children.size() > most)
    return fault("has more than " + std::to_string(most) + " members");
  std::set<std::string_view> seen;
  std::vector<JsonPlace> out;
  for (const auto& node : node_->children) {
    out.push_back(child(node, node.key));
    if (!seen.insert(node.key).second) return out.back().fault("is there twice");
  }
  return out;
}

Result<JsonObject> JsonPlace::object(std::span<const std::string_view> known) const {
  constexpr std::size_t kMembersMax = 100;
  TRY(auto all, members(kMembersMax));
  for (const auto& member : all)
    if (!contains(known, member.key()))
      return member.fault("is no member that is known here" +
                          did_you_mean(shortened(member.key(), 60), known));
  return JsonObject(*this, std::move(all));
}

const JsonPlace* JsonObject::find(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &JsonPlace::key);
  return found == members_.end() ? nullptr : &*found;
}

Result<JsonPlace> JsonObject::need(std::string_view name) const {
  if (const auto* found = find(name)) return *found;
  return place_.lacks(name);
}

}  // namespace chartbell
