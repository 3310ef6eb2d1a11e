// Who a request is from: an API key or a token, bare or behind "Bearer" (wire contract §4), or,
// without either, a user whose browser has a session.
#pragma once

#include <expected>
#include <optional>

#include "api/ports.h"
#include "api/rate_limiter.h"
#include "api/sign_in.h"
#include "api/token.h"
#include "model/http_message.h"

namespace chartbell {

// Of a user, `account` is the one whose endpoints they see, with what their role may do: the key
// that X-Chartbell-Account names, or the first one that is good. Its id is 0 where there is none.
struct Caller {
  Account account;
  std::optional<Token> token{};    // where it came with one
  std::optional<SignedIn> user{};  // where a browser asks
};

// By whom limits count: users and keys have their own.
AccountId counted_as(const Caller& caller);
AccountId counted_as(UserId user);

// Whether a request shows that somebody is there. Streams and what a page asks for by itself do
// not.
enum class Presence : std::uint8_t { kNone, kSeen };

bool is_good(const Account& account, WallTime now);  // neither revoked nor expired
bool only_reads(std::string_view method);
HttpResponse refusal_of_foreign();
// The password was right, and a code is to come.
HttpResponse refusal_of_pending();
// Nobody has signed in; a page of ours asks for the setup token where nobody can.
HttpResponse refusal_of_nobody(bool has_users);

// Thread-safe. A good credential is always taken, so nobody can lock out others of their address.
class Authenticator {
 public:
  // All of them outlive it. Without `sign_in` there are no users.
  Authenticator(AccountStore& accounts, TokenMint& tokens, RateLimiter& limiter, SignIn* sign_in)
      : accounts_(accounts), tokens_(tokens), limiter_(limiter), sign_in_(sign_in) {}

  // Or the answer: 401; 403 for a request that another site made a browser send; 429 where the
  // address has been wrong too often, which ends the connection.
  std::expected<Caller, HttpResponse> caller_of(const HttpRequest& request,
                                                Presence presence = Presence::kSeen);

 private:
  // Nothing for a credential that is no good.
  Result<std::optional<Caller>> look_up(std::string_view credential);
  Result<std::optional<Caller>> look_up(const Token& token);
  std::expected<Caller, HttpResponse> by_session(const HttpRequest& request, Presence presence);
  Result<Account> account_for(const HttpRequest& request);

  AccountStore& accounts_;
  TokenMint& tokens_;
  RateLimiter& limiter_;
  SignIn* const sign_in_;
};

}  // namespace chartbell
