#include "app/remote.h"

#include <boost/json/parse.hpp>

#include "net/http_client.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr Milliseconds kDeadline{45'000};  // a feed may wait for thirty seconds
constexpr std::size_t kAnswerBytesMax = std::size_t{16} * 1024 * 1024;

std::unexpected<Error> refused(const json::object& answer, int status) {
  const auto* errors = answer.if_contains("error");
  std::string words = "status " + std::to_string(status);
  if (errors != nullptr && errors->is_array() && !errors->as_array().empty() &&
      errors->as_array().front().is_string())
    words = errors->as_array().front().as_string().c_str();
  return failure(status == 401 ? Code::kUnauthorized : Code::kInvalid,
                 status == 401
                     ? "the server does not know this key; give it by --key or CHARTBELL_KEY"
                     : "the server says: " + words);
}

}  // namespace

Result<std::string> Remote::ask(std::string_view method, const std::string& path,
                                std::string body) const {
  auto url = parse_url(arguments_.url + path);
  if (!url) return std::unexpected(within("--url", url.error()));
  HttpRequest request{
      .method = std::string(method), .target = url->target, .fields = {}, .body = {}};
  request.fields = {{"authorization", arguments_.key}, {"accept", "application/json"}};
  if (!body.empty()) request.fields.emplace_back("content-type", "application/json");
  request.body = std::move(body);
  ClientOptions options{.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed)};
  options.answer_bytes_max = kAnswerBytesMax;
  auto exchange = fetch(clock_, options, *url, std::move(request), kDeadline);
  if (exchange.failed)
    return failure(Code::kUnreachable, "no answer from " + arguments_.url + " (" +
                                           std::string(name(*exchange.failed)) +
                                           "); is `chartbell serve` running there?");
  json::error_code error;
  const auto answer =
      json::parse(exchange.answer.body.empty() ? "{}" : exchange.answer.body, error);
  if (error || !answer.is_object())
    return failure(Code::kInvalid, arguments_.url + " does not answer as Chartbell does");
  if (exchange.answer.status >= 400) return refused(answer.as_object(), exchange.answer.status);
  return exchange.answer.body.empty() ? "{}" : exchange.answer.body;
}

}  // namespace chartbell
