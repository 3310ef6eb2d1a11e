// JsonTree and JsonPlace: a JSON text as it was written, members in their order and those of one
// name kept apart, and a place in it that knows its JSON pointer (RFC 6901), so that whatever is
// wrong there can be told with the place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace chartbell {

enum class JsonKind : std::uint8_t { kNull, kTruth, kNumber, kText, kArray, kObject };

struct JsonNode {
  JsonKind kind = JsonKind::kNull;
  std::string key;   // where it is a member
  std::string text;  // of a text
  double number = 0;
  bool truth = false;
  std::vector<JsonNode> children;
};

class JsonObject;

// A view: the tree outlives it.
class JsonPlace {
 public:
  JsonPlace(const JsonNode& node, std::string pointer)
      : node_(&node), pointer_(std::move(pointer)) {}

  JsonKind kind() const { return node_->kind; }
  std::string_view key() const { return node_->key; }
  const std::string& pointer() const { return pointer_; }

  // kInvalid, "POINTER: what"; the whole text's pointer is empty, and stands as "the template".
  std::unexpected<Error> fault(std::string_view what) const;
  // The same of a member that is not there.
  std::unexpected<Error> lacks(std::string_view member) const;

  // What is wanted, or a fault that says so.
  Result<std::string_view> text() const;
  Result<bool> truth() const;
  Result<double> number() const;
  // A whole number of 0 and more, up to `most`.
  Result<std::size_t> count(std::size_t most) const;
  Result<std::vector<JsonPlace>> elements(std::size_t most) const;
  // All members; a fault names one that is there twice.
  Result<std::vector<JsonPlace>> members(std::size_t most) const;
  // None but these.
  Result<JsonObject> object(std::span<const std::string_view> known) const;

 private:
  std::unexpected<Error> wanted(std::string_view what) const;
  JsonPlace child(const JsonNode& node, std::string_view name) const;

  const JsonNode* node_;
  std::string pointer_;
};

// An object of which all members are known.
class JsonObject {
 public:
  JsonObject(JsonPlace place, std::vector<JsonPlace> members)
      : place_(std::move(place)), members_(std::move(members)) {}

  const JsonPlace& place() const { return place_; }
  std::span<const JsonPlace> members() const { return members_; }
  // Null where there is none.
  const JsonPlace* find(std::string_view name) const;
  // A fault names the member that is missing.
  Result<JsonPlace> need(std::string_view name) const;

 private:
  JsonPlace place_;
  std::vector<JsonPlace> members_;
};

class JsonTree {
 public:
  static constexpr std::size_t kDepthMax = 16;
  static constexpr std::size_t kValuesMax = 40'000;  // a value takes more memory than it has bytes

  // kInvalid, with the line, for what is no JSON (RFC 8259, UTF-8), nests deeper or holds more.
  static Result<JsonTree> of(std::string_view text);

  JsonPlace root() const { return {*root_, ""}; }

 private:
  explicit JsonTree(std::unique_ptr<JsonNode> root) : root_(std::move(root)) {}

  std::unique_ptr<JsonNode> root_;
};

// A text of somebody else's in an error: in quotes, escaped, cut short.
std::string quoted(std::string_view text);

}  // namespace chartbell
