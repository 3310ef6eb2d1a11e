// What deliver needs of its neighbours: the log and its own records from the store, a way to send.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "deliver/directory.h"
#include "deliver/shard.h"
#include "model/attempt.h"
#include "model/event.h"
#include "model/ids.h"
#include "model/replay.h"

namespace chartbell {

// One endpoint's way through one institution's log.
struct LaneKey {
  InstitutionId institution;
  EndpointId endpoint;

  friend auto operator<=>(const LaneKey&, const LaneKey&) = default;
};

// How far a lane is: everything up to `cursor` is settled (delivered, not owed, or taken over by a
// retry), and so is each of `settled_beyond`.
struct LanePosition {
  LaneKey lane;
  EventSeq cursor;
  std::vector<EventSeq> settled_beyond;  // ascending, each > cursor
};

// How far a replay is; `done` ends it.
struct ReplayPosition {
  ReplayId replay;
  EventSeq cursor;
  std::vector<EventSeq> settled_beyond;
  std::int64_t sent = 0;
  std::int64_t failed = 0;
  bool done = false;
};

struct OpenReplay {
  Replay replay;
  std::vector<EventSeq> settled_beyond;
};

// A delivery that failed and is to be tried again.
struct Retry {
  DeliveryKey key;
  int attempts = 1;  // made so far
  WallTime first_at;
  WallTime due;
  // Of an ordered subscription: later events of this resource wait for this one; 0 for none.
  ResourceId holds_back;

  friend bool operator==(const Retry&, const Retry&) = default;
};

// An event of an ordered subscription that waits behind a failing one of its resource. It becomes a
// retry with no attempts made, due at once, when all before it have ended.
struct Held {
  DeliveryKey key;
  ResourceId resource;
};

// How many of a resource wait in a lane, the failing one included.
struct HeldBack {
  LaneKey lane;
  ResourceId resource;
  std::size_t count = 0;
};

struct EndpointHealth {
  EndpointId endpoint;
  std::optional<WallTime> failing_since;
  bool warned = false;          // tells its operators that it is failing, once
  std::string disabled_reason;  // turns it off and tells its operators, unless empty

  bool disabled() const { return !disabled_reason.empty(); }
};

// Names an event to its receivers, the same in each attempt: "evt_<store>_<institution>_<seq>".
// `tag` is drawn once for a store, so that one made anew never repeats the ids of the one before.
std::string message_id(std::string_view store_tag, InstitutionId institution, EventSeq seq);

// What came of a number of attempts, recorded in one transaction.
struct Settlement {
  std::vector<Attempt> attempts;
  std::vector<LanePosition> lanes;
  std::vector<ReplayPosition> replays;
  std::vector<Retry> retries_done;  // as they were read
  std::vector<Retry> retries_new;
  std::vector<Held> held_new;
  // Ended for good, one way or the other: what is held behind them may go. In retries_done, too.
  std::vector<Held> released;
  std::vector<Retry> dead;  // their last attempt failed
  std::vector<EndpointHealth> health;
  // `lanes` has every lane of the shard that moved since its last checkpoint, or since the start.
  bool checkpoint = false;
  std::size_t shard = 0;  // whose it is, of those that the store was opened for

  bool empty() const {
    return attempts.empty() && lanes.empty() && replays.empty() && retries_done.empty() &&
           retries_new.empty() && held_new.empty() && released.empty() && dead.empty() &&
           health.empty();
  }
};

// Thread-safe. Where a shard is asked for, only what is of its endpoints comes.
class DeliveryStore {
 public:
  virtual ~DeliveryStore() = default;
  virtual Result<Directory> directory(Shard of) = 0;
  // Grows before a change of endpoints, subscriptions or replays becomes visible: whoever reads an
  // event and then finds the version of its directory unchanged knows all that is owed for that
  // event.
  virtual std::int64_t directory_version() const = 0;
  virtual Result<std::vector<LanePosition>> lane_positions(Shard of) = 0;
  // Successes whose lanes may stand before them: all that were recorded since some shard's last
  // checkpoint.
  virtual Result<std::vector<DeliveryKey>> delivered_since_checkpoint(Shard of) = 0;
  virtual Result<std::vector<OpenReplay>> open_replays(Shard of) = 0;
  // Of its part of the log, what its endpoint has been delivered or waits to be retried; ascending.
  virtual Result<std::vector<EventSeq>> delivered_of(const Replay& replay) = 0;
  // The last event of the institution's log; from memory, cheap.
  virtual EventSeq head(InstitutionId institution) const = 0;
  // Events behind `after`, ascending without a gap, `limit` at most.
  virtual Result<std::vector<EventPtr>> events_after(InstitutionId institution, EventSeq after,
                                                     std::size_t limit) = 0;
  // Null where the log has none.
  virtual Result<EventPtr> event(InstitutionId institution, EventSeq seq) = 0;
  // The endpoint's retries, the earliest due first, whether due or not.
  virtual Result<std::vector<Retry>> retries(EndpointId endpoint, std::size_t limit) = 0;
  // When the first retry of each endpoint that has any is due.
  virtual Result<std::vector<std::pair<EndpointId, WallTime>>> first_dues(Shard of) = 0;
  virtual Result<std::vector<HeldBack>> held_back(Shard of) = 0;
  // `done` is called once it is on disk, on a thread of the store's. It may wait a few milliseconds
  // for others to be written with.
  virtual void settle(Settlement settlement, std::function<void(Result<void>)> done) = 0;
};

// Where an endpoint's attempts go, prepared once for many.
class Destination {
 public:
  virtual ~Destination() = default;
};
using DestinationPtr = std::shared_ptr<const Destination>;

// Everything that one POST needs.
struct PendingAttempt {
  DeliveryKey key;
  SubscriptionId subscription;
  int number = 1;
  DestinationPtr destination;
  std::string field_lines;  // "name: value\r\n" each
  std::string body;
  Milliseconds deadline{15'000};
  bool suspect = false;  // the endpoint's last attempt failed
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual DestinationPtr destination(const Endpoint& endpoint) = 0;
  // `done` is called exactly once, on the caller's thread, after send() has returned.
  virtual void send(PendingAttempt attempt, std::function<void(Outcome)> done) = 0;
};

}  // namespace chartbell
