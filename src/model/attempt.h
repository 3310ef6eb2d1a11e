// One try to hand an event to an endpoint, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/ids.h"

namespace chartbell {

// What is owed: this event of this institution to this endpoint. The unit of retry and of
// duplicates.
struct DeliveryKey {
  InstitutionId institution;
  EndpointId endpoint;
  EventSeq seq;

  friend auto operator<=>(const DeliveryKey&, const DeliveryKey&) = default;
};

// Where an attempt ended, in the order of the way it takes.
enum class OutcomeClass : std::uint8_t {
  kDelivered,       // a 2xx answer
  kAddressRefused,  // the URL or an address of it is not allowed; nothing was sent
  kNameNotResolved,
  kNotConnected,
  kTlsFailed,
  kTimedOut,
  kBadAnswer,  // not HTTP, or beyond its limits
  kRejected,   // an answer, but no 2xx
};
// For logs and the operator.
std::string_view name(OutcomeClass outcome);
// For the subscriber: refused, unknown, closed and silent are one, "unreachable". Otherwise whoever
// may name a URL could have us tell which names and addresses of this network exist.
std::string_view public_name(OutcomeClass outcome);

struct Outcome {
  OutcomeClass result = OutcomeClass::kNotConnected;
  int status = 0;  // of the answer; 0 without one
  Microseconds latency{0};
  std::optional<std::chrono::seconds> retry_after;
  std::string excerpt;  // of the answer's body, 1 KiB at most; untrusted text
};

struct Attempt {
  DeliveryKey key;
  SubscriptionId subscription;
  int number = 1;  // 1 is the first
  WallTime at;
  Outcome outcome;
};

}  // namespace chartbell
