#include "net/http_client.h"

#include <deque>
#include <list>

#include "base/check.h"
#include "net/connection_pool.h"
#include "net/dialer.h"
#include "net/flight.h"
#include "net/http_wire.h"
#include "net/loop_context.h"
#include "net/resolver.h"
#include "net/ticker.h"

namespace chartbell {
namespace {

std::string pool_key(const Url& url, const TlsIdentityPtr& identity) {
  return (url.scheme == Scheme::kHttps ? "s:" : "p:") + url.authority() +
         (identity ? ' ' + identity->fingerprint() : "");
}

// Records and handshakes around an answer; whoever needs more of them means harm.
constexpr std::size_t kTlsBytesMax = std::size_t{64} * 1024;
// Between the ends of attempts that are late together, and how many pauses there are.
constexpr std::chrono::milliseconds kLatePause{1};
constexpr std::size_t kLatePauses = 400;
constexpr std::size_t kLengthLine = 48;  // "Content-Length: …", and the empty line

}  // namespace

HttpTargetPtr post_target(const Url& url, const HttpFields& fields, TlsIdentityPtr identity) {
  CHECK(are_fields(fields));
  auto head = request_head(url, {.method = "POST", .target = url.target, .fields = fields});
  // Without its last two lines, Content-Length and the empty one.
  head.resize(head.rfind("Content-Length"));
  auto key = pool_key(url, identity);
  return std::make_shared<HttpTarget>(HttpTarget{
      .url = url, .key = std::move(key), .identity = std::move(identity), .head = std::move(head)});
}

class HttpClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(EventLoop& loop, const Clock& clock, ClientOptions options, std::unique_ptr<TlsClient> tls,
       std::unique_ptr<Resolver> resolver)
      : loop_(loop.context()),
        clock_(clock),
        options_(std::move(options)),
        dialer_(std::make_shared<Dialer>(loop_.io, clock, options_.policy, std::move(tls),
                                         std::move(resolver))),
        pool_({options_.idle_connections_max, options_.idle_age_max},
              {options_.idle_suspects_max, options_.suspect_age_max}),
        ticker_(loop_.io, [this] { return sweep(); }) {}

  void send(const Url& url, HttpRequest request, Milliseconds deadline, Done done,
            TlsIdentityPtr identity);
  void post(const HttpTargetPtr& target, std::string_view field_lines, std::string_view body,
            Milliseconds deadline, Done done);
  // From any thread.
  void shut() {
    loop_.call([this] { close(); });
  }

 private:
  AnswerLimits limits() const {
    return {.answer_bytes_max = options_.answer_bytes_max,
            .head_bytes_max = options_.head_bytes_max,
            .kept_body_bytes = options_.kept_body_bytes,
            .kept_fields = options_.kept_fields};
  }
  void launch(const FlightPtr& flight, Milliseconds deadline, Done done);
  static Task<> fly(std::shared_ptr<Impl> self, FlightPtr flight);
  void talk(const FlightPtr& flight);
  void send_rest(const FlightPtr& flight);
  void listen(const FlightPtr& flight);
  void heard(const FlightPtr& flight, ErrorCode error, std::size_t bytes);
  void redial(const FlightPtr& flight);
  void land(const FlightPtr& flight, AnswerReader& reader);
  void fail(const FlightPtr& flight, OutcomeClass outcome) { end(flight, {.failed = outcome}); }
  void end(const FlightPtr& flight, Exchange exchange);
  bool sweep();
  void end_late(std::shared_ptr<std::deque<FlightPtr>> late);
  void close();

  EventLoop::Context& loop_;
  const Clock& clock_;
  const ClientOptions options_;
  const std::shared_ptr<Dialer> dialer_;
  ConnectionPool pool_;
  std::list<FlightPtr> flights_;
  Ticker ticker_;
};

void HttpClient::Impl::send(const Url& url, HttpRequest request, Milliseconds deadline, Done done,
                            TlsIdentityPtr identity) {
  CHECK(is_token(request.method) && are_fields(request.fields));
  const auto flight = std::make_shared<Flight>();
  auto key = pool_key(url, identity);
  flight->target = std::make_shared<HttpTarget>(
      HttpTarget{.url = url, .key = std::move(key), .identity = std::move(identity)});
  flight->request = request_head(url, request) + request.body;
  if (request.method == "HEAD") flight->method = AnswerReader::AnswerTo::kHead;
  launch(flight, deadline, std::move(done));
}

