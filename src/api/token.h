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

// Thread-safe.
class TokenMint {
 public:
  // `key` signs; tokens live for `lifetime`.
  TokenMint(std::string_view key, std::chrono::seconds lifetime, const Clock& clock,
            Random& random);

  std::string mint(AccountId account);
  // The account of a token that we signed and that has not expired. The header is compared whole,
  // so no other algorithm can be asked for.
  std::optional<AccountId> check(std::string_view token);

 private:
  std::string signature(std::string_view signed_part);

  std::mutex mutex_;
  Hmac hmac_;
  const std::chrono::seconds lifetime_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace chartbell
