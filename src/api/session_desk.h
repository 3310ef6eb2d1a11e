// SessionDesk: the browsers of users. A session is 256 random bits in a cookie; the store has their
// SHA-256, and how long they last is in model/user.h.
//
// The cookie is HttpOnly and SameSite=Strict. Beside it, every request that may change something
// must bring the session's token in X-Chartbell-Csrf, which no other site can read, and none may
// come from another site as the browser says it (Fetch Metadata, RFC 6454).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/ports.h"
#include "base/clock.h"
#include "model/http_message.h"

namespace chartbell {

// The user behind a request.
struct SignedIn {
  User user;
  UserSession session;
  std::string csrf_token;
};

// Thread-safe.
class SessionDesk {
 public:
  struct Parts {
    UserStore& users;
    const Clock& clock;
    std::function<std::string()> new_seed;  // 32 random bytes
    std::string key;                        // of tokens
    std::string public_url{};  // where browsers reach this server; with https cookies are Secure
  };
  // All references outlive it.
  explicit SessionDesk(Parts parts);

  struct Begun {
    SignedIn who;
    std::string cookie;  // the value of Set-Cookie
  };
  // A new session of a new id; `in_place_of` is the hash of the one that ends by it, if any.
  Result<Begun> begin(const User& user, SignInState state, std::string in_place_of,
                      std::optional<AuditNote> note);
  // The session whose cookie the request has, in either state; nothing where it has none that
  // lasts.
  Result<std::optional<SignedIn>> look_up(const HttpFields& fields);
  // By the hash of its id.
  Result<bool> still_lasts(std::string_view id_hash);
  // The user has done something; `who` says so, too, once it is worth writing.
  void seen(SignedIn& who);
  // Whether there is a cookie of ours at all.
  bool has_cookie(const HttpFields& fields) const;
  // That takes the cookie away.
  std::string end_cookie() const;

  // Whether the browser says that another site made it send this.
  bool is_foreign(const HttpRequest& request) const;
  // Whether it brings what only a page of ours can know.
  static bool has_token(const HttpRequest& request, const SignedIn& who);

 private:
  std::optional<std::string> id_in(const HttpFields& fields) const;
  std::string token_of(std::string_view id) const;
  std::string cookie(std::string_view value) const;

  const Parts parts_;
  const bool secure_;
};

}  // namespace chartbell
