#include "net/http_session.h"

#include <algorithm>
#include <charconv>

#include <netinet/tcp.h>

#include "base/ascii.h"

namespace chartbell {
namespace {

constexpr std::size_t kReadBytes = 4096;
// What the kernel keeps for a client that does not read (it takes this twice); left to itself it
// takes megabytes, and a client has them filled by asking many times in one breath.
constexpr int kUnreadBytes = 128 * 1024;
constexpr Milliseconds kDrainTime{1'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::optional<asio::ip::address> address_of(const Socket& socket) {
  ErrorCode error;
  const auto address = socket.remote_endpoint(error).address();
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

std::string peer_of(const Socket& socket) {
  const auto address = address_of(socket);
  return address ? address->to_string() : std::string();
}

// A peer that is gone without a word would hold its stream for a quarter of an hour.
void give_up_unheard(Socket& socket, Milliseconds time) {
  const auto ms = static_cast<unsigned>(time.count());
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
}

std::string chunk_size(std::size_t size) {
  char digits[2 * sizeof size];
  const auto end = std::to_chars(digits, digits + sizeof digits, size, 16).ptr;
  return std::string(digits, end) + "\r\n";
}

bool says_close(const HttpResponse& answer) {
  const auto connection = field(answer.fields, "Connection");
  return connection && equal_ignoring_case(*connection, "close");
}

}  // namespace

std::string network_of(const Socket& socket) {
  const auto address = address_of(socket);
  if (!address || address->is_v4()) return address ? address->to_string() : std::string();
  auto bytes = address->to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return asio::ip::address_v6(bytes).to_string() + "/64";
}

HttpSession::HttpSession(Socket socket, std::shared_ptr<ServerShare> server)
    : server_(std::move(server)),
      socket_(std::move(socket)),
      peer_(peer_of(socket_)),
      network_(network_of(socket_)),
      answered_(server_->io, Timer::time_point::max()) {
  ErrorCode ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::send_buffer_size(kUnreadBytes), ignored);
}

HttpSession::~HttpSession() {
  drop_large();
}

Task<> HttpSession::serve(std::shared_ptr<HttpSession> self) {
  while (co_await serve_one(self)) self->had_request_ = true;
  self->close();
}

Task<> HttpSession::turn_away(std::shared_ptr<HttpSession> self, RequestFault fault) {
  co_await refuse(self, fault);
  self->close();
}

Task<bool> HttpSession::serve_one(std::shared_ptr<HttpSession> self) {
  const Heard heard = co_await hear(self);
  if (heard == Heard::kFault) co_await refuse(self, self->fault_);
  if (heard != Heard::kRequest || self->server_->closed) co_return false;

  self->without_body_ = self->reader_->is_head();
  const bool client_stays = self->reader_->keep_alive();
  HttpResponse answer = co_await ask_handler(self, self->reader_->take());
  if (self->server_->closed) co_return false;
  answer = self->admitted(std::move(answer));
  if (answer.source) {
    co_await stream(self, std::move(answer));
    co_return false;
  }
  const bool stays = client_stays && !says_close(answer);
  const bool written =
      co_await write(self, std::move(answer), stays ? KeepAlive::kYes : KeepAlive::kNo);
  if (written && !stays) co_await drain(self);
  co_return written&& stays;
}

Task<HttpSession::Heard> HttpSession::hear(std::shared_ptr<HttpSession> self) {
  const ServerOptions& options = self->server_->options;
  self->without_body_ = false;
  self->drop_large();
  self->reader_.emplace(options.request, [session = self.get()](const HttpRequest& head) {
    return session->refuse_large(head);
  });
  self->body_began_.reset();
  // The first head is due from the start; between requests a client may rest.
  if (self->in_.size() == 0 && self->had_request_) {
    self->give(options.idle_deadline);
    if (!co_await read_some(self)) co_return Heard::kSilence;
  }
  self->give(options.head_deadline);
  bool said_something = self->in_.size() != 0;
  auto step =
      self->in_.size() != 0 ? self->reader_->advance(self->in_) : RequestReader::Step::kMore;
  while (step == RequestReader::Step::kMore || step == RequestReader::Step::kHead) {
    if (step == RequestReader::Step::kHead) {
      self->give(self->reader_->is_large() ? options.large_body_deadline : options.body_deadline);
      self->body_began_ = self->server_->clock.steady_now();
      self->body_bytes_ = 0;
      if (self->reader_->expects_continue())
        co_await asio::async_write(self->socket_, asio::buffer(kContinue), kAwait);
    }
    if (!co_await read_some(self)) {
      if (!self->late_ || !said_something) co_return Heard::kSilence;
      self->fault_ = {408, "the request took too long"};
      co_return Heard::kFault;
    }
    said_something = true;
    step = self->reader_->advance(self->in_);
  }
  self->body_began_.reset();
  if (step == RequestReader::Step::kWhole) co_return Heard::kRequest;
  self->fault_ = self->reader_->fault();
  co_return Heard::kFault;
}

Task<bool> HttpSession::read_some(std::shared_ptr<HttpSession> self) {
  if (self->late_) co_return false;  // nothing would interrupt the wait
  const auto [error, bytes] =
      co_await self->socket_.async_read_some(self->in_.prepare(kReadBytes), kAwait);
  self->in_.commit(bytes);
  self->body_bytes_ += bytes;
  co_return !error && !self->late_;
}

Task<HttpResponse> HttpSession::ask_handler(std::shared_ptr<HttpSession> self,
                                            HttpRequest request) {
  self->deadline_ = SteadyTime::max();  // the handler takes the time it needs
  self->answer_.reset();
  request.peer = self->peer_;
  request.network = self->network_;
  self->server_->handler.handle(std::move(request), self->responder());
  while (!self->answer_ && !self->server_->closed) co_await self->answered_.async_wait(kAwait);
  co_return self->answer_ ? *std::move(self->answer_) : HttpResponse{};
}

Respond HttpSession::responder() {
  return [session = weak_from_this(), &io = server_->io](HttpResponse answer) {
    if (session.expired()) return;
    asio::post(io, [session, answer = std::move(answer)]() mutable {
      if (const auto self = session.lock()) self->take_answer(std::move(answer));
    });
  };
}

void HttpSession::take_answer(HttpResponse answer) {
  answer_ = std::move(answer);
  answered_.cancel();
}

Task<bool> HttpSession::write(std::shared_ptr<HttpSession> self, HttpResponse answer,
                              KeepAlive keep_alive) {
  const std::string head = response_head(answer, self->server_->clock.now(), keep_alive);
  const bool bare = !has_body(answer.status) || self->without_body_ || answer.source;
  answer.source.reset();  // the session's to hold: closing it ends the source at once
  const std::array<asio::const_buffer, 2> parts = {
      asio::buffer(head), bare ? asio::const_buffer() : asio::buffer(answer.body)};
  self->give(self->server_->options.idle_deadline);
  const auto [error, bytes] = co_await asio::async_write(self->socket_, parts, kAwait);
  co_return !error;
}

HttpResponse HttpSession::admitted(HttpResponse answer) const {
  // A handler may have put what a client sent into a field: no line break may get out.
  if (!are_fields(answer.fields)) return server_->refuse(500, "the answer is no HTTP");
  if (answer.source && server_->streams >= server_->options.streams_max)
    return server_->refuse(503, "too many streams");
  return answer;
}

Task<> HttpSession::stream(std::shared_ptr<HttpSession> self, HttpResponse answer) {
  ++self->server_->streams;
  self->source_ = answer.source;
  const bool bare = !has_body(answer.status) || self->without_body_;
  if (co_await write(self, std::move(answer), KeepAlive::kNo)) {
    give_up_unheard(self->socket_, self->server_->options.idle_deadline);
    spawn(self->server_->io, watch(self));
    if (!bare) co_await write_pieces(self);
    self->drop_source();
    ErrorCode ignored;
    self->socket_.shutdown(Socket::shutdown_send, ignored);
    self->give(kDrainTime);
    while (!self->left_) co_await self->answered_.async_wait(kAwait);
  }
  self->leave_stream();
}

Task<> HttpSession::write_pieces(std::shared_ptr<HttpSession> self) {
  for (bool more = true; more && !self->left_;) {
    const std::string piece = co_await next_piece(self);
    if (self->left_) co_return;
    more = !piece.empty();
    const std::string size = chunk_size(piece.size());
    const std::array<asio::const_buffer, 3> chunk = {asio::buffer(size), asio::buffer(piece),
                                                     asio::buffer("\r\n", 2)};
    self->give(self->server_->options.idle_deadline);
    const auto [error, bytes] = co_await asio::async_write(self->socket_, chunk, kAwait);
    if (error) co_return;
  }
}

Task<std::string> HttpSession::next_piece(std::shared_ptr<HttpSession> self) {
  self->deadline_ = SteadyTime::max();  // the source takes the time it needs
  self->piece_.reset();
  self->ask_source();
  while (!self->piece_ && !self->left_) co_await self->answered_.async_wait(kAwait);
  co_return std::exchange(self->piece_, std::nullopt).value_or("");
}

void HttpSession::ask_source() {
  const auto source = source_;  // may be dropped from inside next()
  source->next([session = weak_from_this(), &io = server_->io](std::string piece) {
    if (session.expired()) return;
    asio::post(io, [session, piece = std::move(piece)]() mutable {
      if (const auto self = session.lock()) self->take_piece(std::move(piece));
    });
  });
}

void HttpSession::take_piece(std::string piece) {
  piece_ = std::move(piece);
  answered_.cancel();
}

// Whoever reads a stream has nothing more to say; what ends is noticed here, also while no piece is
// there to be written.
Task<> HttpSession::watch(std::shared_ptr<HttpSession> self) {
  std::array<char, 512> unread;
  for (std::size_t said = 0;
       !self->late_ && said < self->server_->options.request.head_bytes_max;) {
    const auto [error, bytes] =
        co_await self->socket_.async_read_some(asio::buffer(unread), kAwait);
    if (error) break;
    said += bytes;
  }
  self->leave_stream();
}

void HttpSession::drop_source() {
  if (source_) --server_->streams;
  source_.reset();
}

void HttpSession::leave_stream() {
  left_ = true;
  drop_source();
  ErrorCode ignored;
  socket_.cancel(ignored);
  answered_.cancel();
}

Task<> HttpSession::refuse(std::shared_ptr<HttpSession> self, RequestFault fault) {
  if (self->server_->closed) co_return;
  HttpResponse answer = self->server_->refuse(fault.status, fault.reason);
  if (co_await write(self, std::move(answer), KeepAlive::kNo)) co_await drain(self);
}

// Closing while the client still sends would reset the connection and may take the answer back from
// under it (RFC 9112 §9.6): our side ends first, and what comes is thrown away for a while.
Task<> HttpSession::drain(std::shared_ptr<HttpSession> self) {
  ErrorCode ignored;
  self->socket_.shutdown(Socket::shutdown_send, ignored);
  self->give(kDrainTime);
  do self->in_.clear();
  while (co_await read_some(self));
}

// The handler is asked first: whoever may not send a large body takes nobody's place.
std::optional<RequestFault> HttpSession::refuse_large(HttpRequest head) {
  if (server_->closed) return RequestFault{503, "the server ends"};
  head.peer = peer_;
  head.network = network_;
  if (auto fault = server_->handler.refuses_large(head)) return fault;
  if (server_->large_bodies >= server_->options.large_bodies_max)
    return RequestFault{503, "too many large bodies at a time"};
  ++server_->large_bodies;
  has_large_ = true;
  return std::nullopt;
}

void HttpSession::drop_large() {
  if (std::exchange(has_large_, false)) --server_->large_bodies;
}

void HttpSession::give(Milliseconds time) {
  late_ = false;
  deadline_ = server_->clock.steady_now() + time;
}

bool HttpSession::body_is_slow(SteadyTime now) const {
  if (!body_began_) return false;
  const auto& options = server_->options;
  const auto took = std::chrono::duration_cast<Milliseconds>(now - *body_began_);
  const auto least =
      options.body_bytes_per_second_min * static_cast<std::size_t>(took.count()) / 1000;
  return took > options.body_grace && body_bytes_ < least;
}

void HttpSession::check_deadline(SteadyTime now) {
  if (now < deadline_ && !body_is_slow(now)) return;
  body_began_.reset();
  late_ = true;
  deadline_ = SteadyTime::max();
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void HttpSession::close() {
  leave_stream();
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace chartbell
