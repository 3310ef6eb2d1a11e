#include "base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/check.h"

namespace chartbell {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

constexpr std::size_t kEd25519KeySize = 32;
constexpr std::size_t kEd25519SignatureSize = 64;

Key ed25519_private(std::string_view seed) {
  CHECK(seed.size() == kEd25519KeySize);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()));
  CHECK(key != nullptr);
  return key;
}

enum class Direction { kOpen = 0, kSeal = 1 };

// One context a thread: to fetch the cipher and make one anew costs more than a short text does.
EVP_CIPHER_CTX* start(Direction direction, std::string_view key, std::string_view nonce,
                      std::string_view associated) {
  CHECK(key.size() == kAeadKeySize && nonce.size() == kAeadNonceSize);
  thread_local const Cipher cipher = [] {
    Cipher made(EVP_CIPHER_CTX_new());
    CHECK(made != nullptr);
    CHECK(EVP_CipherInit_ex(made.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr, 1) == 1);
    return made;
  }();
  CHECK(EVP_CipherInit_ex(cipher.get(), nullptr, nullptr, bytes_of(key), bytes_of(nonce),
                          static_cast<int>(direction)) == 1);
  int length = 0;
  CHECK(EVP_CipherUpdate(cipher.get(), nullptr, &length, bytes_of(associated),
                         static_cast<int>(associated.size())) == 1);
  return cipher.get();
}

}  // namespace

void Hmac::Free::operator()(evp_mac_ctx_st* context) const {
  EVP_MAC_CTX_free(context);
}

Hmac::Hmac(std::string_view key) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  CHECK(mac != nullptr);
  context_.reset(EVP_MAC_CTX_new(mac));
  EVP_MAC_free(mac);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  // A null key would mean "keep the key", so an empty one is given as an address of no bytes.
  const unsigned char none = 0;
  CHECK(EVP_MAC_init(context_.get(), key.empty() ? &none : bytes_of(key), key.size(), params) == 1);
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

std::string Hmac::sign(std::initializer_list<std::string_view> parts) {
  CHECK(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
  for (const auto part : parts)
    CHECK(EVP_MAC_update(context_.get(), bytes_of(part), part.size()) == 1);
  std::string out(32, '\0');
  std::size_t length = 0;
  CHECK(EVP_MAC_final(context_.get(), bytes_of(out), &length, out.size()) == 1 && length == 32);
  return out;
}

std::string ed25519_sign(std::string_view seed, std::string_view message) {
  const auto key = ed25519_private(seed);
  const Digest digest(EVP_MD_CTX_new());
  CHECK(EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  std::string out(kEd25519SignatureSize, '\0');
  std::size_t length = out.size();
  CHECK(EVP_DigestSign(digest.get(), bytes_of(out), &length, bytes_of(message), message.size()) ==
        1);
  return out;
}

std::string ed25519_public_key(std::string_view seed) {
  std::string out(kEd25519KeySize, '\0');
  std::size_t length = out.size();
  CHECK(EVP_PKEY_get_raw_public_key(ed25519_private(seed).get(), bytes_of(out), &length) == 1);
  return out;
}

bool ed25519_verify(std::string_view public_key, std::string_view message,
                    std::string_view signature) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(public_key),
                                            public_key.size()));
  const Digest digest(EVP_MD_CTX_new());
  return key != nullptr &&
         EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
  std::string out(20, '\0');
  std::size_t length = 0;
  CHECK(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA1", nullptr, bytes_of(key), key.size(),
                  bytes_of(text), text.size(), bytes_of(out), out.size(), &length) != nullptr);
  return out;
}

std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  CHECK(EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(), bytes_of(out),
                     nullptr) == 1);
  return out;
}

std::string sha3_512(std::string_view bytes) {
  std::string out(64, '\0');
  CHECK(EVP_Q_digest(nullptr, "SHA3-512", nullptr, bytes.data(), bytes.size(), bytes_of(out),
                     nullptr) == 1);
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string aead_seal(std::string_view key, std::string_view nonce, std::string_view associated,
                      std::string_view text) {
  EVP_CIPHER_CTX* cipher = start(Direction::kSeal, key, nonce, associated);
  std::string out(text.size() + kAeadTagSize, '\0');
  int length = 0;
  CHECK(EVP_CipherUpdate(cipher, bytes_of(out), &length, bytes_of(text),
                         static_cast<int>(text.size())) == 1);
  int rest = 0;
  CHECK(EVP_CipherFinal_ex(cipher, bytes_of(out) + length, &rest) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, kAeadTagSize,
                            bytes_of(out) + text.size()) == 1);
  return out;
}

Result<std::string> aead_open(std::string_view key, std::string_view nonce,
                              std::string_view associated, std::string_view sealed) {
  if (sealed.size() < kAeadTagSize) return failure(Code::kCorrupt, "sealed record is cut short");
  EVP_CIPHER_CTX* cipher = start(Direction::kOpen, key, nonce, associated);
  std::string tag(sealed.substr(sealed.size() - kAeadTagSize));
  sealed.remove_suffix(kAeadTagSize);
  std::string out(sealed.size(), '\0');
  int length = 0;
  CHECK(EVP_CipherUpdate(cipher, bytes_of(out), &length, bytes_of(sealed),
                         static_cast<int>(sealed.size())) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, kAeadTagSize, tag.data()) == 1);
  if (EVP_CipherFinal_ex(cipher, bytes_of(out) + length, &length) != 1)
    return failure(Code::kCorrupt, "sealed record does not open with this key");
  return out;
}

}  // namespace chartbell
