#include "api/user_step.h"

#include <algorithm>

#include "api/answer.h"
#include "api/authentication.h"
#include "api/show_user.h"
#include "base/ascii.h"
#include "base/characters.h"
#include "base/log.h"

namespace chartbell {
namespace {

constexpr std::size_t kDisplayNameMax = 100;

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

HttpResponse refused(const Error& error) {
  if (status_of(error.code) == 500)
    log_error("sign_in_error", {{"code", name(error.code)}, {"detail", error.detail}});
  return refusal(error);
}

}  // namespace

Result<SignIn*> door_of(ApiParts& parts) {
  if (parts.sign_in == nullptr) return failure(Code::kUnsupported, "This server has no users");
  return parts.sign_in;
}

Result<std::string> secret_in(const Call& call, std::string_view name, std::size_t bytes_max) {
  if (call.request.target.find('?') != std::string::npos)
    return invalid(std::string(name) +
                   ": parameters go into the body, because URLs are written down");
  TRY(auto text, call.parameters.required(name));
  if (text.size() > bytes_max) return invalid(std::string(name) + ": is too long");
  return text;
}

Result<std::string> user_name_in(const Call& call) {
  TRY(const auto given, call.parameters.required("name"));
  auto name = to_lower(given);
  if (!is_user_name(name))
    return invalid("name: must be 2 to 64 letters, digits and . _ - @, a letter or digit first");
  return name;
}

Result<std::string> display_name_in(const Call& call) {
  TRY(auto text, call.parameters.required("display_name"));
  if (const auto fault = text_fault(text, TextLines::kOne))
    return invalid("display_name: " + std::string(words(*fault)));
  if (trimmed(text).empty() || character_count(text) > kDisplayNameMax)
    return invalid("display_name: must have 1 to 100 characters");
  return text;
}

Result<void> run_step(SignIn& door, const Respond& respond, Step step) {
  const bool taken = door.work([respond, step = std::move(step)] {
    auto answer = step();
    respond(answer ? *std::move(answer) : refused(answer.error()));
  });
  if (!taken)
    respond(refusal_for_now(Error{Code::kUnreachable, "Too many sign in at once; try again"}));
  return {};
}

Result<std::string> show_session(ApiParts& parts, const SignedIn& who) {
  TRY(auto accounts, parts.accounts.accounts());
  std::erase_if(accounts, [&](const Account& one) { return !is_good(one, parts.clock.now()); });
  return show_session(who, parts.sign_in->lacks_second_factor(who.user), accounts);
}

Result<HttpResponse> welcome(int status, ApiParts& parts, const SignIn::Begun& begun) {
  TRY(const auto session, show_session(parts, begun.who));
  auto out = success(status, session);
  out.fields.emplace_back("set-cookie", begun.cookie);
  return out;
}

std::optional<HttpResponse> refuse_try(SignIn& door, const Try& one) {
  const auto wait = door.guesses().take(one.name, one.network);
  if (!wait) return std::nullopt;
  return refusal_until(*wait, "Too many tries; wait");
}

}  // namespace chartbell
