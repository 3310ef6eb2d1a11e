// Who receives events: endpoints and their subscriptions (wire contract §3), and what may be asked
// of Chartbell beyond the vendor's wire.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"
#include "model/topic.h"

namespace chartbell {

// A secret that was replaced and signs along until its time is over.
struct RetiredSecret {
  std::string secret;
  WallTime until;

  friend bool operator==(const RetiredSecret&, const RetiredSecret&) = default;
};

// Everything here is opted into; the defaults are the vendor's behaviour.
struct EndpointOptions {
  std::string description;              // for its owner's eyes; empty for none
  std::optional<int> max_in_flight;     // 1..256
  std::optional<int> rate_per_second;   // 1..10,000 attempts
  std::optional<Milliseconds> timeout;  // 1 s..60 s, of one attempt, the answer's body included
  // Times of the attempts behind the first, counted from it, ascending; empty for the vendor's.
  std::vector<std::chrono::seconds> schedule;
  std::vector<std::pair<std::string, std::string>> headers;  // sent with each attempt
  std::string legacy_header;       // where the raw body's HMAC goes as hex; empty for none
  std::string ed25519_seed;        // 32 bytes: signs v1a, too; empty for none
  std::string client_certificate;  // PEM, its chain included, shown to the receiver; empty for none
  std::string client_key;          // PEM
  std::vector<RetiredSecret> retired_secrets;

  friend bool operator==(const EndpointOptions&, const EndpointOptions&) = default;
};

// A URL that deliveries go to, and the secret that signs them. Belongs to an account (an API key).
struct Endpoint {
  EndpointId id;
  AccountId account;
  std::string target_url;
  std::string secret_key;
  bool active = true;
  // The first failure since the last success; nothing while all is well.
  std::optional<WallTime> failing_since;
  bool warned = false;          // the operator was told that it is failing
  std::string disabled_reason;  // why we turned it off; empty while on, or when its owner did
  EndpointOptions options;
  WallTime created_at;
  WallTime updated_at;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// kResource: events of one resource arrive one after the other; while one of them fails, those
// behind it wait and those of other resources pass.
enum class Ordering : std::uint8_t { kNone, kResource };

// Some events of one institution, sent to one endpoint.
struct Subscription {
  SubscriptionId id;
  EndpointId endpoint;
  InstitutionId institution;
  Topic topic;
  bool active = true;
  Ordering ordering = Ordering::kNone;
  std::vector<LocationId> locations;  // events of these and of none; empty for all
  bool notify_red = false;            // sync_status_*.red, which the vendor never sends
  // Only events behind this place in the institution's log are owed.
  EventSeq from;
  WallTime created_at;
  WallTime updated_at;

  friend bool operator==(const Subscription&, const Subscription&) = default;
};

}  // namespace chartbell
