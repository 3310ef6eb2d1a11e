// Signing in and out (docs/api.md, "Users").
#include "api/answer.h"
#include "api/authentication.h"
#include "api/password_rules.h"
#include "api/routes.h"
#include "api/user_step.h"
#include "base/ascii.h"

namespace chartbell {
namespace {

constexpr std::size_t kTokenBytesMax = 128;
constexpr std::size_t kCodeBytesMax = 64;
constexpr std::size_t kNameBytesMax = 256;
// The password's try and the code's.
constexpr int kTriesOfTwoSteps = 2;

// Of calls that have no session yet, or half of one.
Result<SignIn*> open_door(ApiParts& parts, const Call& call) {
  TRY(auto* door, door_of(parts));
  if (door->sessions().is_foreign(call.request))
    return failure(Code::kForbidden, "Another site made this browser ask");
  return door;
}

// ---- the first user -----------------------------------------------------------------------------

Result<HttpResponse> set_up(ApiParts& parts, const std::string& name,
                            const std::string& display_name, const std::string& password) {
  TRY(const auto begun, parts.sign_in->set_up(name, display_name, password));
  return welcome(201, parts, begun);
}

Result<void> begin_setup(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto* door, open_door(parts, call));
  TRY(const bool done, door->users().has_users());
  if (done) return failure(Code::kConflict, "There is a user already");
  TRY(const auto token, secret_in(call, "token", kTokenBytesMax));
  if (const auto wait = door->guesses().take(call.request.network)) {
    respond(refusal_until(*wait, "Too many tries; wait"));
    return {};
  }
  if (!door->is_setup_token(token))
    return failure(Code::kForbidden, "This is not the setup token that the server printed");
  TRY(auto name, user_name_in(call));
  TRY(auto display_name, display_name_in(call));
  TRY(auto password, secret_in(call, "password", kPasswordBytesMax));
  return run_step(
      *door, respond,
      [&parts, name = std::move(name), display_name = std::move(display_name),
       password = std::move(password)] { return set_up(parts, name, display_name, password); });
}

// ---- password -----------------------------------------------------------------------------------

HttpResponse asks_for_code(const SignIn::Begun& begun) {
  auto out = refusal_of_pending();
  out.fields.emplace_back("set-cookie", begun.cookie);
  return out;
}

Result<HttpResponse> enter(ApiParts& parts, const Try& one, const std::string& password,
                           const std::string& in_place_of) {
  TRY(const auto begun, parts.sign_in->enter(one.name, password, in_place_of));
  if (begun.who.session.state == SignInState::kPasswordOnly) return asks_for_code(begun);
  parts.sign_in->guesses().give_back(one.name, one.network);
  return welcome(200, parts, begun);
}

// Of the session that the browser has, so that it does not go on behind another one.
Result<std::string> session_before(SignIn& door, const Call& call) {
  TRY(const auto who, door.sessions().look_up(call.request.fields));
  return who ? who->session.id_hash : std::string();
}

Result<void> sign_in(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto* door, open_door(parts, call));
  TRY(const auto name, secret_in(call, "name", kNameBytesMax));
  TRY(auto password, secret_in(call, "password", kPasswordBytesMax));
  TRY(auto before, session_before(*door, call));
  Try one{.name = to_lower(name), .network = call.request.network};
  if (auto refused = refuse_try(*door, one)) {
    respond(*std::move(refused));
    return {};
  }
  return run_step(*door, respond,
                  [&parts, one = std::move(one), password = std::move(password),
                   before = std::move(before)] { return enter(parts, one, password, before); });
}

// ---- one-time code ------------------------------------------------------------------------------

Result<HttpResponse> give_code(ApiParts& parts, Call& call) {
  TRY(auto* door, open_door(parts, call));
  TRY(const auto code, secret_in(call, "code", kCodeBytesMax));
  TRY(const auto pending, door->sessions().look_up(call.request.fields));
  if (!pending || pending->session.state != SignInState::kPasswordOnly)
    return failure(Code::kUnauthorized, "Give name and password first");
  const Try one{
      .name = pending->user.name, .network = call.request.network, .tries = kTriesOfTwoSteps};
  if (auto refused = refuse_try(*door, one)) return *std::move(refused);
  TRY(const auto begun, door->second_factor(*pending, code));
  door->guesses().give_back(one.name, one.network, one.tries);
  return welcome(200, parts, begun);
}

// ---- the session --------------------------------------------------------------------------------

// Open, so that a page that nobody has signed in to is no wrong credential.
Result<HttpResponse> who_am_i(ApiParts& parts, Call& call) {
  TRY(auto* door, open_door(parts, call));
  TRY(auto who, door->sessions().look_up(call.request.fields));
  if (!who) {
    TRY(const bool has_users, door->users().has_users());
    return refusal_of_nobody(has_users);
  }
  if (who->session.state != SignInState::kSignedIn) return refusal_of_pending();
  TRY(const auto session, show_session(parts, *who));
  return success(200, session);
}

Result<HttpResponse> sign_out(ApiParts& parts, Call& call) {
  auto& door = *parts.sign_in;
  TRY(const auto everywhere, call.parameters.boolean("everywhere"));
  const auto& who = *call.user;
  if (everywhere.value_or(false)) {
    TRY_DO(door.users().end_sessions(who.user.id, note_of(who.user, "signed_out_everywhere")));
  } else {
    TRY_DO(door.users().end_session(who.session.id_hash, note_of(who.user, "signed_out")));
  }
  auto out = success(200, R"({"signed_out":true})");
  out.fields.emplace_back("set-cookie", door.sessions().end_cookie());
  return out;
}

constexpr Route kRoutes[] = {
    {"POST", "/api/v1/setup", Access::kOpen, nullptr, begin_setup},
    {"POST", "/api/v1/session", Access::kOpen, nullptr, sign_in},
    {"POST", "/api/v1/session/second_factor", Access::kOpen, give_code},
    {"GET", "/api/v1/session", Access::kOpen, who_am_i},
    {"DELETE", "/api/v1/session", Access::kUser, sign_out},
};

}  // namespace

std::span<const Route> session_routes() {
  return kRoutes;
}

}  // namespace chartbell
