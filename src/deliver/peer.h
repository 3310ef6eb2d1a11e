// Peer: an endpoint as the dispatcher knows it. A resource of the dispatcher's thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "deliver/flow.h"
#include "deliver/lane.h"
#include "deliver/ports.h"
#include "deliver/signing.h"

namespace chartbell {

struct Peer {
  explicit Peer(const Endpoint& of) : endpoint(of), signer(of) {}

  Endpoint endpoint;
  Signer signer;
  DestinationPtr destination;
  Flow flow;
  // Its lanes take turns.
  std::vector<std::shared_ptr<Lane>> lanes;
  std::size_t turn = 0;

  std::deque<Retry> due;             // read from the store, not sent yet
  std::optional<WallTime> next_due;  // of those in the store, as far as known
  std::size_t retries_in_flight = 0;
  std::size_t claimed = 0;   // retries sent whose end is not on disk
  bool catching_up = false;  // was turned on again: what failed before goes first

  Settlement unrecorded;                 // all but what goes into a record alone
  std::optional<SteadyTime> record_due;  // nothing where there is nothing to record

  bool queued = false;  // stands in a queue of the dispatcher
  bool gone = false;
  bool disabling = false;  // by us; not on disk yet
  std::optional<WallTime> alarm;
};
using PeerPtr = std::shared_ptr<Peer>;

}  // namespace chartbell
