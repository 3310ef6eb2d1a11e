// Bearer tokens: JSON Web Tokens signed by HS256 and nothing else (RFC 7515, RFC 7519; wire
// contract §4).
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "model/ids.h"

namespace chartbell {

// What a token says of itself.
struct Token {
  AccountId account;
  std::int64_t generation = 0;  // of the account when it was made
  std::string id;               // `jti`
  WallTime expires_at;
};

// Thread-safe.
class TokenMint {
 public:
  // `key` signs; tokens live for `lifetime`.
  TokenMint(std::string_view key, std::chrono::seconds lifetime, const Clock& clock,
            Random& random);

  // `generation` is the account's.
  std::string mint(AccountId account, std::int64_t generation);
  // A token that we signed and that has not expired. The header is compared whole, so no other
  // algorithm can be asked for.
  std::optional<Token> check(std::string_view token);

 private:
  std::string signature(std::string_view signed_part);

  std::mutex mutex_;
  Hmac hmac_;
  const std::chrono::seconds lifetime_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace chartbell
