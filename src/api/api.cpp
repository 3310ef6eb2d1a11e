#include "api/api.h"

#include <algorithm>
#include <charconv>

#include "api/access_log.h"
#include "api/answer.h"
#include "api/authentication.h"
#include "api/multipart.h"
#include "api/rate_limiter.h"
#include "api/request_ids.h"
#include "api/routes.h"
#include "base/ascii.h"
#include "base/log.h"

namespace chartbell {
namespace {

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

Result<void> check_scope(const Route& route, const Account& account) {
  const auto scope = scope_of(route.access);
  if (!scope || account.scopes.has(*scope)) return {};
  return failure(Code::kForbidden, "This key lacks the scope " + std::string(name(*scope)));
}

std::unexpected<Error> lesser_role(Role has, Role needs) {
  return failure(Code::kForbidden, "Your role is " + std::string(name(has)) + "; this needs " +
                                       std::string(name(needs)));
}

// Endpoints belong to keys.
bool is_of_a_key(Access access) {
  return access == Access::kWebhooks || access == Access::kWebhooksRead;
}

Result<void> check_role(const Route& route, const Caller& caller, const SignIn* sign_in) {
  const auto& user = caller.user->user;
  const auto role = role_of(route.access);
  if (role && user.role < *role) return lesser_role(user.role, *role);
  if (route.access != Access::kUser && sign_in->lacks_second_factor(user))
    return failure(Code::kForbidden, "Turn on a second factor first");
  // A key's token would outlive the session and have the key's scopes.
  if (route.access == Access::kAccount)
    return failure(Code::kForbidden, "This is for API keys, not for users");
  if (const auto scope = scope_of(route.access); scope && !caller.account.scopes.has(*scope))
    return lesser_role(user.role, role_for(*scope));
  if (is_of_a_key(route.access) && caller.account.id.value == 0)
    return failure(Code::kForbidden, "There is no API key yet, whose endpoints these would be");
  return {};
}

Result<void> check_access(const Route& route, const Caller& caller, const SignIn* sign_in) {
  if (caller.user) return check_role(route, caller, sign_in);
  if (role_of(route.access))
    return failure(Code::kForbidden, "This is for users who have signed in, not for API keys");
  return check_scope(route, caller.account);
}

// What is waited for, and what pages ask again by themselves when it breaks off.
Attention attention_of(const Route& route) {
  return route.method == "GET" && route.answer == nullptr ? Attention::kNone : Attention::kSeen;
}

constexpr std::size_t kAuditedTextMax = 64;

// What a user did through a route of keys. Keys of a record system, which are in the paths of what
// is pushed, are left out.
AuditNote note_of_call(const Route& route, const Call& call) {
  std::string about;
  const auto add = [&](const std::string& what) { about += (about.empty() ? "" : " ") + what; };
  for (const auto id : call.ids) add(std::to_string(id));
  if (!route.path.contains("/resources"))
    for (const auto& text : call.texts)
      if (is_plain_name(text, kAuditedTextMax)) add(text);
  return {.user = call.user->user.id,
          .who = call.user->user.name,
          .act = std::string(route.method) + " " + std::string(route.path),
          .about = std::move(about)};
}

// RFC 9110 §15.5.6.
HttpResponse not_allowed(const std::string& methods) {
  auto answer = refusal(405, "Method not allowed");
  answer.fields.emplace_back("allow", methods);
  return answer;
}

bool sends_form(const HttpRequest& request) {
  return is_form_data(field(request.fields, "content-type").value_or(""));
}

// What is known of a request beside its answer.
struct Visit {
  std::string id;
  SteadyTime began;
  const Route* route = nullptr;
  AccountId account{};
};

// Sees every answer off. Outlives the API as long as answers come.
struct Porter {
  explicit Porter(const ApiParts& parts)
      : ids(parts.new_seed),
        log(parts.access_log ? AccessLog::Mode::kOn : AccessLog::Mode::kOff, parts.clock),
        clock(parts.clock) {}

  RequestIds ids;
  AccessLog log;
  const Clock& clock;

  void see_off(const Visit& visit, HttpResponse& answer) {
    answer.fields.emplace_back("x-request-id", visit.id);
    log.write({.method = visit.route == nullptr ? "-" : visit.route->method,
               .route = visit.route == nullptr ? "-" : visit.route->path,
               .status = answer.status,
               .bytes = answer.body.size(),
               .took = clock.steady_now() - visit.began,
               .account = visit.account,
               .request_id = visit.id});
  }
};

}  // namespace

class Api::Routes {
 public:
  explicit Routes(ApiParts parts)
      : parts_(std::move(parts)),
        routes_(all_routes()),
        limiter_(parts_.clock, parts_.wrong_keys_per_minute),
        authenticator_(parts_.accounts, parts_.tokens, limiter_, parts_.sign_in),
        porter_(std::make_shared<Porter>(parts_)) {}

  void answer(const HttpRequest& request, Respond respond) {
    const auto visit = std::make_shared<Visit>(
        Visit{.id = porter_->ids.of(request.fields), .began = parts_.clock.steady_now()});
    received(request, *visit,
             [porter = porter_, visit, respond = std::move(respond)](HttpResponse answer) {
               porter->see_off(*visit, answer);
               respond(std::move(answer));
             });
  }

