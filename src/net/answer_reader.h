// AnswerReader: bytes of a connection to an HTTP answer, with limits; knows no sockets.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "model/http_message.h"
#include "net/asio.h"

namespace chartbell {

struct AnswerLimits {
  std::size_t answer_bytes_max;  // head, body, framing and 1xx answers before it, together
  std::size_t head_bytes_max;
  std::size_t kept_body_bytes;
  std::span<const std::string> kept_fields;  // lower-case; all when empty
};

// A body for Beast's parser that keeps the front and drops the rest.
struct ExcerptBody {
  struct value_type {
    std::size_t room = 0;
    std::string text;
  };

  class reader {
   public:
    template <bool kIsRequest, class Fields>
    reader(beast::http::header<kIsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, ErrorCode& error) { error = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, ErrorCode& error) {
      error = {};
      for (const asio::const_buffer part : beast::buffers_range_ref(buffers)) {
        const std::size_t kept = std::min(part.size(), body_.room);
        body_.text.append(static_cast<const char*>(part.data()), kept);
        body_.room -= kept;
      }
      return asio::buffer_size(buffers);
    }

    void finish(ErrorCode& error) { error = {}; }

   private:
    value_type& body_;
  };
};

class AnswerReader {
 public:
  enum class State : std::uint8_t { kReading, kWhole, kBad };
  enum class AnswerTo : std::uint8_t { kHead, kOther };

  AnswerReader(AnswerLimits limits, AnswerTo method);

  // Takes what it can from the front of `in`, of which `fresh` bytes have not been seen before.
  State feed(beast::flat_buffer& in, std::size_t fresh);
  // The other side closed: the end of an answer that has no length of its own.
  State end();

  // True when the connection may carry another request, as far as the answer goes.
  bool keep_alive() const;
  // Once, when whole.
  HttpResponse take();

 private:
  using Parser = beast::http::response_parser<ExcerptBody>;

  void start();
  State parse(beast::flat_buffer& in);

  const AnswerLimits limits_;
  const AnswerTo method_;
  std::size_t seen_ = 0;
  std::optional<Parser> parser_;
};

}  // namespace chartbell
