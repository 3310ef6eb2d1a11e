// Events about an endpoint of ours, put into the logs of the institutions that it subscribes to, so
// that whoever operates it hears of its troubles the way it hears of everything else.
#pragma once

#include <string_view>
#include <vector>

#include "store/event_log.h"

namespace chartbell {

// Appends `event_name` (webhook_endpoint_failing or webhook_endpoint_disabled) about the endpoint
// as it stands in `db`; the logs that grew. The last step of a change: see EventLog::append().
Result<std::vector<InstitutionId>> append_endpoint_event(SqliteDb& db, EventLog& log,
                                                         EndpointId endpoint,
                                                         std::string_view event_name, WallTime now);

}  // namespace chartbell
