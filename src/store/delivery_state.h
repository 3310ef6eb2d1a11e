// How one delivery stands, by elimination over the tables that hold what is not done.
#pragma once

#include <optional>

#include "api/ports.h"
#include "deliver/ports.h"
#include "store/sqlite_db.h"

namespace chartbell {

// A lane's recorded position.
struct LaneMark {
  EventSeq cursor;
  std::vector<EventSeq> beyond;  // ascending

  bool settled(EventSeq seq) const;
};
// Nothing for a lane that was never recorded.
Result<std::optional<LaneMark>> lane_mark(SqliteDb& db, InstitutionId institution,
                                          EndpointId endpoint);

struct RetryRow {
  WallTime due;
  int attempts = 0;
  WallTime first_at;
  ResourceId resource;
};
Result<std::optional<RetryRow>> retry_row(SqliteDb& db, const DeliveryKey& key);
Result<bool> is_held(SqliteDb& db, const DeliveryKey& key, ResourceId resource);
Result<std::optional<WallTime>> dead_letter_at(SqliteDb& db, const DeliveryKey& key);

// The subscriptions of these endpoints, owed whatever is in the log: for what is asked for by hand.
Directory covering(std::vector<Endpoint> endpoints, std::vector<Subscription> subscriptions);

}  // namespace chartbell
