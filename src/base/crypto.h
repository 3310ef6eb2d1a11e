// The few primitives we need, over OpenSSL's EVP interface.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_mac_ctx_st;

namespace chartbell {

// HMAC-SHA256 with one key (RFC 2104), the key schedule kept between messages: 1.6 µs for 2.5 KB
// where a fresh context costs twice that. A resource of one thread.
class Hmac {
 public:
  explicit Hmac(std::string_view key);
  ~Hmac();
  Hmac(Hmac&&) noexcept;
  Hmac& operator=(Hmac&&) noexcept;

  // 32 raw bytes over the parts, one after the other.
  std::string sign(std::initializer_list<std::string_view> parts);

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };
  std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

// Ed25519 (RFC 8032); `seed` is the private key's 32 bytes. 64 raw bytes; CHECKs the seed's length.
std::string ed25519_sign(std::string_view seed, std::string_view message);
// The 32 bytes of the public key.
std::string ed25519_public_key(std::string_view seed);
bool ed25519_verify(std::string_view public_key, std::string_view message,
                    std::string_view signature);

// HMAC-SHA1 (RFC 2104), 20 raw bytes: for the codes of authenticator apps and nothing else.
std::string hmac_sha1(std::string_view key, std::string_view text);

// 32 raw bytes.
std::string sha256(std::string_view bytes);
// 64 raw bytes (FIPS 202).
std::string sha3_512(std::string_view bytes);

// Does not tell by its time where the texts differ; texts of different lengths are unequal.
bool equal_in_constant_time(std::string_view a, std::string_view b);

inline constexpr std::size_t kAeadKeySize = 32;
inline constexpr std::size_t kAeadNonceSize = 12;
inline constexpr std::size_t kAeadTagSize = 16;

// AES-256-GCM (NIST SP 800-38D). `nonce` must never come twice for one key; `associated` is bound
// to the text but not stored with it. The result is ciphertext + tag.
std::string aead_seal(std::string_view key, std::string_view nonce, std::string_view associated,
                      std::string_view text);
// kCorrupt where key, nonce, associated data or a single bit of the text is another.
Result<std::string> aead_open(std::string_view key, std::string_view nonce,
                              std::string_view associated, std::string_view sealed);

}  // namespace chartbell
