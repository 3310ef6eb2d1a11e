// Dispatcher: what came of an attempt, and what is written of it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "deliver/in_flight.h"

namespace chartbell {
namespace {

constexpr int kGone = 410;
constexpr std::int64_t kSkipsUnrecordedMax = 4096;
constexpr std::size_t kFailuresWaitingMax = 256;  // of an endpoint
constexpr std::size_t kFailuresPerRecord = 16;

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  std::ranges::move(from, std::back_inserter(to));
  from.clear();
}

void append(Settlement& to, Settlement& from) {
  append(to.attempts, from.attempts);
  append(to.lanes, from.lanes);
  append(to.replays, from.replays);
  append(to.retries_done, from.retries_done);
  append(to.retries_new, from.retries_new);
  append(to.held_new, from.held_new);
  append(to.released, from.released);
  append(to.dead, from.dead);
  append(to.health, from.health);
}

// One wide line for each attempt that failed; the receiver's words stay out of it.
void log_attempt(const Attempt& attempt) {
  log_warning("attempt_failed", {{"institution", attempt.key.institution.value},
                                 {"endpoint", attempt.key.endpoint.value},
                                 {"seq", attempt.key.seq.value},
                                 {"subscription", attempt.subscription.value},
                                 {"attempt", attempt.number},
                                 {"outcome", name(attempt.outcome.result)},
                                 {"status", attempt.outcome.status},
                                 {"latency_us", attempt.outcome.latency.count()}});
}

}  // namespace

void Dispatcher::finished(InFlight& flight) {
  if (abandoned_) return;
  const auto key = flight.attempt.key;
  const auto known = flight.peer;
  CHECK(in_flight_.erase(key) == 1);
  if (flight.suspect) --suspects_in_flight_;
  if (flight.retry) --known->retries_in_flight;
  known->flow.ended(flight.attempt.outcome, clock_.now(), random_);
  board_.add(key, flight.attempt.outcome, known->flow.in_flight(), known->flow.circuit());
  if (flight.attempt.outcome.result == OutcomeClass::kDelivered)
    succeeded(flight);
  else
    failed(flight);
  keep(flight);
  record();
  wake(known);
  serve();
}

// What was delivered waits for nothing. Where it is part of an order or of a replay, what waits of
// its endpoint goes with it.
void Dispatcher::keep(InFlight& flight) {
  const bool delivered = flight.attempt.outcome.result == OutcomeClass::kDelivered;
  const bool holds_back = flight.retry && flight.retry->holds_back != ResourceId();
  const bool alone = delivered && !holds_back && !(flight.lane && flight.lane->part);
  const bool waits =
      !delivered && flight.peer->unrecorded.attempts.size() + 1 < kFailuresWaitingMax;
  auto& record =
      alone ? delivered_ : to_record(flight.peer, waits ? options_.failures_wait : Milliseconds(0));
  if (flight.retry) record.retries_done.push_back(*flight.retry);
  record.attempts.push_back(std::move(flight.attempt));
}

void Dispatcher::succeeded(InFlight& flight) {
  auto& endpoint = flight.peer->endpoint;
  if (endpoint.failing_since) {
    endpoint.failing_since.reset();
    endpoint.warned = false;
    note_health(flight.peer);
  }
  ended_for_good(flight);
  if (flight.lane != nullptr) {
    if (flight.lane->part) ++flight.lane->part->replay.sent;
    settle(flight.lane, flight.attempt.key.seq, false);
  }
}

// The next of its resource may go, wherever it waits.
void Dispatcher::ended_for_good(InFlight& flight) {
  if (flight.retry) return release(flight.peer, *flight.retry);
  if (flight.ordered != ResourceId()) pass_on(*flight.lane->order, flight.ordered);
}

void Dispatcher::pass_on(ResourceOrder& order, ResourceId resource) {
  auto next = order.ended(resource);
  while (next && next->lane->gone) next = order.ended(resource);
  if (next) next->lane->turns.push_back(std::move(next->event));
}

void Dispatcher::release(const PeerPtr& known, const Retry& retry) {
  if (retry.holds_back == ResourceId()) return;
  to_record(known, Milliseconds(0)).released.push_back({retry.key, retry.holds_back});
  if (const auto found = lane({retry.key.institution, retry.key.endpoint}))
    found->order->released(retry.holds_back);
}

