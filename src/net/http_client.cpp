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

std::string pool_key(const Url& url, const TlsIdentityPtr& identity) {
  return (url.scheme == Scheme::kHttps ? "s:" : "p:") + url.authority() +
         (identity ? ' ' + identity->fingerprint() : "");
}

// What a kept connection gave: nothing at all, so that the request may be sent again, or an end.
enum class Talk : std::uint8_t { kStale, kEnded };
enum class Origin : std::uint8_t { kKept, kFresh };

}  // namespace

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
  // From any thread.
  void shut() {
    loop_.call([this] { close(); });
  }

 private:
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

void HttpClient::Impl::send(const Url& url, HttpRequest request, Milliseconds deadline, Done done,
                            TlsIdentityPtr identity) {
  CHECK(done != nullptr);
  CHECK(is_token(request.method) && are_fields(request.fields));
  const auto flight = std::make_shared<Flight>();
  flight->url = url;
  flight->key = pool_key(url, identity);
  flight->identity = std::move(identity);
  flight->head = std::make_shared<const std::string>(request_head(url, request));
  flight->body = std::make_shared<const std::string>(std::move(request.body));
  if (request.method == "HEAD") flight->method = AnswerReader::AnswerTo::kHead;
  flight->done = std::move(done);
  flight->sent_at = clock_.steady_now();
  flight->deadline = flight->sent_at + deadline;
  flight->place = flights_.insert(flights_.end(), flight);
  ticker_.start(weak_from_this());
  // Later, so that `done` never runs inside send().
  asio::post(loop_.io, [self = shared_from_this(), flight] {
    if (!flight->ended()) spawn(self->loop_.io, fly(self, flight));
  });
}

Task<> HttpClient::Impl::fly(std::shared_ptr<Impl> self, FlightPtr flight) {
  flight->connection = self->pool_.take(flight->key, self->clock_.steady_now());
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
  AnswerReader reader({.answer_bytes_max = self->options_.answer_bytes_max,
                       .head_bytes_max = self->options_.head_bytes_max,
                       .kept_body_bytes = self->options_.kept_body_bytes},
                      flight->method);
  // A server may answer and close before it has read everything: what was written does not matter
  // as long as there is an answer.
  co_await write_all(connection, flight->head, flight->body);
  auto state = AnswerReader::State::kReading;
  bool alerted = false;  // TLS 1.3 refuses our certificate after the handshake
  for (std::size_t bytes = 0; state == AnswerReader::State::kReading && !flight->ended();) {
    const ReadResult got = co_await read_some(connection);
    if (flight->ended()) break;
    if (got.error && bytes == 0 && origin == Origin::kKept) {
      connection->close();
      co_return Talk::kStale;
    }
    alerted = bytes == 0 && got.error.category() == asio::error::get_ssl_category();
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
    self->fail(flight, alerted ? OutcomeClass::kTlsFailed : OutcomeClass::kBadAnswer);
  co_return Talk::kEnded;
}

void HttpClient::Impl::land(const FlightPtr& flight, AnswerReader& reader) {
  const auto& connection = flight->connection;
  const bool stays = reader.keep_alive() && connection->in.size() == 0;
  HttpResponse answer = reader.take();
  const auto standing = answer.status < 300 ? Standing::kTrusted : Standing::kSuspect;
  if (stays)
    pool_.put(flight->key, connection, clock_.steady_now(), standing);
  else
    connection->close();
  end(flight, {.answer = std::move(answer)});
}

void HttpClient::Impl::end(const FlightPtr& flight, Exchange exchange) {
  if (exchange.failed && flight->connection) flight->connection->close();
  if (exchange.failed) pool_.suspect(flight->key, clock_.steady_now());
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
