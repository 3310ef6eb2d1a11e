// Who a request is from: an API key or a token, bare or behind "Bearer" (wire contract §4).
#pragma once

#include <expected>
#include <optional>

#include "api/ports.h"
#include "api/rate_limiter.h"
#include "api/token.h"
#include "model/http_message.h"

namespace chartbell {

struct Caller {
  Account account;
  std::optional<Token> token{};  // where it came with one
};

// Thread-safe. A good credential is always taken, so nobody can lock out others of their address.
class Authenticator {
 public:
  // All of them outlive it.
  Authenticator(AccountStore& accounts, TokenMint& tokens, RateLimiter& limiter)
      : accounts_(accounts), tokens_(tokens), limiter_(limiter) {}

  // Or the answer: 401; 429 where the address has been wrong too often, which ends the connection.
  std::expected<Caller, HttpResponse> caller_of(const HttpRequest& request);

 private:
  // Nothing for a credential that is no good.
  Result<std::optional<Caller>> look_up(std::string_view credential);
  Result<std::optional<Caller>> look_up(const Token& token);

  AccountStore& accounts_;
  TokenMint& tokens_;
  RateLimiter& limiter_;
};

}  // namespace chartbell