void Dispatcher::failed(InFlight& flight) {
  const auto& attempt = flight.attempt;
  log_attempt(attempt);
  if (flight.lane != nullptr) {
    if (flight.lane->part) ++flight.lane->part->replay.failed;
    settle(flight.lane, attempt.key.seq, true);
  }
  if (flight.peer->gone) return;
  note_failure(flight.peer, attempt);
  const auto now = clock_.now();
  std::optional<WallTime> not_before;
  if (attempt.outcome.retry_after)
    not_before =
        now + std::min<Milliseconds>(*attempt.outcome.retry_after, options_.retry_after_max);
  Retry again{
      .key = attempt.key,
      .attempts = attempt.number,
      .first_at = flight.retry && flight.retry->attempts > 0 ? flight.retry->first_at : attempt.at,
      .due = now,
      .holds_back = flight.retry ? flight.retry->holds_back : flight.ordered};
  const auto& own = flight.peer->endpoint.options.schedule;
  const auto schedule = own.empty() ? options_.schedule : Schedule::behind_first(own);
  const auto due = schedule.next(again.attempts, again.first_at, not_before, random_);
  // What an endpoint that is turned off still owes waits for it; otherwise the last attempt was it.
  if (due || !flight.peer->endpoint.active) {
    again.due = due.value_or(now);
    to_record(flight.peer).retries_new.push_back(again);
    if (!flight.retry && flight.ordered != ResourceId()) hold_back(flight);
    return;
  }
  to_record(flight.peer).dead.push_back(again);
  ended_for_good(flight);
  log_warning("delivery_exhausted", {{"institution", again.key.institution.value},
                                     {"endpoint", again.key.endpoint.value},
                                     {"seq", again.key.seq.value},
                                     {"attempts", again.attempts}});
}

// What waited in memory behind a failure waits on disk from now on.
void Dispatcher::hold_back(InFlight& flight) {
  auto& record = to_record(flight.peer);
  for (auto& place : flight.lane->order->failed(flight.ordered)) {
    const auto& event = *place.event;
    record.held_new.push_back(
        {{event.institution, flight.attempt.key.endpoint, event.seq}, flight.ordered});
    settle(place.lane, event.seq, true);
  }
}

// Nobody is owed this any more: the subscription is gone.
void Dispatcher::drop(const PeerPtr& known, const Retry& retry) {
  retrying_.insert(retry.key);
  ++known->claimed;
  to_record(known).retries_done.push_back(retry);
  release(known, retry);
}

// A failure that comes late to an endpoint that is off already is not held against it: it starts
// anew when it is turned on.
void Dispatcher::note_failure(const PeerPtr& known, const Attempt& attempt) {
  auto& endpoint = known->endpoint;
  if (!endpoint.active) return;
  const bool first = !endpoint.failing_since;
  if (first) endpoint.failing_since = attempt.at;
  const auto failing = clock_.now() - *endpoint.failing_since;
  const bool gone = attempt.outcome.status == kGone;
  const bool warn = !endpoint.warned && failing >= kFailingWarned;
  if (gone || failing >= kFailingMax) {
    endpoint.active = false;
    known->disabling = true;
    endpoint.disabled_reason = gone ? "answered 410 Gone" : "no success for 48 hours";
    known->due.clear();
    log_error("endpoint_disabled",
              {{"endpoint", endpoint.id.value}, {"reason", endpoint.disabled_reason}});
  } else if (warn) {
    endpoint.warned = true;
    log_warning("endpoint_failing", {{"endpoint", endpoint.id.value}, {"for", "24 hours"}});
  } else if (!first) {
    return;
  }
  note_health(known);
}

void Dispatcher::note_health(const PeerPtr& known) {
  const auto& endpoint = known->endpoint;
  to_record(known).health.push_back(
      {.endpoint = endpoint.id,
       .failing_since = endpoint.failing_since,
       .warned = endpoint.warned,
       .disabled_reason = endpoint.active ? "" : endpoint.disabled_reason});
}

void Dispatcher::settle(const LanePtr& in, EventSeq seq, bool urgent) {
  in->settle(seq);
  note_change(in, urgent);
  end_replay_if_done(in);
}

void Dispatcher::note_change(const LanePtr& in, bool urgent) {
  if (!std::exchange(in->changed, true)) changed_.push_back(in);
  const auto found = peers_.find(in->key().endpoint);
  if (!urgent || found == peers_.end()) return;
  in->urgent = true;
  to_record(found->second);
}

void Dispatcher::end_replay_if_done(const LanePtr& in) {
  if (!in->part || in->part->done || in->cursor() < in->part->replay.to) return;
  in->part->done = true;
  note_change(in, true);
}

// ---- what is written ---------------------------------------------------------------------------

bool Dispatcher::checkpoint_is_due() const {
  return stopped_ || clock_.steady_now() >= checkpoint_at_;
}

// Events that a lane is not owed cost no record each, but a long run of them must not be read again
// after a restart.
bool Dispatcher::checkpoint_is_worth_it() const {
  return attempts_since_checkpoint_ || !delivered_.empty() || !to_record_.empty() ||
         std::ranges::any_of(changed_, [](const LanePtr& one) {
           return one->cursor().value - one->recorded().value > kSkipsUnrecordedMax;
         });
}

