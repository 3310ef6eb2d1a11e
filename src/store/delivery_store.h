// Lanes, retries and attempts, in SQLite.
#pragma once

#include "deliver/ports.h"
#include "store/core.h"
#include "store/directory_version.h"
#include "store/event_log.h"

namespace chartbell {

class SqliteDeliveryStore : public DeliveryStore {
 public:
  // All of them outlive the store. Who settles is one of so many shards.
  SqliteDeliveryStore(StoreCore& core, EventLog& log, const DirectoryVersion& version,
                      std::size_t shards = 1)
      : core_(core), log_(log), version_(version), unchecked_(shards) {}
  // Reads which shards have successes behind the last checkpoint. Before anything else.
  Result<void> load();

  Result<Directory> directory(Shard of) override;
  std::int64_t directory_version() const override { return version_.value(); }
  Result<std::vector<LanePosition>> lane_positions(Shard of) override;
  Result<std::vector<DeliveryKey>> delivered_since_checkpoint(Shard of) override;
  Result<std::vector<OpenReplay>> open_replays(Shard of) override;
  Result<std::vector<EventSeq>> delivered_of(const Replay& replay) override;
  EventSeq head(InstitutionId institution) const override { return log_.head(institution); }
  Result<std::vector<EventPtr>> events_after(InstitutionId institution, EventSeq after,
                                             std::size_t limit) override {
    return log_.after(institution, after, limit);
  }
  Result<EventPtr> event(InstitutionId institution, EventSeq seq) override {
    return log_.at(institution, seq);
  }
  Result<std::vector<Retry>> retries(EndpointId endpoint, std::size_t limit) override;
  Result<std::vector<std::pair<EndpointId, WallTime>>> first_dues(Shard of) override;
  Result<std::vector<HeldBack>> held_back(Shard of) override;
  void settle(Settlement settlement, std::function<void(Result<void>)> done) override;

 private:
  // Writes it, and tells which logs grew.
  Result<std::vector<InstitutionId>> apply(SqliteDb& db, const Settlement& settlement);
  Result<std::vector<InstitutionId>> tell_operators(SqliteDb& db,
                                                    const std::vector<EndpointHealth>& health);
  Result<void> put_successes(SqliteDb& db, const Settlement& settlement);
  Result<void> put_checkpoint(SqliteDb& db, std::size_t shard);

  StoreCore& core_;
  EventLog& log_;
  const DirectoryVersion& version_;
  // Each shard's first block of successes behind its last checkpoint; nothing where it has none.
  // The store's writer alone.
  std::vector<std::optional<std::int64_t>> unchecked_;
};

}  // namespace chartbell
