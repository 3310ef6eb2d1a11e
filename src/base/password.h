// Passwords as Argon2id hashes (RFC 9106), written in the PHC string format: the text says by which
// parameters it was made, so that they can grow.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace chartbell {

// What a hash costs whoever makes it. Source: OWASP Password Storage Cheat Sheet, 19 MiB and two
// passes on one lane; 15 to 30 ms on a server of 2020.
struct PasswordCost {
  std::size_t memory_kib = 19'456;
  unsigned passes = 2;

  friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};

// "$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH", with a salt of the operating system's. kNoSpace where
// there is no memory for it.
Result<std::string> password_hash(std::string_view password, const PasswordCost& cost);
// Costs what making the hash did. False for anything that is no hash.
bool password_fits(const std::string& hash, std::string_view password);
// Whether the hash was made at another cost.
bool needs_rehash(const std::string& hash, const PasswordCost& cost);

}  // namespace chartbell
