// Lanes, retries and attempts, in SQLite.
#pragma once

#include "deliver/ports.h"
#include "store/core.h"
#include "store/directory_version.h"
#include "store/event_log.h"

namespace chartbell {

class SqliteDeliveryStore final : public DeliveryStore {
 public:
  // All of them outlive the store.
  SqliteDeliveryStore(StoreCore& core, EventLog& log, const DirectoryVersion& version)
      : core_(core), log_(log), version_(version) {}

  Result<Directory> directory() override;
  std::int64_t directory_version() const override { return version_.value(); }
  Result<std::vector<LanePosition>> lane_positions() override;
  EventSeq head(InstitutionId institution) const override { return log_.head(institution); }
  Result<std::vector<Event>> events_after(InstitutionId institution, EventSeq after,
                                          std::size_t limit) override {
    return log_.after(institution, after, limit);
  }
  Result<std::optional<Event>> event(InstitutionId institution, EventSeq seq) override {
    return log_.at(institution, seq);
  }
  Result<std::vector<Retry>> due_retries(WallTime now, std::size_t limit) override;
  void settle(Settlement settlement, std::function<void(Result<void>)> done) override;

 private:
  StoreCore& core_;
  EventLog& log_;
  const DirectoryVersion& version_;
};

}  // namespace chartbell