void HttpClient::Impl::post(const HttpTargetPtr& target, std::string_view field_lines,
                            std::string_view body, Milliseconds deadline, Done done) {
  const auto flight = std::make_shared<Flight>();
  flight->target = target;
  auto& request = flight->request;
  request.reserve(target->head.size() + field_lines.size() + kLengthLine + body.size());
  request.append(target->head).append(field_lines).append("Content-Length: ");
  request.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  launch(flight, deadline, std::move(done));
}

void HttpClient::Impl::launch(const FlightPtr& flight, Milliseconds deadline, Done done) {
  CHECK(done != nullptr);
  flight->done = std::move(done);
  flight->sent_at = clock_.steady_now();
  flight->deadline = flight->sent_at + deadline;
  flight->place = flights_.insert(flights_.end(), flight);
  ticker_.start(weak_from_this());
  flight->connection = pool_.take(flight->target->key, flight->sent_at);
  flight->on_kept = flight->connection != nullptr;
  if (flight->on_kept) return talk(flight);
  // Later, so that `done` never runs inside send().
  asio::post(loop_.io, [self = shared_from_this(), flight] {
    if (!flight->ended()) spawn(self->loop_.io, fly(self, flight));
  });
}

Task<> HttpClient::Impl::fly(std::shared_ptr<Impl> self, FlightPtr flight) {
  const Failure failed = co_await Dialer::dial(self->dialer_, flight);
  if (flight->ended()) co_return;
  if (failed)
    self->fail(flight, *failed);
  else
    self->talk(flight);
}

// From here on no coroutine: nearly every attempt is one write and one read.
void HttpClient::Impl::talk(const FlightPtr& flight) {
  flight->talks = true;
  flight->bytes_answered = flight->bytes_around = 0;
  flight->reader.emplace(limits(), flight->method);
  if (flight->connection->load(flight->request)) return send_rest(flight);
  listen(flight);
}

// A server may answer and close before it has read everything: what was written does not matter as
// long as there is an answer.
void HttpClient::Impl::send_rest(const FlightPtr& flight) {
  auto& connection = *flight->connection;
  const auto error = connection.send_some();
  if (error != asio::error::would_block) return listen(flight);
  connection.socket.async_wait(Socket::wait_write, [self = shared_from_this(), flight](ErrorCode) {
    if (!flight->ended()) self->send_rest(flight);
  });
}

void HttpClient::Impl::listen(const FlightPtr& flight) {
  auto& connection = *flight->connection;
  connection.socket.async_read_some(
      connection.space(), [self = shared_from_this(), flight](ErrorCode error, std::size_t bytes) {
        self->heard(flight, error, bytes);
      });
}

void HttpClient::Impl::heard(const FlightPtr& flight, ErrorCode error, std::size_t bytes) {
  using enum AnswerReader::State;
  using enum TlsLayer::Reading;
  if (flight->ended()) return;
  auto& connection = *flight->connection;
  const auto before = connection.in.size();
  const auto reading = !error                      ? connection.take_in(bytes)
                       : error == asio::error::eof ? kClosed
                                                   : kFailed;
  const auto fresh = connection.in.size() - before;
  flight->bytes_answered += fresh;
  flight->bytes_around += bytes - std::min(bytes, fresh);
  auto state = fresh == 0 ? kReading : flight->reader->feed(connection.in, fresh);
  if (state == kReading && reading != kOpen) {
    if (flight->bytes_answered == 0 && flight->on_kept) return redial(flight);
    // TLS 1.3 refuses our certificate after the handshake.
    if (flight->bytes_answered == 0 && !error && reading == kFailed)
      return fail(flight, OutcomeClass::kTlsFailed);
    state = reading == kClosed ? flight->reader->end() : kBad;
  }
  if (state == kReading && flight->bytes_around <= kTlsBytesMax) return listen(flight);
  if (state == kWhole) return land(flight, *flight->reader);
  fail(flight, OutcomeClass::kBadAnswer);
}

void HttpClient::Impl::redial(const FlightPtr& flight) {
  flight->on_kept = false;
  flight->connection->close();
  spawn(loop_.io, fly(shared_from_this(), flight));
}

