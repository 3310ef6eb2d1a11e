// HTTP requests and answers as values, whichever side of the wire they are on.
#pragma once

#include <functional>
#include <memory>
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
  // What limits count by: of IPv4 the address, of IPv6 its first 64 bits, since who has one has all
  // of them. Server side only.
  std::string network{};
};

// The value of the next cookie of that name, taken off the front of a Cookie field's value
// (RFC 6265 §4.2.1).
std::optional<std::string_view> take_cookie(std::string_view& cookies, std::string_view name);

// A body that comes piece by piece, for answers without an end of their own (server-sent events).
// Destroyed as soon as nobody reads it any more.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Asks for the next piece; not before the last one was written, so a source is never ahead of its
  // reader by more than one. `piece` is called once, from any thread, now or later, also when the
  // source is gone; an empty one ends the body.
  virtual void next(std::function<void(std::string)> piece) = 0;
};

struct HttpResponse {
  int status = 200;
  HttpFields fields;
  std::string body;
  std::shared_ptr<BodySource> source{};  // in place of `body` where it is set; server side only
};

}  // namespace chartbell
