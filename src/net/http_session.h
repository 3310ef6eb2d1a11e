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
  bool closed = false;           // then `handler` and `refuse` may be gone
  std::size_t streams = 0;       // sessions that hold a source
  std::size_t large_bodies = 0;  // sessions that hold a large body
};

// See HttpRequest::network.
std::string network_of(const Socket& socket);

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(Socket socket, std::shared_ptr<ServerShare> server);
  ~HttpSession();

  // Answers requests until either side has enough.
  static Task<> serve(std::shared_ptr<HttpSession> self);
  // For one connection too many: answers so, whatever it asks.
  static Task<> turn_away(std::shared_ptr<HttpSession> self, RequestFault fault);

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
  static Task<> stream(std::shared_ptr<HttpSession> self, HttpResponse answer);
  static Task<> write_pieces(std::shared_ptr<HttpSession> self);
  static Task<std::string> next_piece(std::shared_ptr<HttpSession> self);
  static Task<> watch(std::shared_ptr<HttpSession> self);
  static Task<> refuse(std::shared_ptr<HttpSession> self, RequestFault fault);
  static Task<> drain(std::shared_ptr<HttpSession> self);

  void give(Milliseconds time);
  std::optional<RequestFault> refuse_large(HttpRequest head);
  void drop_large();
  bool body_is_slow(SteadyTime now) const;
  void take_answer(HttpResponse answer);
  Respond responder();
  // The handler's answer, or what must stand in its place.
  HttpResponse admitted(HttpResponse answer) const;
  void ask_source();
  void take_piece(std::string piece);
  void drop_source();
  void leave_stream();

  const std::shared_ptr<ServerShare> server_;
  Socket socket_;
  const std::string peer_;
  const std::string network_;
  beast::flat_buffer in_;
  std::optional<RequestReader> reader_;
  RequestFault fault_{};
  bool had_request_ = false;
  bool has_large_ = false;     // one of ServerShare::large_bodies is this session's
  bool without_body_ = false;  // the request was a HEAD

  SteadyTime deadline_ = SteadyTime::max();
  bool late_ = false;  // an operation was interrupted by the deadline
  std::optional<SteadyTime> body_began_;
  std::size_t body_bytes_ = 0;  // since then

  Timer answered_;  // never expires; cancelled when the handler or the source has answered
  std::optional<HttpResponse> answer_;

  std::shared_ptr<BodySource> source_;  // null once nobody wants its pieces
  std::optional<std::string> piece_;
  bool left_ = false;  // by the client, or because it was late
};

}  // namespace chartbell
