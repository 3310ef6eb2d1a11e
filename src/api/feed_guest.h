// Who takes a seat at the feed by a call, and the answer where there is none left.
#pragma once

#include "api/api.h"
#include "api/call.h"

namespace chartbell {

EventFeed::Guest guest_of(ApiParts& parts, const Call& call, const Institution& institution);
// 429.
HttpResponse refusal_of_full_feed();
// The answer that goes on and on.
HttpResponse stream_of(std::shared_ptr<BodySource> source);

}  // namespace chartbell
