// What deliver needs of its neighbours: the log and its own records from the store, a way to send.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "deliver/directory.h"
#include "model/attempt.h"
#include "model/event.h"
#include "model/ids.h"

namespace chartbell {

using LaneKey = std::pair<InstitutionId, EndpointId>;

// How far an endpoint is in an institution's log: everything up to `cursor` is settled (delivered,
// not owed, or taken over by a retry), and so is each of `settled_beyond`.
struct LanePosition {
  LaneKey lane;
  EventSeq cursor;
  std::vector<EventSeq> settled_beyond;  // ascending, each > cursor
};

// A delivery that failed and is to be tried again.
struct Retry {
  DeliveryKey key;
  int attempts = 1;  // made so far
  WallTime first_at;
  WallTime due;

  friend bool operator==(const Retry&, const Retry&) = default;
};

// The due time of what waits for its endpoint to become active again.
inline constexpr WallTime kParked = from_ms(INT64_MAX / 2);

struct EndpointHealth {
  EndpointId endpoint;
  std::optional<WallTime> failing_since;
  bool disabled = false;  // turns the endpoint off
};

// Names an event to its receivers, the same in each attempt: "evt_<store>_<institution>_<seq>".
// `tag` is drawn once for a store, so that one made anew never repeats the ids of the one before.
std::string message_id(std::string_view store_tag, InstitutionId institution, EventSeq seq);

// What came of a number of attempts, recorded in one transaction.
struct Settlement {
  std::vector<Attempt> attempts;
  std::vector<LanePosition> lanes;
  std::vector<Retry> retries_done;  // as they were read
  std::vector<Retry> retries_new;
  std::vector<EndpointHealth> health;

  bool empty() const {
    return attempts.empty() && lanes.empty() && retries_done.empty() && retries_new.empty() &&
           health.empty();
  }
};

// Thread-safe.
class DeliveryStore {
 public:
  virtual ~DeliveryStore() = default;
  virtual Result<Directory> directory() = 0;
  // Grows before a change of endpoints or subscriptions becomes visible: whoever reads an event and
  // then finds the version of its directory unchanged knows all that is owed for that event.
  virtual std::int64_t directory_version() const = 0;
  virtual Result<std::vector<LanePosition>> lane_positions() = 0;
  // The last event of the institution's log; from memory, cheap.
  virtual EventSeq head(InstitutionId institution) const = 0;
  // Events behind `after`, ascending without a gap, `limit` at most.
  virtual Result<std::vector<Event>> events_after(InstitutionId institution, EventSeq after,
                                                  std::size_t limit) = 0;
  virtual Result<std::optional<Event>> event(InstitutionId institution, EventSeq seq) = 0;
  // Retries that are due at `now`, the longest due first.
  virtual Result<std::vector<Retry>> due_retries(WallTime now, std::size_t limit) = 0;
  // `done` is called once it is on disk, on a thread of the store's.
  virtual void settle(Settlement settlement, std::function<void(Result<void>)> done) = 0;
};

// Everything that one POST needs.
struct PendingAttempt {
  DeliveryKey key;
  SubscriptionId subscription;
  int number = 1;
  std::string url;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  Milliseconds deadline{15'000};
};

class Transport {
 public:
  virtual ~Transport() = default;
  // `done` is called exactly once, on the caller's thread, after send() has returned.
  virtual void send(PendingAttempt attempt, std::function<void(Outcome)> done) = 0;
};

}  // namespace chartbell
