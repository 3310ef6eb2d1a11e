// Replays: made and cancelled here, run by the dispatcher.
#pragma once

#include "api/ports.h"
#include "store/core.h"
#include "store/directory_version.h"

namespace chartbell {

class SqliteReplayBook final : public ReplayBook {
 public:
  // Both outlive the book. `version` moves when a replay is made or cancelled.
  SqliteReplayBook(StoreCore& core, DirectoryVersion& version) : core_(core), version_(version) {}

  Result<Replay> create(const NewReplay& replay) override;
  Result<Page<Replay, ReplayId>> of_endpoint(EndpointId endpoint, std::optional<ReplayId> after,
                                             std::size_t limit) override;
  Result<Replay> replay(ReplayId id) override;
  Result<Replay> cancel(ReplayId id) override;

 private:
  Result<void> change(StoreCore::Change change);

  StoreCore& core_;
  DirectoryVersion& version_;
};

}  // namespace chartbell
