// The table of routes: which call answers what.
#pragma once

#include <span>
#include <string_view>

#include "api/api.h"
#include "api/call.h"

namespace chartbell {

// Whether a call must say who it is.
enum class Access : std::uint8_t { kOpen, kAccount };

struct Route {
  std::string_view method;
  std::string_view path;  // segments; "{}" stands for an id, "{text}" for any text
  Access access;
  Result<HttpResponse> (*answer)(ApiParts& parts, Call& call);
  // In place of `answer` where it is null: responds now or later, unless it returns an error.
  // Nothing of the call is there any more by then.
  Result<void> (*answer_later)(ApiParts& parts, Call& call, Respond respond) = nullptr;
};

std::span<const Route> webhook_routes();
std::span<const Route> appointment_reads();
std::span<const Route> record_reads();
std::span<const Route> slot_routes();
std::span<const Route> directory_routes();
std::span<const Route> event_routes();
std::span<const Route> feed_routes();
std::span<const Route> endpoint_routes();
std::span<const Route> delivery_routes();
std::span<const Route> replay_routes();
std::span<const Route> source_routes();

}  // namespace chartbell
