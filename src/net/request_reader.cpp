#include "net/request_reader.h"

#include <algorithm>

#include "net/http_wire.h"

namespace chartbell {
namespace {

namespace http = beast::http;

// Of the sizes and extensions of chunks and of trailers, beyond as much again as the body has:
// otherwise a body of a few bytes could go on for ever.
constexpr std::size_t kFramingBytesMax = std::size_t{16} * 1024;

constexpr RequestFault kTooLong{413, "the body is too long"};

std::string_view text_of(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

}  // namespace

RequestReader::RequestReader(const RequestLimits& limits, LargeRule refuses_large)
    : limits_(limits), refuses_large_(std::move(refuses_large)) {
  parser_.header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
  parser_.body_limit(std::max(limits.body_bytes_max, limits.large_body_bytes_max));
}

RequestReader::Step RequestReader::advance(beast::flat_buffer& in) {
  if (has_head_) return read_body(in);
  const Step step = read_head(in);
  if (step != Step::kHead) return step;
  // A body that is here already needs no word of its own.
  const Step after = read_body(in);
  return after == Step::kMore ? Step::kHead : after;
}

RequestReader::Step RequestReader::read_head(beast::flat_buffer& in) {
  // RFC 9112 §2.2: an empty line in front of a request is passed over.
  if (scanned_ <= 1 && text_of(in).starts_with("\r\n")) {
    in.consume(2);
    scanned_ = 0;
  }
  const std::string_view text = text_of(in);
  for (std::size_t feed = text.find('\n', scanned_); feed != std::string_view::npos;
       feed = text.find('\n', feed + 1)) {
    if (feed == 0 || text[feed - 1] != '\r') return refuse(400, "a line ends without CR");
    if (!text.substr(0, feed + 1).ends_with("\r\n\r\n")) continue;
    if (feed + 1 > limits_.head_bytes_max) break;
    const Step step = take_head(text.substr(0, feed + 1));
    in.consume(feed + 1);
    return step;
  }
  if (text.size() >= limits_.head_bytes_max)
    return text.find('\n') == std::string_view::npos ? refuse(414, "the target is too long")
                                                     : refuse(431, "the head is too long");
  scanned_ = text.size();
  return Step::kMore;
}

RequestReader::Step RequestReader::take_head(std::string_view head) {
  if (const auto fault = check_request_head(head, limits_))
    return refuse(fault->status, fault->reason);
  ErrorCode error;
  const std::size_t taken = parser_.put(asio::buffer(head), error);
  if (error == http::error::body_limit) return refuse(kTooLong.status, kTooLong.reason);
  if (error || taken != head.size() || !parser_.is_header_done())
    return refuse(400, "the head is no HTTP");
  const auto& message = parser_.get();
  request_.method = std::string(message.method_string());
  request_.target = std::string(origin_form({message.target().data(), message.target().size()}));
  if (request_.target.starts_with('?')) request_.target.insert(0, "/");
  // Taken now: the parser appends the trailers of a chunked body to the fields, and what comes
  // after the body must not pass for what was checked before it.
  for (const auto& item : message)
    request_.fields.emplace_back(std::string(item.name_string()), std::string(item.value()));
  parser_.eager(true);
  has_head_ = true;
  return limit_body();
}

RequestReader::Step RequestReader::limit_body() {
  const auto length = parser_.content_length();
  if (!parser_.chunked() && (!length || *length <= limits_.body_bytes_max)) return Step::kHead;
  const auto fault = refuses_large_ ? refuses_large_(request_) : kTooLong;
  is_large_ = !fault;
  if (is_large_) return Step::kHead;
  if (length || fault->status != kTooLong.status) return refuse(fault->status, fault->reason);
  parser_.body_limit(limits_.body_bytes_max);
  return Step::kHead;
}

RequestReader::Step RequestReader::read_body(beast::flat_buffer& in) {
  while (!parser_.is_done() && in.size() != 0) {
    ErrorCode error;
    const std::size_t taken = parser_.put(in.data(), error);
    in.consume(taken);
    body_wire_bytes_ += taken;
    if (error == http::error::need_more) break;
    if (error == http::error::body_limit) return refuse(kTooLong.status, kTooLong.reason);
    if (error) return refuse(400, "the body is no HTTP");
    const std::size_t body = parser_.get().body().size();
    if (body_wire_bytes_ - body > body + kFramingBytesMax)
      return refuse(400, "the chunks are too small");
  }
  if (parser_.is_done()) return Step::kWhole;
  if (in.size() >= limits_.head_bytes_max) return refuse(400, "a line of the body is too long");
  return Step::kMore;
}

RequestReader::Step RequestReader::refuse(int status, std::string_view reason) {
  fault_ = {status, reason};
  return Step::kRefused;
}

bool RequestReader::expects_continue() const {
  return field(request_.fields, "Expect").has_value();
}

HttpRequest RequestReader::take() {
  request_.body = std::move(parser_.get().body());
  return std::move(request_);
}

}  // namespace chartbell
