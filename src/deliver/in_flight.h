// Dispatcher::InFlight: one attempt on its way, for the dispatcher's own sources.
#pragma once

#include <optional>

#include "deliver/dispatcher.h"

namespace chartbell {

struct Dispatcher::InFlight {
  PeerPtr peer;
  LanePtr lane;                // null for a retry
  std::optional<Retry> retry;  // as it was read
  Attempt attempt;
  ResourceId ordered;  // of an ordered subscription's event; 0 otherwise
  bool suspect = false;
};

}  // namespace chartbell
