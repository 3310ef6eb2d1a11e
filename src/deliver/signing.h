// How a delivery proves where it comes from.
//
// The vendor's scheme (wire contract §2): `signature` = hex HMAC-SHA256 over
// timestamp + "." + base64(body), keyed with the UTF-8 bytes of secret_key.
// Standard Webhooks 1.0: `webhook-signature` = "v1," + base64 HMAC-SHA256 over id.timestamp.body,
// keyed with the bytes behind "whsec_", or with the secret's UTF-8 bytes where it lacks that
// prefix.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"

namespace chartbell {

std::string vendor_signature(std::string_view secret, std::string_view timestamp,
                             std::string_view body);
std::string standard_signature(std::string_view secret, std::string_view id,
                               std::int64_t unix_seconds, std::string_view body);

// A new secret_key: "whsec_" and 32 random bytes in base64, so that both schemes take it as it is.
std::string new_secret(Random& random);

// Signs for one endpoint; the keys' schedules are made once. A resource of one thread.
class Signer {
 public:
  explicit Signer(std::string secret);

  const std::string& secret() const { return secret_; }
  // The header fields of one attempt, in the order sent: content type, both schemes.
  std::vector<std::pair<std::string, std::string>> fields(std::string_view message_id, WallTime now,
                                                          std::string_view body);

 private:
  std::string secret_;
  Hmac vendor_;
  Hmac standard_;
};

// What a receiver finds when it checks a delivery.
enum class Verdict : std::uint8_t { kGenuine, kMissing, kWrong };
struct Verification {
  Verdict vendor = Verdict::kMissing;
  Verdict standard = Verdict::kMissing;
};
// `field` gives a header's value by lower-case name, empty where it is absent.
template <class Field>
Verification verify(std::string_view secret, Field field, std::string_view body);

Verification verify_values(std::string_view secret, std::string_view timestamp,
                           std::string_view signature, std::string_view id,
                           std::string_view unix_seconds, std::string_view standard,
                           std::string_view body);

template <class Field>
Verification verify(std::string_view secret, Field field, std::string_view body) {
  return verify_values(secret, field("timestamp"), field("signature"), field("webhook-id"),
                       field("webhook-timestamp"), field("webhook-signature"), body);
}

}  // namespace chartbell
