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

constexpr std::size_t kTextBytesMax = 128;

// What stands in a path where its pattern has a hole.
struct Holes {
  std::vector<std::int64_t> ids;
  std::vector<std::string> texts;
};

bool fits(std::string_view wanted, std::string_view given, Holes& holes) {
  if (wanted == "{}") {
    const auto id = as_id(given);
    if (id) holes.ids.push_back(*id);
    return id.has_value();
  }
  if (wanted != "{text}") return wanted == given;
  holes.texts.emplace_back(given);
  return !given.empty() && given.size() <= kTextBytesMax;
}

// The holes of `pattern` in `path` if that has its form.
std::optional<Holes> match(std::string_view pattern, std::string_view path) {
  Holes holes;
  while (pattern.starts_with('/') && path.starts_with('/'))
    if (!fits(take_segment(pattern), take_segment(path), holes)) return std::nullopt;
  return pattern.empty() && path.empty() ? std::optional(std::move(holes)) : std::nullopt;
}

// An answer that comes later has no head of its own.
bool fits(const Route& route, std::string_view method) {
  return route.method == method ||
         (method == "HEAD" && route.method == "GET" && route.answer != nullptr);
}

std::unexpected<Error> unauthorized() {
  return failure(Code::kUnauthorized, "Unauthorized");
}

}  // namespace

class Api::Routes {
 public:
  explicit Routes(ApiParts parts) : parts_(std::move(parts)) {
    for (const auto routes : {webhook_routes(), appointment_reads(), record_reads(), slot_routes(),
                              directory_routes(), feed_routes(), event_routes(), endpoint_routes(),
                              delivery_routes(), replay_routes(), source_routes()})
      routes_.insert(routes_.end(), routes.begin(), routes.end());
  }

  void answer(const HttpRequest& request, const Respond& respond) {
    auto parameters = Parameters::of(request);
    if (!parameters && parameters.error().code == Code::kRefused)
      return respond(refusal(415, parameters.error().detail));
    if (!parameters) return respond(refusal(parameters.error()));
    auto path = parameters->path();
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    routed(request, path, *std::move(parameters), respond);
  }

 private:
  void routed(const HttpRequest& request, const std::string& path, Parameters parameters,
              const Respond& respond) {
    bool path_exists = false;
    for (const auto& route : routes_) {
      auto holes = match(route.path, path);
      if (!holes) continue;
      path_exists = true;
      if (!fits(route, request.method)) continue;
      return called(route,
                    Call{.request = request,
                         .parameters = std::move(parameters),
                         .ids = std::move(holes->ids),
                         .texts = std::move(holes->texts),
                         .account = {},
                         .version = wire_version(request.fields)},
                    respond);
    }
    respond(path_exists ? refusal(405, "Method not allowed") : refusal(404, "Not found"));
  }

  void called(const Route& route, Call call, const Respond& respond) {
    if (route.access == Access::kAccount) {
      auto account = authenticated(call.request.fields);
      if (!account) return respond(refusal(account.error()));
      call.account = *std::move(account);
    }
    if (route.answer == nullptr) {
      if (const auto done = route.answer_later(parts_, call, respond); !done)
        respond(refused(route, done.error()));
      return;
    }
    auto answer = route.answer(parts_, call);
    respond(answer ? *std::move(answer) : refused(route, answer.error()));
  }

  static HttpResponse refused(const Route& route, const Error& error) {
    if (status_of(error.code) == 500)
      log_error("api_error", {{"route", route.path}, {"detail", error.detail}});
    return refusal(error);
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

Api::Api(ApiParts parts) : routes_(std::make_unique<Routes>(std::move(parts))) {}
Api::~Api() = default;

void Api::answer(const HttpRequest& request, Respond respond) {
  routes_->answer(request, respond);
}

}  // namespace chartbell
