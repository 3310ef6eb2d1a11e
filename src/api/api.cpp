#include "api/api.h"

#include <algorithm>
#include <charconv>

#include "api/answer.h"
#include "api/routes.h"
#include "base/crypto.h"
#include "base/log.h"

namespace chartbell {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kKeyBytesMax = 1024;

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<std::int64_t> as_id(std::string_view segment) {
  std::int64_t id = 0;
  const auto* end = segment.data() + segment.size();
  const auto [stop, error] = std::from_chars(segment.data(), end, id);
  return error == std::errc() && stop == end && id > 0 ? std::optional(id) : std::nullopt;
}

// The ids in `path` if it has the form of `pattern`.
std::optional<std::vector<std::int64_t>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::int64_t> ids;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const auto wanted = take_segment(pattern);
    const auto given = take_segment(path);
    if (wanted == "{}") {
      const auto id = as_id(given);
      if (!id) return std::nullopt;
      ids.push_back(*id);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(ids)) : std::nullopt;
}

std::unexpected<Error> unauthorized() {
  return failure(Code::kUnauthorized, "Unauthorized");
}

}  // namespace

class Api::Routes {
 public:
  explicit Routes(ApiParts parts) : parts_(parts) {
    for (const auto routes : {webhook_routes(), directory_routes()})
      routes_.insert(routes_.end(), routes.begin(), routes.end());
  }

  HttpResponse answer(const HttpRequest& request) {
    auto parameters = Parameters::of(request);
    if (!parameters && parameters.error().code == Code::kRefused)
      return refusal(415, parameters.error().detail);
    if (!parameters) return refusal(parameters.error());
    auto path = parameters->path();
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return routed(request, path, *std::move(parameters));
  }

 private:
  HttpResponse routed(const HttpRequest& request, const std::string& path, Parameters parameters) {
    bool path_exists = false;
    const auto method = request.method == "HEAD" ? std::string_view("GET") : request.method;
    for (const auto& route : routes_) {
      auto ids = match(route.path, path);
      if (!ids) continue;
      path_exists = true;
      if (route.method != method) continue;
      return called(route, Call{.request = request,
                                .parameters = std::move(parameters),
                                .ids = *std::move(ids),
                                .account = {},
                                .version = wire_version(request.fields)});
    }
    return path_exists ? refusal(405, "Method not allowed") : refusal(404, "Not found");
  }

  HttpResponse called(const Route& route, Call call) {
    if (route.access == Access::kAccount) {
      auto account = authenticated(call.request.fields);
      if (!account) return refusal(account.error());
      call.account = *std::move(account);
    }
    auto answer = route.answer(parts_, call);
    if (answer) return *std::move(answer);
    if (status_of(answer.error().code) == 500)
      log_error("api_error", {{"route", route.path}, {"detail", answer.error().detail}});
    return refusal(answer.error());
  }

  // A key or a token, with or without "Bearer": clients send every combination.
  Result<Account> authenticated(const HttpFields& fields) {
    auto credential = field(fields, "authorization").value_or("");
    if (credential.starts_with(kBearer)) credential.remove_prefix(kBearer.size());
    if (credential.empty() || credential.size() > kKeyBytesMax) return unauthorized();
    if (const auto id = parts_.tokens.check(credential)) {
      TRY(auto account, parts_.accounts.account(*id));
      if (!account) return unauthorized();
      return *std::move(account);
    }
    TRY(auto account, parts_.accounts.account_by_key(sha256(credential)));
    if (!account) return unauthorized();
    return *std::move(account);
  }

  ApiParts parts_;
  std::vector<Route> routes_;
};

Api::Api(ApiParts parts) : routes_(std::make_unique<Routes>(parts)) {}
Api::~Api() = default;

HttpResponse Api::answer(const HttpRequest& request) {
  return routes_->answer(request);
}

}  // namespace chartbell
