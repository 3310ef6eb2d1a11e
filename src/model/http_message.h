// HTTP requests and answers as values, whichever side of the wire they are on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chartbell {

// Names in any case; order kept.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

// The value of the first field of that name (ASCII case does not matter).
std::optional<std::string_view> field(const HttpFields& fields, std::string_view name);

struct HttpRequest {
  std::string method;
  std::string target;  // origin form: path and query
  HttpFields fields;
  std::string body;
  std::string peer;  // address of the other side, without its port; server side only
};

struct HttpResponse {
  int status = 200;
  HttpFields fields;
  std::string body;
};

}  // namespace chartbell
