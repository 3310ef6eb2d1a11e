// Dispatcher: decides what is sent to whom and when, and what came of it is recorded.
//
// A synchronous state machine of one thread: it has no socket, no timer and no clock of its own.
// Endpoints that may have something to send take turns, a few attempts each; what one may have in
// flight is its Flow's to say, so one that hangs holds its own small window and nothing else.
// Endpoints whose last attempt failed share a part of the whole, so that they cannot use it up, and
// are served one attempt at a time with room for other work between: a thousand dead ones delay a
// healthy one by the work of one attempt. Retries leave a part of the whole to first attempts.
//
// Each endpoint has a lane over each institution's log that it subscribes to. A success only moves
// the lane's cursor; a failure becomes a retry row and moves it too. Records are gathered while the
// last ones are being written, so there is one transaction under way at a time. A success is on
// disk as an attempt; lanes' positions follow at checkpoints, and are made good from those attempts
// after a restart. A failure touches many more pages of the store than a success, so failures wait
// a moment to be recorded together, endpoint by endpoint.
//
// After a crash everything not recorded is sent again: duplicates are bounded by what was in flight
// or not yet recorded, and carry the same webhook-id.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "deliver/directory.h"
#include "deliver/health_board.h"
#include "deliver/peer.h"
#include "deliver/ports.h"
#include "deliver/schedule.h"

