// What a request's head must keep to before any parser acts on it: RFC 9112 read strictly, so that
// nobody in front of us can have understood it differently (request smuggling).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chartbell {

struct RequestFault {
  int status;
  std::string_view reason;
};

struct RequestLimits {
  std::size_t head_bytes_max = std::size_t{16} * 1024;
  std::size_t line_bytes_max = std::size_t{8} * 1024;  // of the head, without its end
  std::size_t fields_max = 100;
  std::size_t body_bytes_max = std::size_t{1024} * 1024;
  std::size_t large_body_bytes_max = std::size_t{11} * 1024 * 1024;  // where a head is let
};

// `head` is everything from the method to the empty line, that included.
std::optional<RequestFault> check_request_head(std::string_view head, const RequestLimits& limits);

// http://host/path as a proxy is asked, where the host is that of the Host field, is read as /path
// (RFC 9112 §3.2.2). Everything else stays.
std::string_view origin_form(std::string_view target);

}  // namespace chartbell
