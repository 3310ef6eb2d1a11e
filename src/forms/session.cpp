#include "forms/session.h"

#include <charconv>

#include "base/crypto.h"
#include "base/encoding.h"

namespace chartbell {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::string_view kName = "form";
constexpr std::size_t kNameDigits = 32;

std::string head(const FormSession& session) {
  return std::string("1.") + (session.state == SessionState::kOpened ? "o" : "c") + '.' +
         std::to_string(session.begun.time_since_epoch().count()) + '.' +
         std::to_string(session.seen.time_since_epoch().count());
}

// Up to the next point, which goes as well.
std::string_view take_part(std::string_view& rest) {
  const auto part = rest.substr(0, rest.find('.'));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

std::optional<sys_seconds> moment(std::string_view digits) {
  std::int64_t out = 0;
  const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), out);
  if (error != std::errc() || stop != digits.end()) return std::nullopt;
  return sys_seconds(seconds(out));
}

// Of a text whose MAC was right, so that it is as head() wrote it.
std::optional<FormSession> parsed(std::string_view text) {
  take_part(text);
  const auto state = take_part(text);
  const auto begun = moment(take_part(text));
  const auto seen = moment(take_part(text));
  if (!begun || !seen) return std::nullopt;
  return FormSession{state == "o" ? SessionState::kOpened : SessionState::kCompleted, *begun,
                     *seen};
}

}  // namespace

bool lasts(const FormSession& session, WallTime now) {
  return now < session.seen + kSessionIdle && now < session.begun + kSessionMost;
}

std::string SessionKeeper::mac(std::string_view purpose, std::string_view token,
                               std::string_view text) const {
  const auto hash = link_hash(token);
  return to_base64url(Hmac(key_).sign({purpose, "\n", hash, "\n", text}));
}

std::string SessionKeeper::text(std::string_view token, const FormSession& session) const {
  const auto said = head(session);
  return said + '.' + mac("session", token, said);
}

std::string SessionKeeper::cookie(std::string_view token, const FormSession& session) const {
  auto out = std::string(kName) + '=' + text(token, session) + "; Path=/f/" + std::string(token) +
             "; HttpOnly; SameSite=Strict";
  return cookies_ == Cookies::kSecure ? out + "; Secure" : out;
}

std::optional<FormSession> SessionKeeper::session(const HttpFields& fields,
                                                  std::string_view token) const {
  auto cookies = field(fields, "cookie").value_or("");
  while (const auto value = take_cookie(cookies, kName)) {
    const auto end = value->rfind('.');
    if (end == std::string_view::npos) continue;
    const auto said = value->substr(0, end);
    if (equal_in_constant_time(value->substr(end + 1), mac("session", token, said)))
      return parsed(said);
  }
  return std::nullopt;
}

std::string SessionKeeper::form_secret(std::string_view token, const FormSession& session) const {
  return mac("form", token, std::to_string(session.begun.time_since_epoch().count()));
}

std::string SessionKeeper::name_for(std::string_view request_name) const {
  return to_hex(Hmac(key_).sign({"file\n", request_name})).substr(0, kNameDigits);
}

std::string link_hash(std::string_view token) {
  return sha256(token);
}

}  // namespace chartbell
