#include "app/demo_client.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "net/http_client.h"

namespace chartbell {
namespace {

namespace json = boost::json;

constexpr Milliseconds kCallDeadline{5'000};

}  // namespace

Result<HttpResponse> ask_here(const Clock& clock, const std::string& url, HttpRequest request) {
  TRY(const auto parsed, parse_url(url));
  request.target = parsed.target;
  const ClientOptions options{.policy = AddressPolicy(AddressPolicy::Loopback::kAllowed),
                              .answer_bytes_max = std::size_t{1024} * 1024,
                              .kept_fields = {"set-cookie"}};
  auto exchange = fetch(clock, options, parsed, std::move(request), kCallDeadline);
  if (exchange.failed) return failure(Code::kUnreachable, "the service does not answer");
  return std::move(exchange.answer);
}

Result<json::object> DemoClient::call(std::string method, const std::string& path,
                                      std::string body) {
  TRY(const auto answer,
      ask_here(clock_, base_ + path,
               {.method = std::move(method),
                .target = {},
                .fields = {{"authorization", authorization_}, {"content-type", "application/json"}},
                .body = std::move(body),
                .peer = {}}));
  if (answer.status >= 300)
    return failure(Code::kRefused, path + " answers " + std::to_string(answer.status));
  json::error_code error;
  auto parsed = json::parse(answer.body, error);
  if (error || !parsed.is_object()) return failure(Code::kProtocol, "the API answers no JSON");
  return std::move(parsed.as_object());
}

Result<json::object> DemoClient::first(const std::string& path) {
  TRY(auto answer, call("GET", path, ""));
  auto& data = answer.at("data");
  auto& list = data.is_object() ? data.as_object().begin()->value() : data;
  for (auto& each : list.as_array()) {
    const auto* inactive = each.as_object().if_contains("inactive");
    if (inactive == nullptr || *inactive != true) return std::move(each.as_object());
  }
  return failure(Code::kRefused, path + " has nobody");
}

Result<void> DemoClient::authenticate() {
  TRY(const auto answer, call("POST", "/authenticates", ""));
  authorization_ = "Bearer " + text_of(answer.at("data").as_object(), "token");
  return {};
}

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

}  // namespace chartbell
