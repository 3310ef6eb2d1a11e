// MemoryDeliveryStore: a DeliveryStore whose disk is slow on demand. What settle() was given is on
// disk only once write_next() was called, so that a test may crash in between.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "deliver/ports.h"

namespace chartbell {

class MemoryDeliveryStore final : public DeliveryStore {
 public:
  explicit MemoryDeliveryStore(const Clock& clock, std::size_t shards = 1)
      : clock_(clock), shards_(shards) {}

  // ---- what a test does to the store -----------------------------------------------------------
  EndpointId add_endpoint(AccountId account = {1}) {
    const EndpointId id{++last_id_};
    endpoints_[id] = {.id = id,
                      .account = account,
                      .target_url = "https://receiver.example/" + to_string(id),
                      .secret_key = "secret-" + to_string(id),
                      .created_at = clock_.now(),
                      .updated_at = clock_.now()};
    ++version_;
    return id;
  }
  SubscriptionId subscribe(EndpointId endpoint, InstitutionId institution,
                           const CatalogueRow& row) {
    const SubscriptionId id{++last_id_};
    subscriptions_[id] = {.id = id,
                          .endpoint = endpoint,
                          .institution = institution,
                          .topic = Topic(row),
                          .from = head(institution),
                          .created_at = clock_.now(),
                          .updated_at = clock_.now()};
    ++version_;
    return id;
  }
  void unsubscribe(SubscriptionId id) {
    subscriptions_.erase(id);
    ++version_;
  }
  void remove_endpoint(EndpointId id) {
    endpoints_.erase(id);
    std::erase_if(subscriptions_, [&](const auto& entry) { return entry.second.endpoint == id; });
    std::erase_if(lanes_, [&](const auto& entry) { return entry.first.endpoint == id; });
    std::erase_if(retries_, [&](const Retry& retry) { return retry.key.endpoint == id; });
    ++version_;
  }
  void change_secret(EndpointId id, std::string secret) {
    endpoints_.at(id).secret_key = std::move(secret);
    ++version_;
  }
  void turn_off(EndpointId id) {
    endpoints_.at(id).active = false;
    ++version_;
  }
  // As AccountStore::change_endpoint does it.
  void turn_on(EndpointId id) {
    auto& endpoint = endpoints_.at(id);
    endpoint.active = true;
    endpoint.failing_since.reset();
    endpoint.warned = false;
    for (auto& retry : retries_) {
      if (retry.key.endpoint != id) continue;
      retry.attempts = 0;
      retry.first_at = retry.due = clock_.now();
    }
    ++version_;
  }
  Endpoint& change_endpoint(EndpointId id) {
    ++version_;
    return endpoints_.at(id);
  }
  Subscription& change_subscription(SubscriptionId id) {
    ++version_;
    return subscriptions_.at(id);
  }
  ReplayId replay(Replay replay) {
    replay.id = {++last_id_};
    replay.cursor = replay.after;
    replays_[replay.id] = {replay, {}};
    ++version_;
    return replay.id;
  }
  void cancel_replay(ReplayId id) {
    replays_.at(id).replay.done_at = clock_.now();
    ++version_;
  }
  EventSeq append(InstitutionId institution, NewEvent event) {
    auto& log = logs_[institution];
    const EventSeq seq{static_cast<std::int64_t>(log.size()) + 1};
    log.push_back(std::make_shared<Event>(Event{institution, seq, std::move(event)}));
    return seq;
  }
  void fail_from_now_on() { broken_ = true; }

  // Writes the oldest of what settle() was given; false when there is nothing.
  bool write_next() {
    if (queue_.empty()) return false;
    auto [settlement, done] = std::move(queue_.front());
    queue_.pop_front();
    if (!broken_) apply(settlement);
    done(broken_ ? Result<void>(failure(Code::kCorrupt, "the disk broke")) : Result<void>());
    return true;
  }
  // The process died: `written` of the waiting settlements reached the disk, nobody was told.
  void crash(std::size_t written) {
    for (std::size_t i = 0; i < std::min(written, queue_.size()); ++i) apply(queue_[i].settlement);
    queue_.clear();
  }

  // ---- what is on disk -------------------------------------------------------------------------
  const Endpoint& endpoint(EndpointId id) const { return endpoints_.at(id); }
  const std::vector<Attempt>& attempts() const { return attempts_; }
  const std::vector<Retry>& retries() const { return retries_; }
  const std::vector<Retry>& dead() const { return dead_; }
  const std::vector<EndpointHealth>& told() const { return told_; }
  const Replay& replay(ReplayId id) const { return replays_.at(id).replay; }
  std::size_t held() const { return held_.size(); }
  std::size_t settlements() const { return settlements_; }
  EventSeq cursor(LaneKey lane) const {
    const auto found = lanes_.find(lane);
    return found == lanes_.end() ? EventSeq() : found->second.cursor;
  }

