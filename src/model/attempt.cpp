#include "model/attempt.h"

namespace chartbell {

std::string_view name(OutcomeClass outcome) {
  switch (outcome) {
    case OutcomeClass::kDelivered:
      return "delivered";
    case OutcomeClass::kAddressRefused:
      return "address_refused";
    case OutcomeClass::kNameNotResolved:
      return "name_not_resolved";
    case OutcomeClass::kNotConnected:
      return "not_connected";
    case OutcomeClass::kTlsFailed:
      return "tls_failed";
    case OutcomeClass::kTimedOut:
      return "timed_out";
    case OutcomeClass::kBadAnswer:
      return "bad_answer";
    case OutcomeClass::kRejected:
      return "rejected";
  }
  return "bad_answer";
}

std::string_view public_name(OutcomeClass outcome) {
  switch (outcome) {
    case OutcomeClass::kAddressRefused:
    case OutcomeClass::kNameNotResolved:
    case OutcomeClass::kNotConnected:
    case OutcomeClass::kTimedOut:
      return "unreachable";
    case OutcomeClass::kDelivered:
    case OutcomeClass::kTlsFailed:
    case OutcomeClass::kBadAnswer:
    case OutcomeClass::kRejected:
      return name(outcome);
  }
  return "unreachable";
}

}  // namespace chartbell
