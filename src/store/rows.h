// Reading the rows of endpoints, subscriptions and events, for the stores that need them.
#pragma once

#include <vector>

#include "api/ports.h"
#include "base/result.h"
#include "deliver/ports.h"
#include "model/subscriber.h"
#include "store/sealer.h"
#include "store/sqlite_db.h"

namespace chartbell {

std::string secret_record(EndpointId id);
std::string options_record(EndpointId id);
// Of what a receiver answered to an attempt.
std::string attempt_record(const DeliveryKey& key, WallTime at);
// As the column `locations` holds them: "3,17".
std::string locations_text(const std::vector<LocationId>& locations);

// The statements whose rows the two functions below read: the columns and their order are the same.
inline constexpr const char* kAllEndpoints =
    "SELECT id, account, target_url, sealed_secret, active, failing_since_ms, created_ms, "
    "updated_ms, warned, disabled_reason, sealed_options FROM endpoint ORDER BY id";
inline constexpr const char* kEndpointsOfAccount =
    "SELECT id, account, target_url, sealed_secret, active, failing_since_ms, created_ms, "
    "updated_ms, warned, disabled_reason, sealed_options FROM endpoint WHERE account=? ORDER BY id";
inline constexpr const char* kEndpointOfAccount =
    "SELECT id, account, target_url, sealed_secret, active, failing_since_ms, created_ms, "
    "updated_ms, warned, disabled_reason, sealed_options FROM endpoint WHERE account=? AND id=?";
inline constexpr const char* kAllSubscriptions =
    "SELECT id, endpoint, institution, event, active, from_seq, created_ms, updated_ms, ordered, "
    "locations, notify_red FROM subscription ORDER BY id";
inline constexpr const char* kSubscriptionsOfEndpoint =
    "SELECT id, endpoint, institution, event, active, from_seq, created_ms, updated_ms, ordered, "
    "locations, notify_red FROM subscription WHERE endpoint=? ORDER BY id";
inline constexpr const char* kSubscriptionsOfAccount =
    "SELECT id, endpoint, institution, event, active, from_seq, created_ms, updated_ms, ordered, "
    "locations, notify_red FROM subscription WHERE institution=? AND endpoint IN (SELECT id FROM "
    "endpoint WHERE account=?) ORDER BY id";

// All rows of a bound statement that are of the shard.
Result<std::vector<Endpoint>> read_endpoints(SqliteStatement& select, const Sealer& sealer,
                                             Shard of = {});
// kCorrupt when the catalogue lacks the event of a row.
Result<std::vector<Subscription>> read_subscriptions(SqliteStatement& select, Shard of = {});
// Columns seq, event_name, resource, location, time_ms; one row.
Result<EventRow> read_event_row(const SqliteStatement& row, InstitutionId institution);

}  // namespace chartbell