  // ---- DeliveryStore ---------------------------------------------------------------------------
  Result<Directory> directory(Shard of) override {
    if (broken_) return failure(Code::kCorrupt, "the disk broke");
    std::vector<Endpoint> endpoints;
    for (const auto& [id, endpoint] : endpoints_)
      if (of.has(id)) endpoints.push_back(endpoint);
    std::vector<Subscription> subscriptions;
    for (const auto& [id, subscription] : subscriptions_) subscriptions.push_back(subscription);
    return Directory(std::move(endpoints), std::move(subscriptions));
  }
  std::int64_t directory_version() const override { return version_; }
  Result<std::vector<LanePosition>> lane_positions(Shard of) override {
    std::vector<LanePosition> out;
    for (const auto& [key, position] : lanes_)
      if (of.has(key.endpoint)) out.push_back(position);
    return out;
  }
  Result<std::vector<DeliveryKey>> delivered_since_checkpoint(Shard of) override {
    std::vector<DeliveryKey> out;
    for (const auto& key : journal_)
      if (of.has(key.endpoint)) out.push_back(key);
    return out;
  }
  Result<std::vector<OpenReplay>> open_replays(Shard of) override {
    std::vector<OpenReplay> out;
    for (const auto& [id, open] : replays_)
      if (!open.replay.done_at && of.has(open.replay.endpoint)) out.push_back(open);
    return out;
  }
  Result<std::vector<EventSeq>> delivered_of(const Replay& replay) override {
    std::set<EventSeq> out;
    const auto add = [&](const DeliveryKey& key) {
      if (key.endpoint == replay.endpoint && key.institution == replay.institution &&
          key.seq > replay.after && key.seq <= replay.to)
        out.insert(key.seq);
    };
    for (const auto& attempt : attempts_)
      if (attempt.outcome.result == OutcomeClass::kDelivered) add(attempt.key);
    for (const auto& retry : retries_) add(retry.key);
    return std::vector<EventSeq>(out.begin(), out.end());
  }
  EventSeq head(InstitutionId institution) const override {
    const auto log = logs_.find(institution);
    return log == logs_.end() ? EventSeq()
                              : EventSeq{static_cast<std::int64_t>(log->second.size())};
  }
  Result<std::vector<EventPtr>> events_after(InstitutionId institution, EventSeq after,
                                             std::size_t limit) override {
    if (broken_) return failure(Code::kCorrupt, "the disk broke");
    const auto& log = logs_[institution];
    const auto first = std::min(static_cast<std::size_t>(after.value), log.size());
    const auto last = std::min(log.size(), first + limit);
    return std::vector<EventPtr>(log.begin() + static_cast<std::ptrdiff_t>(first),
                                 log.begin() + static_cast<std::ptrdiff_t>(last));
  }
  Result<EventPtr> event(InstitutionId institution, EventSeq seq) override {
    TRY(const auto found, events_after(institution, {seq.value - 1}, 1));
    return found.empty() ? nullptr : found.front();
  }
  Result<std::vector<Retry>> retries(EndpointId endpoint, std::size_t limit) override {
    if (broken_) return failure(Code::kCorrupt, "the disk broke");
    std::vector<Retry> out;
    std::ranges::copy_if(retries_, std::back_inserter(out),
                         [&](const Retry& retry) { return retry.key.endpoint == endpoint; });
    std::ranges::sort(out, {}, [](const Retry& retry) { return std::pair(retry.due, retry.key); });
    if (out.size() > limit) out.resize(limit);
    return out;
  }
  Result<std::vector<std::pair<EndpointId, WallTime>>> first_dues(Shard of) override {
    std::map<EndpointId, WallTime> first;
    for (const auto& retry : retries_) {
      if (!of.has(retry.key.endpoint)) continue;
      const auto [found, made] = first.emplace(retry.key.endpoint, retry.due);
      if (!made) found->second = std::min(found->second, retry.due);
    }
    return std::vector<std::pair<EndpointId, WallTime>>(first.begin(), first.end());
  }
  Result<std::vector<HeldBack>> held_back(Shard of) override {
    std::map<std::pair<LaneKey, ResourceId>, std::size_t> counts;
    for (const auto& [lane, resource, seq] : held_)
      if (of.has(lane.endpoint)) ++counts[{lane, resource}];
    std::vector<HeldBack> out;
    for (const auto& [key, count] : counts) out.push_back({key.first, key.second, count});
    return out;
  }
  void settle(Settlement settlement, std::function<void(Result<void>)> done) override {
    queue_.push_back({std::move(settlement), std::move(done)});
  }