namespace chartbell {

struct DispatcherOptions {
  Shard shard;            // whose endpoints are delivered to
  std::string store_tag;  // makes webhook-ids of this store unlike those of any other
  Schedule schedule = Schedule::vendor();
  Milliseconds deadline{15'000};  // of one attempt, the answer's body included
  Milliseconds retry_after_max{3'600'000};
  std::size_t in_flight_per_endpoint = 16;
  std::size_t in_flight_max = 1024;           // over all endpoints
  std::size_t first_attempts_reserved = 256;  // of in_flight_max, never taken by retries
  std::size_t suspects_max = 512;  // of in_flight_max, for endpoints whose last attempt failed
  std::size_t window = 1024;       // events a lane may be ahead of its cursor
  Milliseconds checkpoint_interval{1'000};
  Milliseconds failures_wait{50};  // to be recorded with others
};

class Dispatcher {
 public:
  // Runs a function on the dispatcher's thread; the store answers on a thread of its own.
  using Post = std::function<void(std::function<void()>)>;

  // All references outlive the dispatcher and what it has posted.
  Dispatcher(DispatcherOptions options, DeliveryStore& store, Transport& transport,
             const Clock& clock, Random& random, HealthBoard& board, Post post);
  ~Dispatcher();

  // Reads directory and positions. Before anything else.
  Result<void> start();
  // Endpoints, subscriptions or replays changed.
  Result<void> reload();
  // Whether anybody here is owed this institution's events; from any thread. One who has just
  // subscribed is found by on_tick().
  bool follows(InstitutionId institution) const;
  // New events stand in this institution's log.
  void on_events(InstitutionId institution);
  // Somebody else wrote retries of this endpoint.
  void on_retries(EndpointId endpoint);
  // Time has passed: sends what is due. Called many times a second; cheap when nothing is.
  void on_tick();
  // One attempt outside of all lanes that nothing is recorded of. kNotFound for an endpoint that
  // does not exist.
  Result<void> send_test(EndpointId endpoint, const NewEvent& event,
                         std::function<void(Outcome)> done);
  // No new attempts; what is in flight may end.
  void stop();
  // What is in flight will end without anybody having answered: our own doing, so nothing of it is
  // recorded and it is sent again after the next start.
  void abandon() { abandoned_ = true; }

  // Nothing is in flight, and what came of all attempts is on disk.
  bool at_rest() const {
    return in_flight_.empty() && delivered_.empty() && to_record_.empty() && !recording_;
  }
  // The first error of the store; nothing is sent any more after it.
  const Result<void>& health() const { return health_; }

 private:
  using LanePtr = std::shared_ptr<Lane>;
  struct InFlight;
  struct KeyHash {
    std::size_t operator()(const DeliveryKey& key) const;
  };

  // ---- who there is ----------------------------------------------------------------------------
  void reload_peers();
  void reload_lanes();
  Result<void> reload_replays();
  Result<void> open_replay(const OpenReplay& open);
  void leave(Lane& old);
  void refresh_if_changed();
  Peer* peer(EndpointId id) const;
  LanePtr lane(const LaneKey& key) const;

  // ---- whose turn it is ------------------------------------------------------------------------
  enum class Trust : std::uint8_t { kTrusted, kSuspect };
  void wake_subscribers(InstitutionId institution, Trust whom);
  void wake(const PeerPtr& peer);
  void wake_all();
  void serve();
  bool has_room() const { return in_flight_.size() < options_.in_flight_max && effort_left_ > 0; }
  void spend(std::size_t effort) { effort_left_ -= std::min(effort_left_, effort); }
  bool suspects_may() const { return suspects_in_flight_ < options_.suspects_max; }
  bool serve_first_of(std::deque<PeerPtr>& queue, int attempts);
  void serve_later();
  bool may_send(Peer& peer);
  bool send_next(const PeerPtr& peer);
  void set_alarm(Peer& peer);
  void ring_alarms();

  // ---- what it sends ---------------------------------------------------------------------------
  bool send_retry(const PeerPtr& peer);
  bool retries_may(const Peer& peer) const;
  bool read_due(Peer& peer);
  bool send_from(const PeerPtr& peer, const LanePtr& lane);
  bool refill(Lane& lane);
  bool look_at(const PeerPtr& peer, const LanePtr& lane, EventPtr event);
  const Subscription* owed(const Lane& lane, const Event& event) const;
  bool in_turn(const PeerPtr& peer, const LanePtr& lane, const EventPtr& event);
  void send(const PeerPtr& peer, EventPtr event, const Subscription& subscription, LanePtr lane,
            std::optional<Retry> retry);

  // ---- what came of it -------------------------------------------------------------------------
  void finished(InFlight& flight);
  void keep(InFlight& flight);
  void succeeded(InFlight& flight);
  void failed(InFlight& flight);
  void ended_for_good(InFlight& flight);
  static void pass_on(ResourceOrder& order, ResourceId resource);
  void hold_back(InFlight& flight);
  void drop(const PeerPtr& peer, const Retry& retry);
  void release(const PeerPtr& peer, const Retry& retry);
  void note_failure(const PeerPtr& peer, const Attempt& attempt);
  void note_health(const PeerPtr& peer);
  void settle(const LanePtr& lane, EventSeq seq, bool urgent);
  void note_change(const LanePtr& lane, bool urgent);
  void end_replay_if_done(const LanePtr& lane);

  // ---- what is written of it -------------------------------------------------------------------
  void record();
  bool checkpoint_is_due() const;
  bool checkpoint_is_worth_it() const;
  Settlement& to_record(const PeerPtr& peer);
  Settlement& to_record(const PeerPtr& peer, Milliseconds within);
  Settlement take_due(bool all);
  void write(Settlement settlement);
  void make_checkpoint(Settlement& settlement);
  static void add_position(Settlement& settlement, Lane& lane);
  void recorded(const Result<void>& result, const Settlement& settlement);
  void note_due(EndpointId endpoint, WallTime due);
  bool failed_for_good(const Result<void>& result);

  const DispatcherOptions options_;
  DeliveryStore& store_;
  Transport& transport_;
  const Clock& clock_;
  Random& random_;
  HealthBoard& board_;
  const Post post_;

  Directory directory_;
  std::int64_t directory_version_ = 0;
  std::map<EndpointId, PeerPtr> peers_;
  std::map<LaneKey, LanePtr> lanes_;
  std::map<ReplayId, LanePtr> replays_;
  std::map<InstitutionId, std::vector<PeerPtr>> subscribers_;
  mutable std::mutex followed_mutex_;
  std::set<InstitutionId> followed_;  // those of subscribers_; guarded by followed_mutex_

  std::deque<PeerPtr> ready_;
  std::deque<PeerPtr> suspects_;  // ready, too, but their last attempt failed
  std::set<std::pair<WallTime, EndpointId>> alarms_;
  std::size_t effort_left_ = 0;  // before other things get a turn of the thread
  bool serve_again_ = false;

  std::unordered_set<DeliveryKey, KeyHash> in_flight_;
  std::size_t suspects_in_flight_ = 0;
  std::unordered_set<DeliveryKey, KeyHash> retrying_;  // until their end is on disk

  Settlement delivered_;  // and not recorded: attempts that concern no other record
  // Those with anything else that is not recorded, by when it is to be written at the latest.
  std::map<std::pair<SteadyTime, EndpointId>, PeerPtr> to_record_;
  std::vector<LanePtr> changed_;
  SteadyTime checkpoint_at_;
  bool attempts_since_checkpoint_ = false;
  bool recording_ = false;
  bool stopped_ = false;
  bool abandoned_ = false;
  Result<void> health_;
};

}  // namespace chartbell
