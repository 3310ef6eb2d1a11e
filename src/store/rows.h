// Reading the rows of endpoints and subscriptions, for the two stores that need them.
#pragma once

#include "base/result.h"
#include "model/subscriber.h"
#include "store/sealer.h"
#include "store/sqlite_db.h"

namespace chartbell {

std::string secret_record(EndpointId id);

// `rows` selects kEndpointColumns in their order.
inline constexpr const char* kAllEndpoints =
    "SELECT id, account, target_url, sealed_secret, active, failing_since_ms, created_ms, "
    "updated_ms "
    "FROM endpoint ORDER BY id";
Result<Endpoint> read_endpoint(const SqliteStatement& row, const Sealer& sealer);

inline constexpr const char* kAllSubscriptions =
    "SELECT id, endpoint, institution, event, active, from_seq, created_ms, updated_ms "
    "FROM subscription ORDER BY id";
// kCorrupt when the catalogue has no such event.
Result<Subscription> read_subscription(const SqliteStatement& row);

}  // namespace chartbell
