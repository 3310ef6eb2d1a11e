// What users do to their own password and second factor (docs/api.md, "Users").
#include "api/answer.h"
#include "api/password_rules.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/user_step.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

constexpr std::size_t kCodeBytesMax = 64;

// Runs a step that wants the user's password as a proof.
using ProvenStep =
    std::function<Result<HttpResponse>(SignIn&, const SignedIn&, const std::string& password)>;

Result<void> with_password(ApiParts& parts, Call& call, std::string_view parameter,
                           const Respond& respond, ProvenStep step) {
  TRY(auto* door, door_of(parts));
  TRY(auto password, secret_in(call, parameter, kPasswordBytesMax));
  Try one{.name = call.user->user.name, .network = call.request.network};
  if (auto refused = refuse_try(*door, one)) {
    respond(*std::move(refused));
    return {};
  }
  return run_step(*door, respond,
                  [door, one = std::move(one), who = *call.user, password = std::move(password),
                   step = std::move(step)]() -> Result<HttpResponse> {
                    auto out = step(*door, who, password);
                    const bool right = out || out.error().code != Code::kUnauthorized;
                    if (right) door->guesses().give_back(one.name, one.network);
                    return out;
                  });
}

Result<void> change_password(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto wanted, secret_in(call, "password", kPasswordBytesMax));
  return with_password(
      parts, call, "current_password", respond,
      [&parts, wanted = std::move(wanted)](SignIn& door, const SignedIn& who,
                                           const std::string& current) -> Result<HttpResponse> {
        TRY(const auto begun, door.change_password(who, current, wanted));
        return welcome(200, parts, begun);
      });
}

Result<void> offer(ApiParts& parts, Call& call, Respond respond) {
  return with_password(
      parts, call, "password", respond,
      [](SignIn& door, const SignedIn& who, const std::string& password) -> Result<HttpResponse> {
        TRY(const auto offered, door.offer_second_factor(who, password));
        return success(201, "{\"secret\":" + json_string(offered.secret) +
                                ",\"otpauth_uri\":" + json_string(offered.uri) + "}");
      });
}

Result<HttpResponse> confirm(ApiParts& parts, Call& call) {
  TRY(auto* door, door_of(parts));
  TRY(const auto code, secret_in(call, "code", kCodeBytesMax));
  const Try one{.name = call.user->user.name, .network = call.request.network};
  if (auto refused = refuse_try(*door, one)) return *std::move(refused);
  TRY(const auto confirmed, door->confirm_second_factor(*call.user, code));
  door->guesses().give_back(one.name, one.network);
  TRY(const auto session, show_session(parts, confirmed.begun.who));
  const auto codes =
      show_all(confirmed.recovery_codes, [](const std::string& row) { return json_string(row); });
  auto out = success(200, "{\"recovery_codes\":" + codes + ",\"session\":" + session + "}");
  out.fields.emplace_back("set-cookie", confirmed.begun.cookie);
  return out;
}

Result<void> drop(ApiParts& parts, Call& call, Respond respond) {
  return with_password(parts, call, "password", respond,
                       [&parts](SignIn& door, const SignedIn& who,
                                const std::string& password) -> Result<HttpResponse> {
                         TRY(const auto begun, door.drop_second_factor(who, password));
                         return welcome(200, parts, begun);
                       });
}

constexpr Route kRoutes[] = {
    {"POST", "/api/v1/users/me/password", Access::kUser, nullptr, change_password},
    {"POST", "/api/v1/users/me/second_factor", Access::kUser, nullptr, offer},
    {"POST", "/api/v1/users/me/second_factor/confirm", Access::kUser, confirm},
    {"DELETE", "/api/v1/users/me/second_factor", Access::kUser, nullptr, drop},
};

}  // namespace

std::span<const Route> second_factor_routes() {
  return kRoutes;
}

}  // namespace chartbell
