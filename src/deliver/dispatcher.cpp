// Dispatcher: who there is, and whose turn it is.
#include "deliver/dispatcher.h"

#include <algorithm>

#include "base/log.h"
#include "deliver/in_flight.h"

namespace chartbell {
namespace {

// What one endpoint may send before it is another's turn.
constexpr int kAttemptsPerTurn = 8;
constexpr int kSuspectsAttemptsPerTurn = 1;
// What is done before the thread has time for other things: so many events are looked at, or two
// retries made, each of which is read from the store.
constexpr std::size_t kEffortPerServe = 4096;

bool same_destination(const Endpoint& a, const Endpoint& b) {
  return a.target_url == b.target_url && a.options == b.options;
}

}  // namespace

std::string message_id(std::string_view store_tag, InstitutionId institution, EventSeq seq) {
  return "evt_" + std::string(store_tag) + "_" + to_string(institution) + "_" + to_string(seq);
}

std::size_t Dispatcher::KeyHash::operator()(const DeliveryKey& key) const {
  const auto mixed = static_cast<std::uint64_t>(key.seq.value) * 0x9E3779B97F4A7C15U ^
                     static_cast<std::uint64_t>(key.endpoint.value) * 0xC2B2AE3D27D4EB4FU ^
                     static_cast<std::uint64_t>(key.institution.value);
  return mixed ^ mixed >> 32;
}

Dispatcher::Dispatcher(DispatcherOptions options, DeliveryStore& store, Transport& transport,
                       const Clock& clock, Random& random, HealthBoard& board, Post post)
    : options_(std::move(options)),
      store_(store),
      transport_(transport),
      clock_(clock),
      random_(random),
      board_(board),
      post_(std::move(post)) {}

// What waits for its turn holds its lane, which holds the order that it waits in.
Dispatcher::~Dispatcher() {
  for (const auto& [key, held] : lanes_) held->order->clear();
  for (const auto& [id, held] : replays_) held->order->clear();
}

Result<void> Dispatcher::start() {
  TRY(const auto positions, store_.lane_positions(options_.shard));
  for (const auto& position : positions) {
    const auto made = std::make_shared<Lane>(position.lane, position.cursor);
    for (const auto seq : position.settled_beyond) made->settle(seq);
    lanes_.insert_or_assign(position.lane, made);
  }
  TRY_DO(reload());
  TRY(const auto delivered, store_.delivered_since_checkpoint(options_.shard));
  attempts_since_checkpoint_ = !delivered.empty();
  for (const auto& key : delivered)
    if (const auto found = lane({key.institution, key.endpoint})) settle(found, key.seq, false);
  TRY(const auto held, store_.held_back(options_.shard));
  for (const auto& one : held)
    if (const auto found = lane(one.lane)) found->order->hold(one.resource, one.count);
  TRY(const auto dues, store_.first_dues(options_.shard));
  for (const auto& [endpoint, due] : dues) note_due(endpoint, due);
  checkpoint_at_ = clock_.steady_now() + options_.checkpoint_interval;
  serve();
  return health_;
}

Result<void> Dispatcher::reload() {
  directory_version_ = store_.directory_version();
  TRY(directory_, store_.directory(options_.shard));
  reload_peers();
  reload_lanes();
  TRY_DO(reload_replays());
  wake_all();
  return {};
}

void Dispatcher::reload_peers() {
  std::erase_if(peers_, [&](const auto& entry) {
    if (directory_.endpoint(entry.first) != nullptr) return false;
    entry.second->gone = true;
    if (entry.second->alarm) alarms_.erase({*entry.second->alarm, entry.first});
    board_.forget(entry.first);
    return true;
  });
  for (const auto& [id, endpoint] : directory_.endpoints()) {
    auto& held = peers_[id];
    const bool made = held == nullptr;
    if (made) held = std::make_shared<Peer>(endpoint);
    auto& known = *held;
    if (made || !same_destination(known.endpoint, endpoint))
      known.destination = transport_.destination(endpoint);
    if (!known.signer.fits(endpoint)) known.signer = Signer(endpoint);
    known.flow.limit({.window = static_cast<std::size_t>(endpoint.options.max_in_flight.value_or(
                          static_cast<int>(options_.in_flight_per_endpoint))),
                      .rate_per_second = endpoint.options.rate_per_second});
    const bool turned_on = !made && endpoint.active && !known.endpoint.active;
    const bool stays_on = !made && endpoint.active && known.endpoint.active;
    // Of an endpoint that stays on we know more than the store, whose record may be on its way.
    const auto failing_since = known.endpoint.failing_since;
    const bool warned = known.endpoint.warned;
    const auto disabled = known.disabling ? std::optional(known.endpoint) : std::nullopt;
    known.endpoint = endpoint;
    if (disabled) {
      known.endpoint.active = false;
      known.endpoint.disabled_reason = disabled->disabled_reason;
      continue;
    }
    if (stays_on) {
      known.endpoint.failing_since = failing_since;
      known.endpoint.warned = warned;
    }
    if (!endpoint.active) known.due.clear();
    if (!turned_on) continue;
    known.catching_up = true;
    known.next_due = clock_.now();
    known.flow.forgive();
  }
}

void Dispatcher::reload_lanes() {
  std::erase_if(lanes_, [&](const auto& entry) {
    const bool gone = directory_.endpoint(entry.first.endpoint) == nullptr;
    if (gone) leave(*entry.second);
    return gone;
  });
  for (const auto& [institution, endpoint] : directory_.lanes()) {
    auto& held = lanes_[{institution, endpoint}];
    if (held != nullptr) continue;
    held = std::make_shared<Lane>(LaneKey{institution, endpoint},
                                  directory_.first_owed(institution, endpoint));
  }
  subscribers_.clear();
  for (const auto& [id, known] : peers_) known->lanes.clear();
  for (const auto& [key, held] : lanes_) {
    const auto found = peers_.find(key.endpoint);
    if (found == peers_.end()) continue;
    found->second->lanes.push_back(held);
    subscribers_[key.institution].push_back(found->second);
  }
  const std::lock_guard lock(followed_mutex_);
  followed_.clear();
  for (const auto& [institution, held] : subscribers_) followed_.insert(institution);
}

bool Dispatcher::follows(InstitutionId institution) const {
  const std::lock_guard lock(followed_mutex_);
  return followed_.contains(institution);
}

// What waited for its turn in a lane that is gone must not stop those behind it.
void Dispatcher::leave(Lane& old) {
  old.gone = true;
  for (const auto& event : old.turns) pass_on(*old.order, event->content.resource);
  old.turns.clear();
  if (!old.part) old.order->clear();
}

Result<void> Dispatcher::reload_replays() {
  TRY(const auto open, store_.open_replays(options_.shard));
  std::erase_if(replays_, [&](const auto& entry) {
    const bool there = std::ranges::any_of(
        open, [&](const OpenReplay& one) { return one.replay.id == entry.first; });
    if (!there) leave(*entry.second);
    return !there;
  });
  for (const auto& one : open)
    if (!replays_.contains(one.replay.id)) TRY_DO(open_replay(one));
  for (const auto& [id, held] : replays_)
    if (auto* known = peer(held->key().endpoint)) known->lanes.push_back(held);
  return {};
}

Result<void> Dispatcher::open_replay(const OpenReplay& open) {
  const auto& replay = open.replay;
  const LaneKey key{replay.institution, replay.endpoint};
  const auto made = std::make_shared<Lane>(key, replay.cursor);
  for (const auto seq : open.settled_beyond) made->settle(seq);
  made->part = Lane::Part{.replay = replay, .left_out = {}, .live_cursor = replay.to};
  if (replay.undelivered_only) {
    TRY(made->part->left_out, store_.delivered_of(replay));
  }
  if (const auto live = lane(key)) {
    made->order = live->order;
    made->part->live_cursor = live->cursor();
  }
  replays_[replay.id] = made;
  if (const auto found = peers_.find(replay.endpoint); found != peers_.end()) wake(found->second);
  end_replay_if_done(made);
  return {};
}

void Dispatcher::refresh_if_changed() {
  if (directory_version_ == store_.directory_version()) return;
  failed_for_good(reload());
}

Peer* Dispatcher::peer(EndpointId id) const {
  const auto found = peers_.find(id);
  return found == peers_.end() ? nullptr : found->second.get();
}

Dispatcher::LanePtr Dispatcher::lane(const LaneKey& key) const {
  const auto found = lanes_.find(key);
  return found == lanes_.end() ? nullptr : found->second;
}

// Those that will answer first. Serving may read the directory anew, so subscribers are looked up
// twice.
void Dispatcher::on_events(InstitutionId institution) {
  if (!subscribers_.contains(institution)) return;
  wake_subscribers(institution, Trust::kTrusted);
  serve();
  wake_subscribers(institution, Trust::kSuspect);
  serve();
  record();
}

// One that is dead waits for its alarm, whatever happens.
void Dispatcher::wake_subscribers(InstitutionId institution, Trust whom) {
  const auto found = subscribers_.find(institution);
  if (found == subscribers_.end()) return;
  for (const auto& known : found->second) {
    const bool sleeps = known->alarm && known->flow.circuit() == Circuit::kOpen;
    const auto trust = known->flow.trusted() ? Trust::kTrusted : Trust::kSuspect;
    if (trust == whom && !sleeps) wake(known);
  }
}

void Dispatcher::on_retries(EndpointId endpoint) {
  note_due(endpoint, clock_.now());
  serve();
}

void Dispatcher::on_tick() {
  if (stopped_) return;
  refresh_if_changed();
  ring_alarms();
  serve();
  record();
}

void Dispatcher::stop() {
  stopped_ = true;
  record();
}

// ---- whose turn it is --------------------------------------------------------------------------

void Dispatcher::wake(const PeerPtr& known) {
  if (known->queued || known->gone) return;
  known->queued = true;
  (known->flow.trusted() ? ready_ : suspects_).push_back(known);
}

void Dispatcher::wake_all() {
  for (const auto& [id, known] : peers_) wake(known);
}

// A suspect for each trusted one, so that neither kind keeps the other waiting; but of suspects
// alone only one, because their attempts are expensive and somebody else's event may have come.
void Dispatcher::serve() {
  effort_left_ = kEffortPerServe;
  while (has_room()) {
    const bool trusted = serve_first_of(ready_, kAttemptsPerTurn);
    if (has_room() && suspects_may()) serve_first_of(suspects_, kSuspectsAttemptsPerTurn);
    if (!trusted) break;
  }
  const bool suspects_left = has_room() && suspects_may() && !suspects_.empty();
  if (effort_left_ == 0 || suspects_left) serve_later();
}

void Dispatcher::serve_later() {
  if (std::exchange(serve_again_, true)) return;
  post_([this] {
    serve_again_ = false;
    serve();
    record();
  });
}

// False when nobody is in the queue.
bool Dispatcher::serve_first_of(std::deque<PeerPtr>& queue, int attempts) {
  if (queue.empty()) return false;
  const auto next = std::move(queue.front());
  queue.pop_front();
  next->queued = false;
  const bool fell_from_grace = &queue == &ready_ && !next->flow.trusted();
  for (int i = 0; i < attempts && !fell_from_grace; ++i) {
    if (!may_send(*next) || !send_next(next)) {
      set_alarm(*next);
      return true;
    }
    if (!has_room()) break;
  }
  wake(next);
  return true;
}

bool Dispatcher::may_send(Peer& known) {
  return !stopped_ && health_ && !known.gone && known.endpoint.active &&
         known.flow.may_send(clock_.now());
}

bool Dispatcher::send_next(const PeerPtr& known) {
  if (send_retry(known)) return true;
  if (known->catching_up) return false;
  for (std::size_t i = 0; i < known->lanes.size(); ++i) {
    const auto taken = known->lanes[known->turn++ % known->lanes.size()];
    if (send_from(known, taken)) return true;
    if (known->gone) return false;  // reading refreshed the directory
  }
  return false;
}

void Dispatcher::set_alarm(Peer& known) {
  std::optional<WallTime> at;
  if (known.endpoint.active && !known.gone) {
    at = known.flow.opens_at();
    const auto due = known.due.empty() ? known.next_due : std::optional(clock_.now());
    if (due && known.flow.in_flight() < known.flow.window()) at = std::min(at.value_or(*due), *due);
    if (at && known.flow.opens_at()) at = std::max(*at, *known.flow.opens_at());
    // Due, but retries have no room: whoever makes room wakes it; so does time, in case.
    if (at) at = std::max(*at, clock_.now() + Milliseconds(1));
  }
  if (at == known.alarm) return;
  if (known.alarm) alarms_.erase({*known.alarm, known.endpoint.id});
  if (at) alarms_.emplace(*at, known.endpoint.id);
  known.alarm = at;
}

void Dispatcher::ring_alarms() {
  const auto now = clock_.now();
  while (!alarms_.empty() && alarms_.begin()->first <= now) {
    const auto found = peers_.find(alarms_.begin()->second);
    alarms_.erase(alarms_.begin());
    if (found == peers_.end()) continue;
    found->second->alarm.reset();
    wake(found->second);
  }
}

}  // namespace chartbell
