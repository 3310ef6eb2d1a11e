#include "api/answer.h"

#include "base/json_text.h"

namespace chartbell {
namespace {

HttpResponse json_answer(int status, std::string body) {
  return {.status = status,
          .fields = {{"content-type", "application/json; charset=utf-8"},
                     {"cache-control", "no-store"},
                     {"x-content-type-options", "nosniff"}},
          .body = std::move(body)};
}

}  // namespace

HttpResponse success(int status, std::string_view data, std::string_view description) {
  std::string body = "{\"code\":true,\"description\":";
  body += description.empty() ? "null" : json_string(description);
  body += ",\"error\":[],\"data\":";
  body += data;
  return json_answer(status, body + '}');
}

HttpResponse success_list(std::string_view array, std::size_t count) {
  auto answer = success(200, array);
  answer.body.pop_back();
  answer.body += ",\"count\":" + std::to_string(count) + '}';
  return answer;
}

HttpResponse no_content() {
  return {.status = 204, .fields = {}, .body = {}};
}

HttpResponse refusal(int status, std::string_view reason) {
  auto answer =
      json_answer(status, "{\"code\":false,\"description\":null,\"data\":null,\"error\":[" +
                              json_string(reason) + "]}");
  // RFC 9110 §15.5.2.
  if (status == 401) answer.fields.emplace_back("www-authenticate", "Bearer");
  return answer;
}

HttpResponse refusal(const Error& error) {
  const int status = status_of(error.code);
  // What broke inside is the operator's to know.
  return refusal(status, status == 500 ? "Internal error" : error.detail);
}

HttpResponse refusal_for_now(const Error& error) {
  if (error.code != Code::kUnreachable) return refusal(error);
  auto answer = refusal(503, error.detail);
  answer.fields.emplace_back("retry-after", "1");
  return answer;
}

HttpResponse refusal_until(std::chrono::seconds wait, std::string_view reason) {
  auto answer = refusal(429, reason);
  answer.fields.emplace_back("retry-after", std::to_string(wait.count()));
  return answer;
}

int status_of(Code code) {
  switch (code) {
    case Code::kInvalid:
    case Code::kAddressRefused:
      return 400;
    case Code::kUnauthorized:
      return 401;
    case Code::kForbidden:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kConflict:
      return 409;
    case Code::kTooLarge:
      return 413;
    case Code::kUnsupported:
      return 422;
    default:
      return 500;
  }
}

}  // namespace chartbell
