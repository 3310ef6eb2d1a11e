// MemoryDeliveryStore: a DeliveryStore whose disk is slow on demand. What settle() was given is on
// disk only once write_next() was called, so that a test may crash in between.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "deliver/ports.h"

namespace chartbell {

class MemoryDeliveryStore final : public DeliveryStore {
 public:
  explicit MemoryDeliveryStore(const Clock& clock) : clock_(clock) {}

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
    std::erase_if(lanes_, [&](const auto& entry) { return entry.first.second == id; });
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
    endpoints_.at(id).active = true;
    endpoints_.at(id).failing_since.reset();
    for (auto& retry : retries_) {
      if (retry.due != kParked || retry.key.endpoint != id) continue;
      retry = {.key = retry.key, .attempts = 0, .first_at = clock_.now(), .due = clock_.now()};
    }
    ++version_;
  }
  EventSeq append(InstitutionId institution, NewEvent event) {
    auto& log = logs_[institution];
    const EventSeq seq{static_cast<std::int64_t>(log.size()) + 1};
    log.push_back({institution, seq, std::move(event)});
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
  std::size_t settlements() const { return settlements_; }
  EventSeq cursor(LaneKey lane) const {
    const auto found = lanes_.find(lane);
    return found == lanes_.end() ? EventSeq() : found->second.cursor;
  }

  // ---- DeliveryStore ---------------------------------------------------------------------------
  Result<Directory> directory() override {
    if (broken_) return failure(Code::kCorrupt, "the disk broke");
    std::vector<Endpoint> endpoints;
    for (const auto& [id, endpoint] : endpoints_) endpoints.push_back(endpoint);
    std::vector<Subscription> subscriptions;
    for (const auto& [id, subscription] : subscriptions_) subscriptions.push_back(subscription);
    return Directory(std::move(endpoints), std::move(subscriptions));
  }
  std::int64_t directory_version() const override { return version_; }
  Result<std::vector<LanePosition>> lane_positions() override {
    std::vector<LanePosition> out;
    for (const auto& [key, position] : lanes_) out.push_back(position);
    return out;
  }
  EventSeq head(InstitutionId institution) const override {
    const auto log = logs_.find(institution);
    return log == logs_.end() ? EventSeq()
                              : EventSeq{static_cast<std::int64_t>(log->second.size())};
  }
  Result<std::vector<Event>> events_after(InstitutionId institution, EventSeq after,
                                          std::size_t limit) override {
    if (broken_) return failure(Code::kCorrupt, "the disk broke");
    const auto& log = logs_[institution];
    const auto first = std::min(static_cast<std::size_t>(after.value), log.size());
    const auto last = std::min(log.size(), first + limit);
    return std::vector<Event>(log.begin() + static_cast<std::ptrdiff_t>(first),
                              log.begin() + static_cast<std::ptrdiff_t>(last));
  }
  Result<std::optional<Event>> event(InstitutionId institution, EventSeq seq) override {
    TRY(const auto found, events_after(institution, {seq.value - 1}, 1));
    return found.empty() ? std::nullopt : std::optional(found.front());
  }
  Result<std::vector<Retry>> due_retries(WallTime now, std::size_t limit) override {
    if (broken_) return failure(Code::kCorrupt, "the disk broke");
    std::vector<Retry> out;
    std::ranges::copy_if(retries_, std::back_inserter(out),
                         [&](const Retry& retry) { return retry.due <= now; });
    std::ranges::sort(out, {}, [](const Retry& retry) { return std::pair(retry.due, retry.key); });
    if (out.size() > limit) out.resize(limit);
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
    for (const auto& position : settlement.lanes) lanes_[position.lane] = position;
    for (const auto& health : settlement.health) {
      const auto found = endpoints_.find(health.endpoint);
      if (found == endpoints_.end()) continue;
      found->second.failing_since = health.failing_since;
      if (health.disabled) found->second.active = false;
    }
    for (const auto& retry : settlement.retries_done) {
      std::erase_if(retries_, [&](const Retry& held) {
        return held.key == retry.key && held.due == retry.due;
      });
    }
    for (const auto& retry : settlement.retries_new) put_retry(retry);
  }
  void put_retry(Retry retry) {
    const auto found = endpoints_.find(retry.key.endpoint);
    if (retry.due == kParked && found != endpoints_.end() && found->second.active)
      retry.due = clock_.now();
    std::erase_if(retries_, [&](const Retry& held) {
      return held.key == retry.key && held.due == retry.due;
    });
    retries_.push_back(retry);
  }

  const Clock& clock_;
  std::int64_t last_id_ = 0;
  std::int64_t version_ = 1;
  bool broken_ = false;
  std::size_t settlements_ = 0;
  std::map<EndpointId, Endpoint> endpoints_;
  std::map<SubscriptionId, Subscription> subscriptions_;
  std::map<InstitutionId, std::vector<Event>> logs_;
  std::map<LaneKey, LanePosition> lanes_;
  std::vector<Retry> retries_;
  std::vector<Attempt> attempts_;
  std::deque<Queued> queue_;
};

}  // namespace chartbell