// What is to be recorded of an endpoint waits for more of it: a failure touches some pages of the
// store, and many failures of one endpoint hardly more.
Settlement& Dispatcher::to_record(const PeerPtr& known) {
  return to_record(known, options_.failures_wait);
}

Settlement& Dispatcher::to_record(const PeerPtr& known, Milliseconds within) {
  const auto due = clock_.steady_now() + within;
  auto& own = known->record_due;
  if (own && *own <= due) return known->unrecorded;
  if (own) to_record_.erase({*own, known->endpoint.id});
  own = due;
  to_record_.emplace(std::pair(due, known->endpoint.id), known);
  return known->unrecorded;
}

// Failures of a few endpoints at a time, so that no transaction holds others up for long; of very
// many, a part.
Settlement Dispatcher::take_due(bool all) {
  Settlement out;
  const auto now = clock_.steady_now();
  const auto enough = std::max(kFailuresPerRecord, to_record_.size() / 4);
  while (!to_record_.empty()) {
    const auto first = to_record_.begin();
    if (!all && (first->first.first > now || out.retries_new.size() >= enough)) break;
    auto& known = *first->second;
    for (const auto& lane : known.lanes)
      if (!lane->gone && (lane->urgent || (lane->part && lane->changed)))
        add_position(known.unrecorded, *lane);
    append(out, known.unrecorded);
    known.record_due.reset();
    to_record_.erase(first);
  }
  return out;
}

void Dispatcher::record() {
  if (recording_ || !health_) return;
  const bool checkpoint = checkpoint_is_due() && checkpoint_is_worth_it();
  auto settlement = take_due(checkpoint);
  append(settlement, delivered_);
  if (checkpoint) make_checkpoint(settlement);
  if (checkpoint || !settlement.empty()) write(std::move(settlement));
}

void Dispatcher::write(Settlement settlement) {
  attempts_since_checkpoint_ =
      !settlement.checkpoint && (attempts_since_checkpoint_ || !settlement.attempts.empty());
  settlement.shard = options_.shard.index;
  // What its end is to be told to; the attempts themselves, which are many, are not needed again.
  auto told = std::make_shared<Settlement>();
  told->retries_done = settlement.retries_done;
  told->retries_new = settlement.retries_new;
  told->released = settlement.released;
  told->health = settlement.health;
  recording_ = true;
  store_.settle(std::move(settlement), [this, told](const Result<void>& result) {
    post_([this, told, result] { recorded(result, *told); });
  });
}

void Dispatcher::make_checkpoint(Settlement& settlement) {
  for (const auto& lane : std::exchange(changed_, {})) {
    lane->changed = false;
    if (!lane->gone) add_position(settlement, *lane);
  }
  settlement.checkpoint = true;
  checkpoint_at_ = clock_.steady_now() + options_.checkpoint_interval;
}

void Dispatcher::add_position(Settlement& settlement, Lane& lane) {
  lane.urgent = false;
  lane.mark_recorded();
  if (!lane.part) return settlement.lanes.push_back(lane.position());
  const auto& replay = lane.part->replay;
  settlement.replays.push_back({.replay = replay.id,
                                .cursor = lane.cursor(),
                                .settled_beyond = lane.settled_beyond(),
                                .sent = replay.sent,
                                .failed = replay.failed,
                                .done = lane.part->done});
}

void Dispatcher::recorded(const Result<void>& result, const Settlement& settlement) {
  recording_ = false;
  if (failed_for_good(result)) return;
  for (const auto& retry : settlement.retries_done) {
    retrying_.erase(retry.key);
    if (auto* known = peer(retry.key.endpoint); known != nullptr && known->claimed > 0)
      --known->claimed;
  }
  for (const auto& retry : settlement.retries_new) note_due(retry.key.endpoint, retry.due);
  for (const auto& held : settlement.released) note_due(held.key.endpoint, clock_.now());
  for (const auto& health : settlement.health)
    if (auto* known = peer(health.endpoint); known != nullptr && health.disabled())
      known->disabling = false;
  serve();
  record();
}

void Dispatcher::note_due(EndpointId endpoint, WallTime due) {
  const auto found = peers_.find(endpoint);
  if (found == peers_.end()) return;
  auto& known = *found->second;
  known.next_due = std::min(known.next_due.value_or(due), due);
  if (due <= clock_.now()) return wake(found->second);
  set_alarm(known);
}

bool Dispatcher::failed_for_good(const Result<void>& result) {
  if (!result && health_) health_ = result;
  return !health_;
}

}  // namespace chartbell
