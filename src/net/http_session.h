// HttpSession: one connection of a client to an HttpServer, from its acceptance to its end.
//
// On the loop's thread. Its task keeps it alive; close() makes the task end.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "net/asio.h"
#include "net/http_server.h"
#include "net/http_wire.h"
#include "net/request_reader.h"

namespace chartbell {

// What the sessions of one server share.
struct ServerShare {
  asio::io_context& io;
  const ServerOptions options;
  HttpHandler& handler;
  const HttpServer::Refusal refuse;
  const SystemClock clock{};
  bool closed = false;  // then `handler` and `refuse` may be gone
};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(Socket socket, std::shared_ptr<const ServerShare> server);

  // Answers requests until either side has enough.
  static Task<> serve(std::shared_ptr<HttpSession> self);
  // For one connection too many: answers 503 whatever it asks.
  static Task<> turn_away(std::shared_ptr<HttpSession> self);

  // Interrupts what has passed its deadline.
  void check_deadline(SteadyTime now);
  void close();

 private:
  // What was read, or why not: a whole request, a fault to be answered, or an end without a word.
  enum class Heard : std::uint8_t { kRequest, kFault, kSilence };

  static Task<bool> serve_one(std::shared_ptr<HttpSession> self);
  static Task<Heard> hear(std::shared_ptr<HttpSession> self);
  static Task<bool> read_some(std::shared_ptr<HttpSession> self);
  static Task<HttpResponse> ask_handler(std::shared_ptr<HttpSession> self, HttpRequest request);
  static Task<bool> write(std::shared_ptr<HttpSession> self, HttpResponse answer,
                          KeepAlive keep_alive);
  static Task<> refuse(std::shared_ptr<HttpSession> self, RequestFault fault);
  static Task<> drain(std::shared_ptr<HttpSession> self);

  void give(Milliseconds time);
  void take_answer(HttpResponse answer);
  Respond responder();

  const std::shared_ptr<const ServerShare> server_;
  Socket socket_;
  const std::string peer_;
  beast::flat_buffer in_;
  std::optional<RequestReader> reader_;
  RequestFault fault_{};
  bool had_request_ = false;
  bool without_body_ = false;  // the request was a HEAD

  SteadyTime deadline_ = SteadyTime::max();
  bool late_ = false;  // an operation was interrupted by the deadline

  Timer answered_;  // never expires; cancelled when the handler has answered
  std::optional<HttpResponse> answer_;
};

}  // namespace chartbell
