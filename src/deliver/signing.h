// How a delivery proves where it comes from.
//
// The vendor's scheme (wire contract §2): `signature` = hex HMAC-SHA256 over
// timestamp + "." + base64(body), keyed with the UTF-8 bytes of secret_key.
// Standard Webhooks 1.0: `webhook-signature` = "v1," + base64 HMAC-SHA256 over id.timestamp.body,
// keyed with the bytes behind "whsec_", or with the secret's UTF-8 bytes where it lacks that
// prefix; with Ed25519 another one, "v1a," + base64 of the signature.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "model/subscriber.h"

namespace chartbell {

std::string vendor_signature(std::string_view secret, std::string_view timestamp,
                             std::string_view body);
std::string standard_signature(std::string_view secret, std::string_view id,
                               std::int64_t unix_seconds, std::string_view body);

// A new secret_key: "whsec_" and 32 random bytes in base64, so that both schemes take it as it is.
std::string new_secret(Random& random);

// Signs for one endpoint; the keys' schedules are made once. A resource of one thread.
//
// While a replaced secret signs along, webhook-signature carries a signature by each, and the
// vendor's header, which has room for one, is still made with the secret that was replaced last: a
// receiver that takes either is ready whenever the overlap ends.
class Signer {
 public:
  explicit Signer(const Endpoint& endpoint);

  // Whether it was made for these secrets and options.
  bool fits(const Endpoint& endpoint) const;
  // The header lines of one attempt, "name: value\r\n" each: content type, both schemes, and the
  // raw body's HMAC where the endpoint asks for one.
  std::string lines(std::string_view message_id, WallTime now, std::string_view body);

 private:
  struct Keys {
    std::optional<WallTime> until;  // nothing: the one that stays
    Hmac vendor;
    Hmac standard;
  };
  static Keys keys_of(std::string_view secret, std::optional<WallTime> until);
  Keys& vendor_keys(WallTime now);

  std::string secret_;
  EndpointOptions options_;
  std::vector<Keys> keys_;  // the one that stays first, then the replaced ones
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
