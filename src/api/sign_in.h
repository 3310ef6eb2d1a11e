// SignIn: how people become users of this server, and how they show that they are: a password, and
// where it is on a one-time code behind it.
//
// Steps with a password hash for some tens of ms, so they are for work()'s thread; the others may
// be asked from any. A step that fails for what was given says kUnauthorized, the same words for a
// name that nobody has and for a password that is wrong, after the same time.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/guess_limits.h"
#include "api/ports.h"
#include "api/session_desk.h"
#include "base/clock.h"
#include "base/password.h"

namespace chartbell {

struct SignInParts {
  UserStore& users;
  AuditTrail& audit;
  const Clock& clock;
  std::function<std::string()> new_seed;  // 32 random bytes
  std::string key;                        // of CSRF tokens and of recovery codes' hashes
  // Runs it where tens of ms bother nobody; false where too much waits already.
  std::function<bool(std::function<void()>)> work;
  std::string public_url{};
  // Whether an admin without one may do nothing but turn it on.
  bool admins_need_second_factor = false;
  // Lets somebody make the first user; without one only the command line can.
  std::string setup_token{};
  GuessRates rates{};
  PasswordCost cost{};
};

// Thread-safe.
class SignIn {
 public:
  // All references outlive it.
  explicit SignIn(SignInParts parts);

  using Begun = SessionDesk::Begun;

  SessionDesk& sessions() { return sessions_; }
  GuessLimits& guesses() { return guesses_; }
  UserStore& users() { return parts_.users; }
  AuditTrail& audit() { return parts_.audit; }
  const Clock& clock() const { return parts_.clock; }
  bool work(std::function<void()> step) { return parts_.work(std::move(step)); }
  bool is_setup_token(std::string_view text) const;
  // Whether this user may do nothing before a second factor is on.
  bool lacks_second_factor(const User& user) const {
    return parts_.admins_need_second_factor && user.role == Role::kAdmin && !user.second_factor;
  }

  // ---- steps that hash a password ---------------------------------------------------------------
  // The first user, an admin, signed in. kConflict where there is one.
  Result<Begun> set_up(std::string name, std::string display_name, const std::string& password);
  // `in_place_of`: the hash of a session that the browser has already. The state of the session
  // says whether a code is to come.
  Result<Begun> enter(const std::string& name, const std::string& password,
                      std::string in_place_of);
  // Ends the user's other sessions and begins a new one.
  Result<Begun> change_password(const SignedIn& who, const std::string& current,
                                const std::string& wanted);
  struct Offer {
    std::string secret;  // base32, for who types it
    std::string uri;     // for a QR code
  };
  // kConflict where a second factor is on.
  Result<Offer> offer_second_factor(const SignedIn& who, const std::string& password);
  Result<Begun> drop_second_factor(const SignedIn& who, const std::string& password);
  // By an admin.
  Result<User> add_user(const SignedIn& by, NewUser user, const std::string& password);
  // `password` empty: it stays.
  Result<User> change_user(const SignedIn& by, UserId id, UserChange change,
                           const std::string& password);

  // ---- steps that do not ------------------------------------------------------------------------
  // `code`: six digits, or a recovery code.
  Result<Begun> second_factor(const SignedIn& pending, const std::string& code);
  struct Confirmed {
    Begun begun;
    std::vector<std::string> recovery_codes;
  };
  // Turns on what was offered.
  Result<Confirmed> confirm_second_factor(const SignedIn& who, const std::string& code);

 private:
  Result<std::string> checked_hash(const std::string& password, const std::string& name);
  // kUnauthorized where it is not this user's password.
  Result<UserSecrets> proven(const SignedIn& who, const std::string& password);
  Result<void> renew(const UserSecrets& secrets, const std::string& password);
  Result<bool> use_code(const UserSecrets& secrets, const std::string& code);
  // The user as they are now, in a session that takes the place of `before`.
  Result<Begun> begin_again(const SignedIn& before, std::optional<AuditNote> note);
  std::string recovery_hash(UserId id, std::string_view code) const;
  std::vector<std::string> new_recovery_codes();

  const SignInParts parts_;
  SessionDesk sessions_;
  GuessLimits guesses_;
  std::string nobodys_hash_;  // what is compared where there is no such user
};

// By this user, about themselves.
AuditNote note_of(const User& user, std::string act);

}  // namespace chartbell