 private:
  struct Queued {
    Settlement settlement;
    std::function<void(Result<void>)> done;
  };

  void apply(const Settlement& settlement) {
    ++settlements_;
    attempts_.insert(attempts_.end(), settlement.attempts.begin(), settlement.attempts.end());
    for (const auto& attempt : settlement.attempts)
      if (attempt.outcome.result == OutcomeClass::kDelivered) journal_.push_back(attempt.key);
    if (settlement.checkpoint)
      std::erase_if(journal_, [&](const DeliveryKey& key) {
        return Shard::of(key.endpoint, shards_) == settlement.shard;
      });
    for (const auto& position : settlement.lanes)
      if (endpoints_.contains(position.lane.endpoint)) lanes_[position.lane] = position;
    for (const auto& position : settlement.replays) move_replay(position);
    for (const auto& health : settlement.health) put_health(health);
    for (const auto& retry : settlement.retries_done) {
      std::erase_if(retries_, [&](const Retry& held) { return held.key == retry.key; });
    }
    for (const auto& retry : settlement.retries_new) put_retry(retry);
    for (const auto& held : settlement.held_new)
      if (endpoints_.contains(held.key.endpoint))
        held_.insert({lane_of(held.key), held.resource, held.key.seq});
    for (const auto& held : settlement.released) release(held);
    dead_.insert(dead_.end(), settlement.dead.begin(), settlement.dead.end());
  }
  static LaneKey lane_of(const DeliveryKey& key) { return {key.institution, key.endpoint}; }
  void move_replay(const ReplayPosition& position) {
    const auto found = replays_.find(position.replay);
    if (found == replays_.end() || found->second.replay.done_at) return;
    auto& replay = found->second.replay;
    replay.cursor = position.cursor;
    replay.sent = position.sent;
    replay.failed = position.failed;
    found->second.settled_beyond = position.settled_beyond;
    if (position.done) replay.done_at = clock_.now();
  }
  void put_health(const EndpointHealth& health) {
    told_.push_back(health);
    const auto found = endpoints_.find(health.endpoint);
    if (found == endpoints_.end()) return;
    found->second.failing_since = health.failing_since;
    found->second.warned = health.warned;
    if (!health.disabled()) return;
    found->second.active = false;
    found->second.disabled_reason = health.disabled_reason;
    ++version_;
  }
  void put_retry(const Retry& retry) {
    if (!endpoints_.contains(retry.key.endpoint)) return;
    std::erase_if(retries_, [&](const Retry& held) {
      return held.key == retry.key && held.due == retry.due;
    });
    retries_.push_back(retry);
    if (retry.holds_back != ResourceId())
      held_.insert({lane_of(retry.key), retry.holds_back, retry.key.seq});
  }
  // The next of the resource, if any, is due.
  void release(const Held& held) {
    held_.erase({lane_of(held.key), held.resource, held.key.seq});
    const auto next = held_.lower_bound({lane_of(held.key), held.resource, {}});
    if (next == held_.end() || next->lane != lane_of(held.key) || next->resource != held.resource)
      return;
    retries_.push_back({.key = {held.key.institution, held.key.endpoint, next->seq},
                        .attempts = 0,
                        .first_at = clock_.now(),
                        .due = clock_.now(),
                        .holds_back = held.resource});
  }

  struct HeldRow {
    LaneKey lane;
    ResourceId resource;
    EventSeq seq;
    friend auto operator<=>(const HeldRow&, const HeldRow&) = default;
  };

  const Clock& clock_;
  const std::size_t shards_;
  std::int64_t last_id_ = 0;
  std::int64_t version_ = 1;
  bool broken_ = false;
  std::size_t settlements_ = 0;
  std::map<EndpointId, Endpoint> endpoints_;
  std::map<SubscriptionId, Subscription> subscriptions_;
  std::map<InstitutionId, std::vector<EventPtr>> logs_;
  std::map<LaneKey, LanePosition> lanes_;
  std::map<ReplayId, OpenReplay> replays_;
  std::vector<DeliveryKey> journal_;
  std::set<HeldRow> held_;
  std::vector<Retry> dead_;
  std::vector<EndpointHealth> told_;
  std::vector<Retry> retries_;
  std::vector<Attempt> attempts_;
  std::deque<Queued> queue_;
};

}  // namespace chartbell
