// HttpServer: HTTP/1.1 on one listening socket, with limits enforced while reading.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/http_message.h"
#include "net/event_loop.h"
#include "net/request_check.h"

namespace chartbell {

using Respond = std::function<void(HttpResponse)>;

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // On the loop's thread. `respond` is called once, from any thread, now or later. Connection,
  // Content-Length and Transfer-Encoding of the answer are the server's own, but "Connection:
  // close" ends the connection after it.
  virtual void handle(HttpRequest request, Respond respond) = 0;
  // Asked on the loop's thread when a head is read whose body is longer than
  // RequestLimits::body_bytes_max, or does not say how long it is: nothing lets it be as long as
  // large_body_bytes_max. A 413 keeps a body of unknown length within the usual limit.
  virtual std::optional<RequestFault> refuses_large(const HttpRequest& head);
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see HttpServer::port()
  RequestLimits request{};
  std::size_t connections_max = 4096;
  std::size_t connections_per_network = 256;  // see HttpRequest::network
  std::size_t large_bodies_max = 4;  // that are read, or not answered yet, at a time; else 503
  Milliseconds large_body_deadline{120'000};
  std::size_t streams_max = 64;  // of the connections, those whose answers come piece by piece
  Milliseconds head_deadline{10'000};  // for the whole head; not restarted by each byte
  Milliseconds body_deadline{30'000};
  // What a body must be faster than, on the whole, from body_grace on.
  std::size_t body_bytes_per_second_min = 512;
  Milliseconds body_grace{5'000};
  Milliseconds idle_deadline{60'000};
};

// Listens from open() to destruction. `loop` and `handler` outlive the server. What breaks HTTP or
// a limit is answered by 400, 408, 413, 414, 417, 431, 501 or 505 through `refuse`, and the
// connection closed; one connection or one stream too many by 503, one too many of a network by
// 429. An answer of the handler's whose fields
// hold line breaks is replaced by a 500.
//
// An answer with a source goes out in chunks and ends its connection. A client that takes a piece
// for longer than idle_deadline is left; a source may keep it waiting for as long as it likes.
class HttpServer {
 public:
  // Makes the body and fields of an answer that the server itself gives.
  using Refusal = std::function<HttpResponse(int status, std::string_view reason)>;

  // kConfig, naming address and port, when it cannot listen there: taken, no right, no such
  // address.
  static Result<std::unique_ptr<HttpServer>> open(EventLoop& loop, ServerOptions options,
                                                  HttpHandler& handler, Refusal refuse);
  // From any thread, also with requests unanswered: their `respond` does nothing from then on.
  ~HttpServer();

  std::uint16_t port() const;

 private:
  class Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace chartbell
