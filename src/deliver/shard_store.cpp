#include "deliver/shard_store.h"

namespace chartbell {

template <class Row, class EndpointOf>
Result<std::vector<Row>> ShardStore::own(Result<std::vector<Row>> rows,
                                         EndpointOf endpoint_of) const {
  if (rows) std::erase_if(*rows, [&](const Row& row) { return !shard_.has(endpoint_of(row)); });
  return rows;
}

Result<Directory> ShardStore::directory() {
  auto directory = whole_.directory();
  if (directory) directory->keep([this](EndpointId endpoint) { return shard_.has(endpoint); });
  return directory;
}

Result<std::vector<LanePosition>> ShardStore::lane_positions() {
  return own(whole_.lane_positions(), [](const auto& row) { return row.lane.endpoint; });
}

Result<std::vector<DeliveryKey>> ShardStore::delivered_since_checkpoint() {
  return own(whole_.delivered_since_checkpoint(), [](const auto& key) { return key.endpoint; });
}

Result<std::vector<OpenReplay>> ShardStore::open_replays() {
  return own(whole_.open_replays(), [](const auto& row) { return row.replay.endpoint; });
}

Result<std::vector<std::pair<EndpointId, WallTime>>> ShardStore::first_dues() {
  return own(whole_.first_dues(), [](const auto& row) { return row.first; });
}

Result<std::vector<HeldBack>> ShardStore::held_back() {
  return own(whole_.held_back(), [](const auto& row) { return row.lane.endpoint; });
}

void ShardStore::settle(Settlement settlement, std::function<void(Result<void>)> done) {
  settlement.shard = shard_.index;
  whole_.settle(std::move(settlement), std::move(done));
}

}  // namespace chartbell
