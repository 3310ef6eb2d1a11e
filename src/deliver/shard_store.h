// ShardStore: the store as the dispatcher of one shard sees it: what is its endpoints'.
#pragma once

#include "deliver/ports.h"

namespace chartbell {

// Thread-safe, as the store is, which outlives it.
class ShardStore final : public DeliveryStore {
 public:
  ShardStore(DeliveryStore& whole, Shard shard) : whole_(whole), shard_(shard) {}

  Result<Directory> directory() override;
  std::int64_t directory_version() const override { return whole_.directory_version(); }
  Result<std::vector<LanePosition>> lane_positions() override;
  Result<std::vector<DeliveryKey>> delivered_since_checkpoint() override;
  Result<std::vector<OpenReplay>> open_replays() override;
  Result<std::vector<EventSeq>> delivered_of(const Replay& replay) override {
    return whole_.delivered_of(replay);
  }
  EventSeq head(InstitutionId institution) const override { return whole_.head(institution); }
  Result<std::vector<EventPtr>> events_after(InstitutionId institution, EventSeq after,
                                             std::size_t limit) override {
    return whole_.events_after(institution, after, limit);
  }
  Result<EventPtr> event(InstitutionId institution, EventSeq seq) override {
    return whole_.event(institution, seq);
  }
  Result<std::vector<Retry>> retries(EndpointId endpoint, std::size_t limit) override {
    return whole_.retries(endpoint, limit);
  }
  Result<std::vector<std::pair<EndpointId, WallTime>>> first_dues() override;
  Result<std::vector<HeldBack>> held_back() override;
  void settle(Settlement settlement, std::function<void(Result<void>)> done) override;

 private:
  template <class Row, class EndpointOf>
  Result<std::vector<Row>> own(Result<std::vector<Row>> rows, EndpointOf endpoint_of) const;

  DeliveryStore& whole_;
  const Shard shard_;
};

}  // namespace chartbell
