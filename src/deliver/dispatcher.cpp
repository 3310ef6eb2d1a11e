#include "deliver/dispatcher.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"

namespace chartbell {

// An endpoint's place in one institution's log.
struct Dispatcher::Lane {
  LaneKey key;
  EventSeq cursor;
  EventSeq recorded;  // the cursor as it is on disk
  EventSeq read_to;
  std::set<EventSeq> settled_beyond;
  std::deque<Event> waiting;  // read from the log, not looked at yet
};

namespace {

constexpr std::size_t kEventsPerRead = 64;
constexpr std::size_t kRetriesPerTick = 256;
constexpr std::int64_t kSkipsUnrecordedMax = 4096;

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

EventSeq next(EventSeq seq) {
  return {seq.value + 1};
}

}  // namespace

std::string message_id(std::string_view store_tag, InstitutionId institution, EventSeq seq) {
  return "evt_" + std::string(store_tag) + "_" + to_string(institution) + "_" + to_string(seq);
}

Dispatcher::Dispatcher(DispatcherOptions options, DeliveryStore& store, Transport& transport,
                       const Clock& clock, Random& random, Post post)
    : options_(std::move(options)),
      store_(store),
      transport_(transport),
      clock_(clock),
      random_(random),
      post_(std::move(post)) {}

Dispatcher::~Dispatcher() = default;

Result<void> Dispatcher::start() {
  TRY_DO(reload());
  TRY(const auto positions, store_.lane_positions());
  for (const auto& position : positions) {
    auto lane = std::make_unique<Lane>(Lane{.key = position.lane, .cursor = position.cursor});
    lane->recorded = lane->read_to = position.cursor;
    lane->settled_beyond.insert(position.settled_beyond.begin(), position.settled_beyond.end());
    lanes_.insert_or_assign(position.lane, std::move(lane));
  }
  pump_all();
  return health_;
}

Result<void> Dispatcher::reload() {
  directory_version_ = store_.directory_version();
  TRY(directory_, store_.directory());
  std::erase_if(lanes_, [&](const auto& entry) {
    return directory_.endpoint(entry.first.second) == nullptr;
  });
  // An endpoint that is off starts anew when it is turned on; of one that is on we know more than
  // the store, whose record may still be on its way.
  std::erase_if(failing_since_, [&](const auto& entry) {
    const auto* endpoint = directory_.endpoint(entry.first);
    return endpoint == nullptr || !endpoint->active;
  });
  std::erase_if(signers_,
                [&](const auto& entry) { return directory_.endpoint(entry.first) == nullptr; });
  for (const auto& [institution, endpoint] : directory_.lanes()) {
    const auto& held = *directory_.endpoint(endpoint);
    if (held.active) failing_since_.try_emplace(endpoint, held.failing_since);
    auto& lane = lanes_[{institution, endpoint}];
    if (lane != nullptr) continue;
    const auto from = directory_.first_owed(institution, endpoint);
    lane = std::make_unique<Lane>(
        Lane{.key = {institution, endpoint}, .cursor = from, .recorded = from, .read_to = from});
  }
  return {};
}

void Dispatcher::refresh_if_changed() {
  if (directory_version_ != store_.directory_version()) failed_for_good(reload());
}

void Dispatcher::on_events(InstitutionId institution) {
  const auto first = lanes_.lower_bound({institution, EndpointId{}});
  std::vector<LaneKey> keys;
  for (auto lane = first; lane != lanes_.end() && lane->first.first == institution; ++lane)
    keys.push_back(lane->first);
  for (const auto& key : keys) pump(key);
  record();
}

void Dispatcher::on_tick() {
  if (stopped_) return;
  refresh_if_changed();
  pump_all();
  send_retries();
  note_long_skips();
  record();
}

void Dispatcher::stop() {
  stopped_ = true;
  record();
}

void Dispatcher::pump_all() {
  std::vector<LaneKey> keys;
  for (const auto& [key, lane] : lanes_) keys.push_back(key);
  for (const auto& key : keys) pump(key);
}

// A lane that wants to send but may not, because of in_flight_max, waits its turn in starved_.
void Dispatcher::pump(const LaneKey& key) {
  while (true) {
    const auto found = lanes_.find(key);  // again each time: reading may refresh the directory
    if (found == lanes_.end() || !wants_more(*found->second)) return;
    if (in_flight_.size() >= options_.in_flight_max) {
      if (std::ranges::find(starved_, key) == starved_.end()) starved_.push_back(key);
      return;
    }
    if (found->second->waiting.empty() && !refill(*found->second)) return;
    const auto still = lanes_.find(key);
    if (still == lanes_.end() || still->second->waiting.empty()) return;
    take_next(*still->second);
  }
}

void Dispatcher::pump_starved() {
  if (starved_.empty() || in_flight_.size() >= options_.in_flight_max) return;
  const auto key = starved_.front();
  starved_.pop_front();
  pump(key);
}

const Endpoint* Dispatcher::active_endpoint(EndpointId id) const {
  const auto* endpoint = directory_.endpoint(id);
  return endpoint != nullptr && endpoint->active && !disabled_.contains(id) ? endpoint : nullptr;
}

bool Dispatcher::wants_more(const Lane& lane) const {
  if (stopped_ || !health_ || active_endpoint(lane.key.second) == nullptr) return false;
  const auto busy = in_flight_of_.find(lane.key.second);
  if (busy != in_flight_of_.end() && busy->second >= options_.in_flight_per_endpoint) return false;
  const auto reached = lane.waiting.empty() ? lane.read_to : lane.waiting.front().seq;
  return reached.value - lane.cursor.value <= static_cast<std::int64_t>(options_.window);
}

// False when there is nothing new. The directory is looked at after the log: see
// directory_version().
bool Dispatcher::refill(Lane& lane) {
  if (lane.read_to >= store_.head(lane.key.first)) return false;
  auto events = store_.events_after(lane.key.first, lane.read_to, kEventsPerRead);
  if (failed_for_good(events ? Result<void>() : std::unexpected(events.error()))) return false;
  if (events->empty()) return false;
  lane.read_to = events->back().seq;
  std::ranges::move(*events, std::back_inserter(lane.waiting));
  refresh_if_changed();
  return true;
}

void Dispatcher::take_next(Lane& lane) {
  const Event event = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  if (lane.settled_beyond.contains(event.seq)) return;
  const auto* endpoint = active_endpoint(lane.key.second);
  const auto* subscription = directory_.owed(lane.key.second, event);
  if (endpoint == nullptr) {
    lane.waiting.push_front(event);
  } else if (subscription == nullptr) {
    settle_in_lane({lane.key.first, lane.key.second, event.seq});
  } else {
    send(event, *subscription, *endpoint, std::nullopt);
  }
}

void Dispatcher::send_retries() {
  if (!health_) return;
  const auto due = store_.due_retries(clock_.now(), kRetriesPerTick + retrying_.size());
  if (failed_for_good(due ? Result<void>() : std::unexpected(due.error()))) return;
  for (const auto& retry : *due) {
    if (in_flight_.size() + options_.first_attempts_reserved >= options_.in_flight_max) return;
    if (retrying_.contains(retry.key)) continue;
    const auto* endpoint = directory_.endpoint(retry.key.endpoint);
    if (endpoint == nullptr) {
      drop(retry);
    } else if (active_endpoint(endpoint->id) == nullptr) {
      park(retry);
    } else if (in_flight_of_[endpoint->id] < options_.in_flight_per_endpoint) {
      send_retry(retry, *endpoint);
    }
  }
}

void Dispatcher::send_retry(const Retry& retry, const Endpoint& endpoint) {
  const auto event = store_.event(retry.key.institution, retry.key.seq);
  if (failed_for_good(event ? Result<void>() : std::unexpected(event.error()))) return;
  const auto* subscription = *event ? directory_.owed(endpoint.id, **event) : nullptr;
  if (subscription == nullptr) return drop(retry);
  retrying_.insert(retry.key);
  send(**event, *subscription, endpoint, retry);
}

// Nobody is owed this any more: the endpoint or its subscription is gone.
void Dispatcher::drop(const Retry& retry) {
  retrying_.insert(retry.key);
  unrecorded_.retries_done.push_back(retry);
}

void Dispatcher::park(const Retry& retry) {
  drop(retry);
  unrecorded_.retries_new.push_back(retry);
  unrecorded_.retries_new.back().due = kParked;
}

void Dispatcher::send(const Event& event, const Subscription& subscription,
                      const Endpoint& endpoint, std::optional<Retry> retry) {
  const auto now = clock_.now();
  PendingAttempt pending{.key = {event.institution, endpoint.id, event.seq},
                         .subscription = subscription.id,
                         .number = retry ? retry->attempts + 1 : 1,
                         .url = endpoint.target_url,
                         .body = body_for(event.content.body, subscription.id),
                         .deadline = options_.deadline};
  pending.fields = signer_of(endpoint).fields(
      message_id(options_.store_tag, event.institution, event.seq), now, pending.body);
  Attempt attempt{
      .key = pending.key, .subscription = subscription.id, .number = pending.number, .at = now};
  in_flight_.insert(pending.key);
  ++in_flight_of_[endpoint.id];
  transport_.send(std::move(pending), [this, attempt, retry](Outcome outcome) mutable {
    attempt.outcome = std::move(outcome);
    finished(std::move(attempt), std::move(retry));
  });
}

Signer& Dispatcher::signer_of(const Endpoint& endpoint) {
  const auto [found, made] = signers_.try_emplace(endpoint.id, endpoint.secret_key);
  if (found->second.secret() != endpoint.secret_key) found->second = Signer(endpoint.secret_key);
  return found->second;
}

void Dispatcher::finished(Attempt attempt, std::optional<Retry> retry) {
  if (abandoned_) return;
  const auto key = attempt.key;
  CHECK(in_flight_.erase(key) == 1);
  --in_flight_of_[key.endpoint];
  if (attempt.outcome.result == OutcomeClass::kDelivered) {
    succeeded(attempt);
  } else {
    failed(attempt, retry);
  }
  if (retry) {
    unrecorded_.retries_done.push_back(*retry);
  } else {
    settle_in_lane(key);
    moved_.insert({key.institution, key.endpoint});
  }
  unrecorded_.attempts.push_back(std::move(attempt));
  record();
  pump({key.institution, key.endpoint});
  pump_starved();
}

void Dispatcher::succeeded(const Attempt& attempt) {
  if (failing_since_[attempt.key.endpoint])
    note_health(attempt.key.endpoint, std::nullopt, /*disabled=*/false);
}

void Dispatcher::failed(const Attempt& attempt, const std::optional<Retry>& retry) {
  log_attempt(attempt);
  if (directory_.endpoint(attempt.key.endpoint) == nullptr) return;
  const auto now = clock_.now();
  const bool off = note_failure(attempt);
  std::optional<WallTime> not_before;
  if (attempt.outcome.retry_after)
    not_before =
        now + std::min<Milliseconds>(*attempt.outcome.retry_after, options_.retry_after_max);
  Retry again{.key = attempt.key,
              .attempts = attempt.number,
              .first_at = retry ? retry->first_at : attempt.at,
              .due = kParked};
  const auto due = options_.schedule.next(again.attempts, again.first_at, not_before, random_);
  // What an endpoint that is turned off still owes waits for it; otherwise the last attempt was it.
  if (off) {
    unrecorded_.retries_new.push_back(again);
  } else if (due) {
    again.due = *due;
    unrecorded_.retries_new.push_back(again);
  } else {
    log_warning("delivery_exhausted", {{"institution", again.key.institution.value},
                                       {"endpoint", again.key.endpoint.value},
                                       {"seq", again.key.seq.value},
                                       {"attempts", again.attempts}});
  }
}

// True when the endpoint is off. A failure that comes late to one that is off already is not held
// against it: it starts anew when it is turned on.
bool Dispatcher::note_failure(const Attempt& attempt) {
  const auto endpoint = attempt.key.endpoint;
  if (active_endpoint(endpoint) == nullptr) return true;
  const auto& failing = failing_since_[endpoint];
  const auto since = failing.value_or(attempt.at);
  const bool disable = clock_.now() - since >= kFailingMax;
  if (disable || !failing) note_health(endpoint, since, disable);
  return disable;
}

void Dispatcher::note_health(EndpointId endpoint, std::optional<WallTime> failing_since,
                             bool disabled) {
  failing_since_[endpoint] = failing_since;
  unrecorded_.health.push_back({endpoint, failing_since, disabled});
  if (!disabled) return;
  disabled_.insert(endpoint);
  log_error("endpoint_disabled",
            {{"endpoint", endpoint.value}, {"reason", "no success for 48 hours"}});
}

void Dispatcher::settle_in_lane(const DeliveryKey& key) {
  const auto found = lanes_.find({key.institution, key.endpoint});
  if (found == lanes_.end()) return;
  Lane& lane = *found->second;
  lane.settled_beyond.insert(key.seq);
  while (!lane.settled_beyond.empty() && *lane.settled_beyond.begin() == next(lane.cursor)) {
    lane.cursor = next(lane.cursor);
    lane.settled_beyond.erase(lane.settled_beyond.begin());
  }
}

// Events that a lane is not owed cost no record each, but a long run of them must not be read again
// after a restart.
void Dispatcher::note_long_skips() {
  for (const auto& [key, lane] : lanes_)
    if (lane->cursor.value - lane->recorded.value > kSkipsUnrecordedMax) moved_.insert(key);
}

void Dispatcher::record() {
  if (recording_ || !health_ || (unrecorded_.empty() && moved_.empty())) return;
  for (const auto& key : moved_) {
    const auto found = lanes_.find(key);
    if (found == lanes_.end()) continue;
    Lane& lane = *found->second;
    lane.recorded = lane.cursor;
    unrecorded_.lanes.push_back(
        {key, lane.cursor, {lane.settled_beyond.begin(), lane.settled_beyond.end()}});
  }
  moved_.clear();
  recording_ = true;
  auto settlement = std::make_shared<Settlement>(std::exchange(unrecorded_, {}));
  store_.settle(*settlement, [this, settlement](const Result<void>& result) {
    post_([this, settlement, result] { recorded(result, *settlement); });
  });
}

void Dispatcher::recorded(const Result<void>& result, const Settlement& settlement) {
  recording_ = false;
  if (failed_for_good(result)) return;
  for (const auto& retry : settlement.retries_done) retrying_.erase(retry.key);
  const bool turned_off = std::ranges::any_of(settlement.health, &EndpointHealth::disabled);
  if (turned_off && !failed_for_good(reload()))
    for (const auto& health : settlement.health) disabled_.erase(health.endpoint);
  record();
}

bool Dispatcher::failed_for_good(const Result<void>& result) {
  if (!result && health_) health_ = result;
  return !health_;
}

}  // namespace chartbell
