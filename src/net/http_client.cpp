#include "net/http_client.h"

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

std::string pool_key(const Url& url) {
  return (url.scheme == Scheme::kHttps ? "s:" : "p:") + url.authority();
}

// What a kept connection gave: nothing at all, so that the request may be sent again, or an end.
enum class Talk : std::uint8_t { kStale, kEnded };
enum class Origin : std::uint8_t { kKept, kFresh };

}  // namespace

HttpTargetPtr post_target(const Url& url, const HttpFields& fields) {
  CHECK(are_fields(fields));
  auto head = request_head(url, {.method = "POST", .target = url.target, .fields = fields});
  // Without its last two lines, Content-Length and the empty one.
  head.resize(head.rfind("Content-Length"));
  return std::make_shared<HttpTarget>(
      HttpTarget{.url = url, .key = pool_key(url), .head = std::move(head)});
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
        pool_(options_.idle_connections_max, options_.idle_age_max),
        ticker_(loop_.io, [this] { return sweep(); }) {}

  void send(const Url& url, HttpRequest request, Milliseconds deadline, Done done);
  void post(const HttpTargetPtr& target, std::string_view field_lines, std::string body,
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
  void listen(const FlightPtr& flight);
  void heard(const FlightPtr& flight, ErrorCode error, std::size_t bytes);
  static Task<> fly(std::shared_ptr<Impl> self, FlightPtr flight);
  static Task<Talk> converse(std::shared_ptr<Impl> self, FlightPtr flight, Origin origin);
  void land(const FlightPtr& flight, AnswerReader& reader);
  void fail(const FlightPtr& flight, OutcomeClass outcome) { end(flight, {.failed = outcome}); }
  void end(const FlightPtr& flight, Exchange exchange);
  bool sweep();
  void close();

  EventLoop::Context& loop_;
  const Clock& clock_;
  const ClientOptions options_;
  const std::shared_ptr<Dialer> dialer_;
  ConnectionPool pool_;
  std::list<FlightPtr> flights_;
  Ticker ticker_;
};

void HttpClient::Impl::send(const Url& url, HttpRequest request, Milliseconds deadline, Done done) {
  CHECK(is_token(request.method) && are_fields(request.fields));
  const auto flight = std::make_shared<Flight>();
  flight->target = std::make_shared<HttpTarget>(HttpTarget{.url = url, .key = pool_key(url)});
  flight->head = request_head(url, request);
  flight->body = std::move(request.body);
  if (request.method == "HEAD") flight->method = AnswerReader::AnswerTo::kHead;
  launch(flight, deadline, std::move(done));
}

void HttpClient::Impl::post(const HttpTargetPtr& target, std::string_view field_lines,
                            std::string body, Milliseconds deadline, Done done) {
  const auto flight = std::make_shared<Flight>();
  flight->target = target;
  flight->head.reserve(target->head.size() + field_lines.size() + 32);
  flight->head.append(target->head).append(field_lines).append("Content-Length: ");
  flight->head.append(std::to_string(body.size())).append("\r\n\r\n");
  flight->body = std::move(body);
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
  if (flight->connection && write_now(*flight->connection, flight->head, flight->body))
    return listen(flight);
  // Later, so that `done` never runs inside send().
  asio::post(loop_.io, [self = shared_from_this(), flight] {
    if (!flight->ended()) spawn(self->loop_.io, fly(self, flight));
  });
}

// The way of nearly every attempt: no coroutine, one read, no suspension but that one.
void HttpClient::Impl::listen(const FlightPtr& flight) {
  if (!flight->reader) flight->reader.emplace(limits(), flight->method);
  auto& connection = *flight->connection;
  connection.socket.async_read_some(
      connection.in.prepare(kReadBytes),
      [self = shared_from_this(), flight](ErrorCode error, std::size_t bytes) {
        self->heard(flight, error, bytes);
      });
}

void HttpClient::Impl::heard(const FlightPtr& flight, ErrorCode error, std::size_t bytes) {
  if (flight->ended()) return;
  if (error && flight->bytes_read == 0) {
    flight->connection->close();
    flight->connection.reset();
    flight->reader.reset();
    return spawn(loop_.io, fly(shared_from_this(), flight));
  }
  flight->connection->in.commit(bytes);
  flight->bytes_read += bytes;
  auto state = AnswerReader::State::kBad;
  if (!error)
    state = flight->reader->feed(flight->connection->in, bytes);
  else if (error == asio::error::eof)
    state = flight->reader->end();
  if (state == AnswerReader::State::kReading) return listen(flight);
  if (state == AnswerReader::State::kWhole)
    land(flight, *flight->reader);
  else
    fail(flight, OutcomeClass::kBadAnswer);
}

Task<> HttpClient::Impl::fly(std::shared_ptr<Impl> self, FlightPtr flight) {
  if (flight->connection && co_await converse(self, flight, Origin::kKept) == Talk::kEnded)
    co_return;
  const Failure failed = co_await Dialer::dial(self->dialer_, flight);
  if (flight->ended()) co_return;
  if (failed)
    self->fail(flight, *failed);
  else
    co_await converse(self, flight, Origin::kFresh);
}

Task<Talk> HttpClient::Impl::converse(std::shared_ptr<Impl> self, FlightPtr flight, Origin origin) {
  const auto connection = flight->connection;
  AnswerReader reader(self->limits(), flight->method);
  // A server may answer and close before it has read everything: what was written does not matter
  // as long as there is an answer.
  co_await write_all(connection, {flight, &flight->head}, {flight, &flight->body});
  auto state = AnswerReader::State::kReading;
  for (std::size_t bytes = 0; state == AnswerReader::State::kReading && !flight->ended();) {
    const ReadResult got = co_await read_some(connection);
    if (flight->ended()) break;
    if (got.error && bytes == 0 && origin == Origin::kKept) {
      connection->close();
      co_return Talk::kStale;
    }
    const bool closed =
        got.error == asio::error::eof || got.error == asio::ssl::error::stream_truncated;
    if (!got.error)
      state = reader.feed(connection->in, got.bytes);
    else
      state = closed ? reader.end() : AnswerReader::State::kBad;
    bytes += got.bytes;
  }
  if (flight->ended()) co_return Talk::kEnded;
  if (state == AnswerReader::State::kWhole)
    self->land(flight, reader);
  else
    self->fail(flight, OutcomeClass::kBadAnswer);
  co_return Talk::kEnded;
}

void HttpClient::Impl::land(const FlightPtr& flight, AnswerReader& reader) {
  const auto& connection = flight->connection;
  if (reader.keep_alive() && connection->in.size() == 0)
    pool_.put(flight->target->key, connection, clock_.steady_now());
  else
    connection->close();
  end(flight, {.answer = reader.take()});
}

void HttpClient::Impl::end(const FlightPtr& flight, Exchange exchange) {
  if (exchange.failed && flight->connection) flight->connection->close();
  exchange.latency = clock_.steady_now() - flight->sent_at;
  flights_.erase(flight->place);
  const Done done = std::exchange(flight->done, nullptr);
  done(std::move(exchange));
}

bool HttpClient::Impl::sweep() {
  const SteadyTime now = clock_.steady_now();
  pool_.drop_aged(now);
  std::vector<FlightPtr> late;
  for (const FlightPtr& flight : flights_) {
    if (now >= flight->deadline)
      late.push_back(flight);
    else if (now >= flight->connect_by)
      flight->connection->close();
  }
  // A callback may end or begin other exchanges.
  for (const FlightPtr& flight : late)
    if (!flight->ended()) fail(flight, OutcomeClass::kTimedOut);
  return !flights_.empty() || !pool_.empty();
}

void HttpClient::Impl::close() {
  dialer_->close();
  ticker_.stop();
  while (!flights_.empty()) fail(FlightPtr(flights_.front()), OutcomeClass::kNotConnected);
  pool_.clear();
}

Result<std::unique_ptr<HttpClient>> HttpClient::open(EventLoop& loop, const Clock& clock,
                                                     ClientOptions options) {
  return open_with(loop, clock, std::move(options), make_system_resolver(loop));
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

void HttpClient::send(const Url& url, HttpRequest request, Milliseconds deadline, Done done) {
  impl_->send(url, std::move(request), deadline, std::move(done));
}

void HttpClient::post(const HttpTargetPtr& target, std::string_view field_lines, std::string body,
                      Milliseconds deadline, Done done) {
  impl_->post(target, field_lines, std::move(body), deadline, std::move(done));
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
