// MemoryDeliveryStore: the log and the records of deliveries in plain containers. A record counts
// once flush() was called: what a crash would lose is what stands in `unflushed`.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include "deliver/ports.h"

namespace chartbell {

class MemoryDeliveryStore final : public DeliveryStore {
 public:
  struct Unflushed {
    Settlement settlement;
    std::function<void(Result<void>)> done;
  };

  // ---- what the test sets up ----
  void append(InstitutionId institution, const CatalogueRow& row) {
    auto& events = log[institution];
    const EventSeq seq{static_cast<std::int64_t>(events.size()) + 1};
    NewEvent content{.row = &row, .event_name = std::string(row.event), .time = from_ms(1)};
    content.body = envelope(row, {institution, "test", content.event_name, from_ms(1)}, "{}");
    events.push_back({institution, seq, std::move(content)});
  }
  Endpoint& add_endpoint(std::int64_t id) {
    ++version;
    endpoints[{id}] = {.id = {id},
                       .account = {1},
                       .target_url = "https://example.org/",
                       .secret_key = "whsec_AAAA",
                       .failing_since = {}};
    return endpoints[{id}];
  }
  void subscribe(InstitutionId institution, std::int64_t endpoint, const CatalogueRow& row) {
    ++version;
    subscriptions.push_back({.id = {static_cast<std::int64_t>(subscriptions.size()) + 1},
                             .endpoint = {endpoint},
                             .institution = institution,
                             .row = &row,
                             .from = head(institution)});
  }
  // An operator turns the endpoint on: as the account store does it.
  void reactivate(EndpointId id, WallTime now) {
    ++version;
    endpoints[id].active = true;
    endpoints[id].failing_since.reset();
    for (auto& retry : retries)
      if (retry.key.endpoint == id && retry.due == kParked)
        retry = {.key = retry.key, .attempts = 0, .first_at = now, .due = now};
  }
  // Everything recorded so far reaches the disk. False when there was nothing.
  bool flush() {
    if (unflushed.empty()) return false;
    auto batch = std::exchange(unflushed, {});
    for (auto& [settlement, done] : batch) {
      apply(settlement);
      done(failing ? Result<void>(failure(Code::kInternal, "planted")) : Result<void>());
    }
    return true;
  }

  // ---- the port ----
  Result<Directory> directory() override {
    std::vector<Endpoint> all;
    for (const auto& [id, endpoint] : endpoints) all.push_back(endpoint);
    return Directory(std::move(all), subscriptions);
  }
  std::int64_t directory_version() const override { return version; }
  Result<std::vector<LanePosition>> lane_positions() override {
    std::vector<LanePosition> out;
    for (const auto& [key, position] : lanes) out.push_back(position);
    return out;
  }
  EventSeq head(InstitutionId institution) const override {
    const auto found = log.find(institution);
    return {found == log.end() ? 0 : static_cast<std::int64_t>(found->second.size())};
  }
  Result<std::vector<Event>> events_after(InstitutionId institution, EventSeq after,
                                          std::size_t limit) override {
    std::vector<Event> out;
    for (const auto& event : log[institution])
      if (event.seq > after && out.size() < limit) out.push_back(event);
    return out;
  }
  Result<std::optional<Event>> event(InstitutionId institution, EventSeq seq) override {
    TRY(auto events, events_after(institution, {seq.value - 1}, 1));
    return events.empty() ? std::optional<Event>() : std::optional(events.front());
  }
  Result<std::vector<Retry>> due_retries(WallTime now, std::size_t limit) override {
    std::vector<Retry> out;
    for (const auto& retry : retries)
      if (retry.due <= now) out.push_back(retry);
    std::ranges::sort(out, {}, [](const Retry& retry) { return std::pair(retry.due, retry.key); });
    out.resize(std::min(out.size(), limit));
    return out;
  }
  void settle(Settlement settlement, std::function<void(Result<void>)> done) override {
    unflushed.push_back({std::move(settlement), std::move(done)});
  }

  std::map<InstitutionId, std::vector<Event>> log;
  std::map<EndpointId, Endpoint> endpoints;
  std::vector<Subscription> subscriptions;
  std::map<LaneKey, LanePosition> lanes;
  std::vector<Retry> retries;
  std::vector<Attempt> attempts;
  std::deque<Unflushed> unflushed;
  std::int64_t version = 1;
  bool failing = false;

 private:
  void apply(const Settlement& settlement) {
    attempts.insert(attempts.end(), settlement.attempts.begin(), settlement.attempts.end());
    for (const auto& position : settlement.lanes) lanes[position.lane] = position;
    for (const auto& health : settlement.health) {
      endpoints[health.endpoint].failing_since = health.failing_since;
      if (health.disabled) endpoints[health.endpoint].active = false;
      if (health.disabled) ++version;
    }
    for (const auto& done : settlement.retries_done) std::erase(retries, done);
    retries.insert(retries.end(), settlement.retries_new.begin(), settlement.retries_new.end());
  }
};

}  // namespace chartbell
