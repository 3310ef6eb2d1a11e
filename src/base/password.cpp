#include "base/password.h"

#include <sodium.h>

#include "base/check.h"

namespace chartbell {
namespace {

constexpr std::size_t kKib = 1024;

void start_library() {
  static const bool started = ::sodium_init() >= 0;
  CHECK(started);
}

}  // namespace

Result<std::string> password_hash(std::string_view password, const PasswordCost& cost) {
  start_library();
  char out[crypto_pwhash_STRBYTES];
  if (::crypto_pwhash_str_alg(out, password.data(), password.size(), cost.passes,
                              cost.memory_kib * kKib, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return failure(Code::kNoSpace, "there is no memory to hash a password");
  return std::string(out);
}

bool password_fits(const std::string& hash, std::string_view password) {
  start_library();
  return ::crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash, const PasswordCost& cost) {
  start_library();
  return ::crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory_kib * kKib) != 0;
}

}  // namespace chartbell