void HttpClient::Impl::land(const FlightPtr& flight, AnswerReader& reader) {
  const auto& connection = flight->connection;
  const bool stays = reader.keep_alive() && connection->in.size() == 0;
  HttpResponse answer = reader.take();
  const auto standing = answer.status < 300 ? Standing::kTrusted : Standing::kSuspect;
  if (stays)
    pool_.put(flight->target->key, connection, clock_.steady_now(), standing);
  else
    connection->close();
  end(flight, {.answer = std::move(answer)});
}

void HttpClient::Impl::end(const FlightPtr& flight, Exchange exchange) {
  if (exchange.failed && flight->connection) flight->connection->close();
  if (exchange.failed) pool_.suspect(flight->target->key, clock_.steady_now());
  exchange.latency = clock_.steady_now() - flight->sent_at;
  exchange.sent = flight->talks;
  flights_.erase(flight->place);
  const Done done = std::exchange(flight->done, nullptr);
  done(std::move(exchange));
}

bool HttpClient::Impl::sweep() {
  const SteadyTime now = clock_.steady_now();
  pool_.drop_aged(now);
  auto late = std::make_shared<std::deque<FlightPtr>>();
  for (const FlightPtr& flight : flights_) {
    if (now >= flight->deadline)
      late->push_back(flight);
    else if (now >= flight->connect_by)
      flight->connection->close();
  }
  end_late(std::move(late));
  return !flights_.empty() || !pool_.empty();
}

// Each costs its owner some work: hundreds that hung together must not hold up everybody else, so
// they end one by one with a pause between, all of them within half a second.
void HttpClient::Impl::end_late(std::shared_ptr<std::deque<FlightPtr>> late) {
  for (auto left = late->size() / kLatePauses + 1; left > 0 && !late->empty(); --left) {
    const auto flight = std::move(late->front());
    late->pop_front();
    // A callback may end or begin other exchanges.
    if (!flight->ended()) fail(flight, OutcomeClass::kTimedOut);
  }
  if (late->empty()) return;
  const auto pause = std::make_shared<Timer>(loop_.io, kLatePause);
  pause->async_wait([self = shared_from_this(), late = std::move(late), pause](ErrorCode) mutable {
    self->end_late(std::move(late));
  });
}

void HttpClient::Impl::close() {
  dialer_->close();
  ticker_.stop();
  while (!flights_.empty()) fail(FlightPtr(flights_.front()), OutcomeClass::kNotConnected);
  pool_.clear();
}

Result<std::unique_ptr<HttpClient>> HttpClient::open(EventLoop& loop, const Clock& clock,
                                                     ClientOptions options) {
  return open_with(loop, clock, std::move(options), make_resolver(loop, clock));
}

Result<std::unique_ptr<HttpClient>> HttpClient::open_with(EventLoop& loop, const Clock& clock,
                                                          ClientOptions options,
                                                          std::unique_ptr<Resolver> resolver) {
  TRY(auto tls, TlsClient::open(options.trust_file));
  return std::unique_ptr<HttpClient>(new HttpClient(std::make_shared<Impl>(
      loop, clock, std::move(options), std::move(tls), std::move(resolver))));
}

HttpClient::HttpClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpClient::~HttpClient() {
  impl_->shut();
}

void HttpClient::send(const Url& url, HttpRequest request, Milliseconds deadline, Done done,
                      TlsIdentityPtr identity) {
  impl_->send(url, std::move(request), deadline, std::move(done), std::move(identity));
}

void HttpClient::post(const HttpTargetPtr& target, std::string_view field_lines,
                      std::string_view body, Milliseconds deadline, Done done) {
  impl_->post(target, field_lines, body, deadline, std::move(done));
}

Exchange fetch(const Clock& clock, ClientOptions options, const Url& url, HttpRequest request,
               Milliseconds deadline) {
  options.kept_body_bytes = options.answer_bytes_max;
  EventLoop loop;
  const auto client = HttpClient::open(loop, clock, std::move(options));
  Exchange result{.failed = OutcomeClass::kTlsFailed};
  if (!client) return result;
  (*client)->send(url, std::move(request), deadline, [&](Exchange exchange) {
    result = std::move(exchange);
    loop.stop();
  });
  loop.run();
  return result;
}

}  // namespace chartbell