  std::optional<Refused> refuses_large(const HttpRequest& head) {
    if (!takes_form(head)) return Refused{413, "the body is too long"};
    const auto caller = authenticator_.caller_of(head);
    if (!caller && caller.error().status == 429) return Refused{429, "Too many wrong keys"};
    if (!caller) return Refused{401, "A body of this size is taken with an API key alone"};
    if (!caller->account.scopes.has(Scope::kWrite))
      return Refused{403, "This key lacks the scope write"};
    return std::nullopt;
  }

  HttpResponse refused_unread(int status, std::string_view reason) {
    auto answer =
        status == 429 ? refusal_until(std::chrono::seconds(1), reason) : refusal(status, reason);
    porter_->see_off({.id = porter_->ids.next(), .began = parts_.clock.steady_now()}, answer);
    return answer;
  }

 private:
  bool takes_form(const HttpRequest& head) const {
    auto path = std::string_view(head.target).substr(0, head.target.find('?'));
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return sends_form(head) && std::ranges::any_of(routes_, [&](const Route& route) {
             return route.takes == Takes::kForm && fits(route, head.method) &&
                    match(route.path, path);
           });
  }

  void received(const HttpRequest& request, Visit& visit, const Respond& respond) {
    auto parameters = Parameters::of(request);
    if (!parameters && parameters.error().code == Code::kRefused)
      return respond(refusal(415, parameters.error().detail));
    if (!parameters) return respond(refusal(parameters.error()));
    auto path = parameters->path();
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    routed(request, path, *std::move(parameters), visit, respond);
  }

  void routed(const HttpRequest& request, const std::string& path, Parameters parameters,
              Visit& visit, const Respond& respond) {
    std::string methods;
    for (const auto& route : routes_) {
      auto holes = match(route.path, path);
      if (!holes) continue;
      methods += (methods.empty() ? "" : ", ") + std::string(route.method);
      if (!fits(route, request.method)) continue;
      visit.route = &route;
      if (!request.body.empty() && sends_form(request) != (route.takes == Takes::kForm))
        return respond(refusal(415, "Unsupported media type"));
      return called(route,
                    Call{.request = request,
                         .parameters = std::move(parameters),
                         .ids = std::move(holes->ids),
                         .texts = std::move(holes->texts),
                         .account = {},
                         .version = wire_version(request.fields)},
                    visit, respond);
    }
    respond(methods.empty() ? refusal(404, "Not found") : not_allowed(methods));
  }

  void called(const Route& route, Call call, Visit& visit, const Respond& respond) {
    if (route.access == Access::kOpen) return answered(route, std::move(call), respond);
    auto caller = authenticator_.caller_of(call.request, attention_of(route));
    if (!caller) return respond(std::move(caller.error()));
    visit.account = caller->account.id;
    if (auto refused = admit(route, *caller)) return respond(*std::move(refused));
    call.account = std::move(caller->account);
    call.token = std::move(caller->token);
    call.user = std::move(caller->user);
    const bool noted = call.user && !role_of(route.access) && !only_reads(route.method);
    const auto last = noted ? noting(route, call, respond) : respond;
    answered(route, std::move(call), last);
  }

  // Puts down what the user did and how it ended, before anybody is told. Some answers come on the
  // store's own thread, so nothing here waits for it.
  Respond noting(const Route& route, const Call& call, const Respond& respond) {
    return [note = note_of_call(route, call), &trail = parts_.sign_in->audit(),
            respond](HttpResponse answer) mutable {
      note.detail = std::to_string(answer.status);
      trail.record_then(std::move(note),
                        [respond, answer = std::move(answer)](const Result<void>& written) mutable {
                          if (!written)
                            log_error("audit_not_written", {{"detail", written.error().detail}});
                          respond(std::move(answer));
                        });
    };
  }

  std::optional<HttpResponse> admit(const Route& route, const Caller& caller) {
    auto counted = caller.account;
    counted.id = counted_as(caller);
    if (const auto wait = limiter_.admit(counted, rate_class(route.path)))
      return refusal_until(*wait, "Too many requests");
    if (const auto allowed = check_access(route, caller, parts_.sign_in); !allowed)
      return refusal(allowed.error());
    return std::nullopt;
  }

  void answered(const Route& route, Call call, const Respond& respond) {
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

  ApiParts parts_;
  const std::vector<Route> routes_;
  RateLimiter limiter_;
  Authenticator authenticator_;
  const std::shared_ptr<Porter> porter_;
};

Api::Api(ApiParts parts) : routes_(std::make_unique<Routes>(std::move(parts))) {}
Api::~Api() = default;

void Api::answer(const HttpRequest& request, Respond respond) {
  routes_->answer(request, std::move(respond));
}

std::optional<Api::Refused> Api::refuses_large(const HttpRequest& head) {
  return routes_->refuses_large(head);
}

HttpResponse Api::refused_unread(int status, std::string_view reason) {
  return routes_->refused_unread(status, reason);
}

}  // namespace chartbell
