// What a path or a parameter names, as far as the caller may see it. Whatever is another's is
// answered as if it did not exist.
#pragma once

#include "api/api.h"
#include "api/call.h"

namespace chartbell {

// The endpoint that the path's first id names.
Result<Endpoint> endpoint_named(ApiParts& parts, const Call& call);
// The event of this id. kNotFound "Event not found".
Result<EventPtr> event_named(ApiParts& parts, const Call& call, std::string_view id);
// The replay that the path's first id names.
Result<Replay> replay_named(ApiParts& parts, const Call& call);

}  // namespace chartbell
