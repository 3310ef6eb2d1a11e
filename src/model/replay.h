// Replay: a part of an institution's log that is sent to an endpoint once more. It survives
// restarts: what was settled of it is recorded as a lane's position is.
#pragma once

#include <optional>

#include "base/clock.h"
#include "model/ids.h"
#include "model/topic.h"

namespace chartbell {

struct Replay {
  ReplayId id;
  EndpointId endpoint;
  InstitutionId institution;
  EventSeq after;  // the first event is the one behind it
  EventSeq to;     // the last
  Topic topic;
  bool undelivered_only = false;  // leaves out what this endpoint has answered with 2xx
  // Progress: everything up to `cursor` is settled; sent counts attempts' successes, failed the
  // deliveries that became retries.
  EventSeq cursor;
  std::int64_t sent = 0;
  std::int64_t failed = 0;
  WallTime created_at;
  std::optional<WallTime> done_at;  // also when cancelled
  bool cancelled = false;

  friend bool operator==(const Replay&, const Replay&) = default;
};

}  // namespace chartbell
