// Dispatcher: decides what is sent to whom and when, and what came of it is recorded.
//
// A synchronous state machine of one thread: it has no socket, no timer and no clock of its own.
// Each endpoint has a lane over each institution's log that it subscribes to: a cursor, a bounded
// window in flight, and retries. A success only moves the cursor; a failure becomes a retry row and
// moves it too, so a lane never stands still because of one event. Records are gathered while the
// last ones are being written, so there is one transaction under way at a time.
//
// After a crash everything beyond the recorded positions is sent again: duplicates are bounded by
// what was in flight or not yet recorded, and carry the same webhook-id.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "deliver/directory.h"
#include "deliver/ports.h"
#include "deliver/schedule.h"
#include "deliver/signing.h"

namespace chartbell {

struct DispatcherOptions {
  std::string store_tag;  // makes webhook-ids of this store unlike those of any other
  Schedule schedule = Schedule::vendor();
  Milliseconds deadline{15'000};  // of one attempt, the answer's body included
  Milliseconds retry_after_max{3'600'000};
  std::size_t in_flight_per_endpoint = 16;
  std::size_t in_flight_max = 1024;           // over all endpoints
  std::size_t first_attempts_reserved = 256;  // of in_flight_max, never taken by retries
  std::size_t window = 1024;                  // events a lane may be ahead of its cursor
};

class Dispatcher {
 public:
  // Runs a function on the dispatcher's thread; the store answers on a thread of its own.
  using Post = std::function<void(std::function<void()>)>;

  // All references outlive the dispatcher and what it has posted.
  Dispatcher(DispatcherOptions options, DeliveryStore& store, Transport& transport,
             const Clock& clock, Random& random, Post post);
  ~Dispatcher();

  // Reads directory and positions. Before anything else.
  Result<void> start();
  // Endpoints or subscriptions changed.
  Result<void> reload();
  // New events stand in this institution's log.
  void on_events(InstitutionId institution);
  // Time has passed: sends what is due. Called every few hundred milliseconds.
  void on_tick();
  // No new attempts; what is in flight may end.
  void stop();
  // What is in flight will end without anybody having answered: our own doing, so nothing of it is
  // recorded and it is sent again after the next start.
  void abandon() { abandoned_ = true; }

  std::size_t in_flight() const { return in_flight_.size(); }
  // The first error of the store; nothing is sent any more after it.
  const Result<void>& health() const { return health_; }

 private:
  struct Lane;

  void pump(const LaneKey& key);
  void pump_all();
  void pump_starved();
  bool refill(Lane& lane);
  bool wants_more(const Lane& lane) const;
  void take_next(Lane& lane);
  void refresh_if_changed();
  const Endpoint* active_endpoint(EndpointId id) const;
  void send_retries();
  void send_retry(const Retry& retry, const Endpoint& endpoint);
  void park(const Retry& retry);
  void drop(const Retry& retry);
  void send(const Event& event, const Subscription& subscription, const Endpoint& endpoint,
            std::optional<Retry> retry);
  Signer& signer_of(const Endpoint& endpoint);
  void finished(Attempt attempt, std::optional<Retry> retry);
  void succeeded(const Attempt& attempt);
  void failed(const Attempt& attempt, const std::optional<Retry>& retry);
  bool note_failure(const Attempt& attempt);
  void note_health(EndpointId endpoint, std::optional<WallTime> failing_since, bool disabled);
  void settle_in_lane(const DeliveryKey& key);
  void note_long_skips();
  void record();
  void recorded(const Result<void>& result, const Settlement& settlement);
  bool failed_for_good(const Result<void>& result);

  const DispatcherOptions options_;
  DeliveryStore& store_;
  Transport& transport_;
  const Clock& clock_;
  Random& random_;
  const Post post_;

  Directory directory_;
  std::int64_t directory_version_ = 0;
  std::map<LaneKey, std::unique_ptr<Lane>> lanes_;
  std::map<EndpointId, std::optional<WallTime>> failing_since_;
  std::set<EndpointId> disabled_;  // by us, until the directory says so too
  std::deque<LaneKey> starved_;    // stopped by in_flight_max, first come first served
  std::map<EndpointId, Signer> signers_;
  std::set<DeliveryKey> in_flight_;
  std::map<EndpointId, std::size_t> in_flight_of_;
  std::set<DeliveryKey> retrying_;  // until their end is on disk
  Settlement unrecorded_;
  std::set<LaneKey> moved_;
  bool recording_ = false;
  bool stopped_ = false;
  bool abandoned_ = false;
  Result<void> health_;
};

}  // namespace chartbell
