// Parameters: what a call was given, from its query and from its JSON or form body.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/http_message.h"

namespace chartbell {

// A request's path and query, decoded. Names in the query win over nothing: bodies are looked at
// first.
class Parameters {
 public:
  // kInvalid for bad escapes, bad JSON, a body that is no object, or more than 1000 parameters; an
  // error of kTooLarge for nesting beyond 32. Code kRefused stands for an unknown media type (415).
  // What a route reads by itself, lines of JSON and forms of several parts, is passed over.
  static Result<Parameters> of(const HttpRequest& request);

  // The members of an object in the body. kInvalid "Missing parameter NAME", or where it is no
  // object.
  Result<Parameters> inside(std::string_view name) const;

  const std::string& path() const { return path_; }
  bool has(std::string_view name) const { return values_.contains(name); }
  std::optional<std::string> text(std::string_view name) const;
  // kInvalid "Missing parameter NAME".
  Result<std::string> required(std::string_view name) const;
  // true/false as JSON or as text; kInvalid for anything else.
  Result<std::optional<bool>> boolean(std::string_view name) const;
  Result<std::optional<std::int64_t>> integer(std::string_view name) const;
  Result<std::optional<std::int64_t>> integer_in(std::string_view name, std::int64_t least,
                                                 std::int64_t most) const;
  // UTC, ISO 8601.
  Result<std::optional<WallTime>> time(std::string_view name) const;
  // As people write it: see parse_moment().
  Result<std::optional<WallTime>> moment(std::string_view name) const;
  // All that was given as `name[]`, or else the one that was given as `name`; `most` at the most.
  Result<std::vector<std::string>> list(std::string_view name, std::size_t most = 100) const;
  // The same as ids: integers of 1 and more.
  Result<std::vector<std::int64_t>> ids(std::string_view name, std::size_t most = 100) const;
  // True when the name was given with a JSON null.
  bool is_null(std::string_view name) const;

 private:
  struct Value {
    std::string text;
    bool null = false;
  };
  Result<void> add_form(std::string_view form);
  Result<void> add_json(std::string_view body);
  Result<void> add(std::string name, Value value);

  std::string path_;
  std::map<std::string, Value, std::less<>> values_;
  std::vector<std::pair<std::string, std::string>> lists_;  // "name[]" and one value each
};

// Whether a body of this type is JSON by the line, which a route reads by itself.
bool is_lines(std::string_view content_type);

}  // namespace chartbell
