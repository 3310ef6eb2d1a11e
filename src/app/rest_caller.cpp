#include "app/rest_caller.h"

#include <utility>

#include "net/http_wire.h"
#include "net/url.h"

namespace chartbell {
namespace {

constexpr Milliseconds kDeadline{15'000};
// What is sent is given a second more for each of so many bytes: files take their time.
constexpr std::size_t kBytesASecond = std::size_t{256} * 1024;
constexpr std::size_t kAnswerBytesMax = std::size_t{4} * 1024 * 1024;

// Who names an address in the configuration has allowed it, be it in the same house.
AddressPolicy policy() {
  EgressRules rules;
  for (const auto* block : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}) {
    auto allowed = parse_allowed(block);
    if (allowed) rules.allow.push_back(*allowed);
  }
  return AddressPolicy(AddressPolicy::Loopback::kAllowed, std::move(rules));
}

Result<void> check(const std::string& text) {
  const auto url = parse_url(text);
  if (!url) return failure(Code::kConfig, "write_url: " + url.error().detail);
  const auto address = parse_address(url->host);
  const bool here = url->host == "localhost" || (address && is_loopback(*address));
  if (url->scheme == Scheme::kHttp && !here)
    return failure(Code::kConfig, "write_url: http is for an interface on this machine; use https");
  return {};
}

Milliseconds deadline_of(const HttpRequest& request) {
  return kDeadline + std::chrono::seconds(request.body.size() / kBytesASecond);
}

RestAnswer answer_of(Exchange exchange) {
  using enum RestAnswer::Came;
  if (exchange.failed) return {.came = exchange.sent ? kUnsure : kNotSent};
  return {
      .came = kWhole, .status = exchange.answer.status, .body = std::move(exchange.answer.body)};
}

}  // namespace

Result<std::unique_ptr<HttpRestCaller>> HttpRestCaller::open(EventLoop& loop, const Clock& clock,
                                                             const std::string& url,
                                                             std::string authorization) {
  TRY_DO(check(url));
  if (!is_field_value(authorization))
    return failure(Code::kConfig, "write_key: a character that no HTTP header may hold");
  auto base = url;
  while (base.ends_with('/')) base.pop_back();
  auto caller = std::unique_ptr<HttpRestCaller>(
      new HttpRestCaller(loop, std::move(base), std::move(authorization)));
  TRY(auto client, HttpClient::open(loop, clock,
                                    {.policy = policy(),
                                     .answer_bytes_max = kAnswerBytesMax,
                                     .kept_body_bytes = kAnswerBytesMax,
                                     .kept_fields = {"content-type"},
                                     .idle_connections_max = 0,
                                     .idle_suspects_max = 0}));
  caller->client_ = std::move(client);
  return caller;
}

HttpRestCaller::HttpRestCaller(EventLoop& loop, std::string shown, std::string authorization)
    : loop_(loop), shown_(std::move(shown)), authorization_(std::move(authorization)) {}

HttpRestCaller::~HttpRestCaller() = default;

void HttpRestCaller::call(RestCall call, std::function<void(RestAnswer)> done) {
  auto url = parse_url(shown_ + call.path);
  if (!url) return done({.came = RestAnswer::Came::kNotSent});
  HttpRequest request{.method = std::move(call.method), .target = url->target, .fields = {}};
  request.fields = {{"authorization", authorization_}, {"accept", "application/json"}};
  if (!call.body.empty()) request.fields.emplace_back("content-type", "application/json");
  request.body = std::move(call.body);
  loop_.post([client = std::weak_ptr<HttpClient>(client_), url = *std::move(url),
              request = std::move(request), done = std::move(done)]() mutable {
    const auto open = client.lock();
    if (open == nullptr) return;
    const auto deadline = deadline_of(request);
    open->send(url, std::move(request), deadline, [done = std::move(done)](Exchange exchange) {
      done(answer_of(std::move(exchange)));
    });
  });
}

}  // namespace chartbell
