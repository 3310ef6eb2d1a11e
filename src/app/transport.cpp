#include "app/transport.h"

#include <charconv>

#include "net/url.h"

namespace chartbell {
namespace {

constexpr std::int64_t kRetryAfterSecondsMax = 86'400;

// Seconds only; a date would trust the receiver's clock.
std::optional<std::chrono::seconds> retry_after(const HttpFields& fields) {
  const auto value = field(fields, "retry-after");
  std::int64_t seconds = 0;
  if (!value) return std::nullopt;
  const auto* end = value->data() + value->size();
  const auto [stop, error] = std::from_chars(value->data(), end, seconds);
  if (error != std::errc() || stop != end || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kRetryAfterSecondsMax));
}

// Was parsed when it was stored; without it a receiver that asks for one refuses us, as it should.
TlsIdentityPtr identity_of(const Endpoint& endpoint) {
  const auto& options = endpoint.options;
  if (options.client_certificate.empty()) return nullptr;
  return TlsIdentity::parse(options.client_certificate, options.client_key).value_or(nullptr);
}

struct HttpDestination final : Destination {
  explicit HttpDestination(HttpTargetPtr of) : target(std::move(of)) {}
  const HttpTargetPtr target;
};

void post(HttpClient& client, const PendingAttempt& attempt, std::function<void(Outcome)> done) {
  const auto& to = static_cast<const HttpDestination&>(*attempt.destination);
  client.post(
      to.target, attempt.field_lines, attempt.body, attempt.deadline,
      [done = std::move(done)](Exchange exchange) { done(outcome_of(std::move(exchange))); });
}

}  // namespace

Outcome outcome_of(Exchange exchange) {
  Outcome out{.latency = exchange.latency};
  if (exchange.failed) {
    out.result = *exchange.failed;
    return out;
  }
  const int status = exchange.answer.status;
  out.status = status;
  out.result = status >= 200 && status < 300 ? OutcomeClass::kDelivered : OutcomeClass::kRejected;
  if (out.result == OutcomeClass::kDelivered) return out;
  out.retry_after = retry_after(exchange.answer.fields);
  out.excerpt = std::move(exchange.answer.body);
  return out;
}

Result<std::unique_ptr<HttpTransport>> HttpTransport::open(EventLoop& home, const Clock& clock,
                                                           const ClientOptions& options) {
  auto out = std::unique_ptr<HttpTransport>(new HttpTransport(home));
  TRY(out->trusted_, HttpClient::open(home, clock, options));
  TRY(out->suspects_, HttpClient::open(out->apart_.loop(), clock, options));
  out->apart_.start(LoopThread::Claim::kLow);
  return out;
}

// What waits for the thread apart is not sent any more.
HttpTransport::~HttpTransport() {
  apart_.stop();
}

DestinationPtr HttpTransport::destination(const Endpoint& endpoint) {
  auto url = parse_url(endpoint.target_url);
  if (!url) {
    // Vetted when it was stored; a stricter version of us may think otherwise. The client answers
    // as it would for an address that is not allowed.
    url = Url{.scheme = Scheme::kHttps, .host = "0.0.0.0", .port = 443, .target = "/"};
  }
  return std::make_shared<HttpDestination>(
      post_target(*url, endpoint.options.headers, identity_of(endpoint)));
}

void HttpTransport::send(PendingAttempt attempt, std::function<void(Outcome)> done) {
  if (!attempt.suspect) return post(*trusted_, attempt, std::move(done));
  auto at_home = [this, done = std::move(done)](Outcome outcome) mutable {
    home_.post([done = std::move(done), outcome = std::move(outcome)]() mutable {
      done(std::move(outcome));
    });
  };
  apart_.loop().post([this, attempt = std::move(attempt), done = std::move(at_home)]() mutable {
    post(*suspects_, attempt, std::move(done));
  });
}

}  // namespace chartbell
