// FormSession: that somebody has said the date of birth which belongs to a link, in a cookie.
//
// Nothing of it is kept here. The cookie is "1.STATE.BEGUN.SEEN.MAC": seconds since 1970, and
// HMAC-SHA256 over all before it and the link's hash, so that it is good for this link alone. What
// it lets is the link's to give: a link that leads nowhere any more lets nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/http_message.h"

namespace chartbell {

enum class SessionState : std::uint8_t { kOpened, kCompleted };

struct FormSession {
  SessionState state = SessionState::kOpened;
  std::chrono::sys_seconds begun;
  std::chrono::sys_seconds seen;

  friend bool operator==(const FormSession&, const FormSession&) = default;
};

inline constexpr std::chrono::minutes kSessionIdle{30};
inline constexpr std::chrono::hours kSessionMost{4};
bool lasts(const FormSession& session, WallTime now);

// Thread-safe.
class SessionKeeper {
 public:
  enum class Cookies : std::uint8_t { kPlain, kSecure };
  SessionKeeper(std::string key, Cookies cookies) : key_(std::move(key)), cookies_(cookies) {}

  // The value of Set-Cookie (RFC 6265 §4.1) for the link of this token. Its end is the browser's;
  // the session's is checked here.
  std::string cookie(std::string_view token, const FormSession& session) const;
  // The first of the request's cookies that is a session of this link, ended or not.
  std::optional<FormSession> session(const HttpFields& fields, std::string_view token) const;
  // What a form of this session holds so that no other site can send it: stays as it is while the
  // session lasts.
  std::string form_secret(std::string_view token, const FormSession& session) const;

  // A name for what a request makes, 32 hex digits that nobody else can guess, the same each time.
  std::string name_for(std::string_view request_name) const;

 private:
  std::string mac(std::string_view purpose, std::string_view token, std::string_view text) const;
  std::string text(std::string_view token, const FormSession& session) const;

  const std::string key_;
  const Cookies cookies_;
};

// By what the book knows a link: SHA-256 of the token, as it stands in the link.
std::string link_hash(std::string_view token);

}  // namespace chartbell
