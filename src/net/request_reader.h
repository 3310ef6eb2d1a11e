// RequestReader: bytes of a connection to one HTTP request, with limits; knows no sockets.
#pragma once

#include <functional>
#include <optional>

#include "model/http_message.h"
#include "net/asio.h"
#include "net/request_check.h"

namespace chartbell {

class RequestReader {
 public:
  enum class Step : std::uint8_t {
    kMore,     // nothing to do before more bytes are there
    kHead,     // the head is whole and good, its body is not; said once
    kWhole,    // take()
    kRefused,  // fault(); the connection is of no further use
  };

  // Whether the body of this head may be a large one: nothing, or why not.
  using LargeRule = std::function<std::optional<RequestFault>(const HttpRequest& head)>;

  explicit RequestReader(const RequestLimits& limits, LargeRule refuses_large = {});

  // Takes what it can from the front of `in`.
  Step advance(beast::flat_buffer& in);

  // True from kHead on, when the client waits for a 100 before it sends its body (RFC 9110
  // §10.1.1).
  bool expects_continue() const;
  bool keep_alive() const { return parser_.keep_alive(); }
  // The body may be a large one; from kHead on.
  bool is_large() const { return is_large_; }
  bool is_head() const { return request_.method == "HEAD"; }
  const RequestFault& fault() const { return fault_; }
  // Once, when whole.
  HttpRequest take();

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;

  Step read_head(beast::flat_buffer& in);
  Step take_head(std::string_view head);
  Step limit_body();
  Step read_body(beast::flat_buffer& in);
  Step refuse(int status, std::string_view reason);

  const RequestLimits limits_;
  const LargeRule refuses_large_;
  std::size_t body_wire_bytes_ = 0;  // with what stands between and behind its chunks
  std::size_t scanned_ = 0;          // of the buffer, without an end of the head in it
  bool has_head_ = false;
  bool is_large_ = false;
  Parser parser_;
  HttpRequest request_;
  RequestFault fault_{};
};

}  // namespace chartbell
