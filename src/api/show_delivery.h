// Events, deliveries and health as the JSON of docs/api.md.
#pragma once

#include <string>
#include <string_view>

#include "api/ports.h"

namespace chartbell {

// `tag` is the store's, in event ids.
std::string show(const EventRow& event, std::string_view tag);
// With `payload`: what receivers get, the number of their subscription null.
std::string show_whole(const Event& event, std::string_view tag);
// With `deliveries`, a JSON array, behind the payload.
std::string show_whole(const Event& event, std::string_view tag, std::string_view deliveries);
// The body on one line, the number of the subscription null.
std::string payload_of(const Event& event);

std::string show(const Delivery& delivery, std::string_view tag);
std::string show(const Attempt& attempt, std::string_view tag);
std::string show(const WaitingRetry& retry, std::string_view tag);
std::string show(const DeadLetter& letter, std::string_view tag);
std::string show(const Replay& replay);
std::string show(const Outcome& outcome);

// `failing_since` is the endpoint's.
std::string show_health(const Endpoint& endpoint, const EndpointStats& stats,
                        const Waiting& waiting);
// The endpoint with each of its options, null where it is not set, and its health.
std::string show_whole(const Endpoint& endpoint, std::string_view health);

}  // namespace chartbell
