// How an endpoint has been doing lately: what the API and the dashboard show of its health.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace chartbell {

// kOpen: its last attempts found nobody, so that one delivery at a time is sent to see whether that
// is over.
enum class Circuit : std::uint8_t { kClosed, kOpen };
constexpr std::string_view name(Circuit circuit) {
  return circuit == Circuit::kOpen ? "open" : "closed";
}

// Of the attempts of the last hour, or since the start where that is less; percentiles to within a
// fifth.
struct EndpointStats {
  std::int64_t attempts = 0;
  std::int64_t successes = 0;
  std::optional<Microseconds> p50;
  std::optional<Microseconds> p95;
  std::int64_t in_flight = 0;
  Circuit circuit = Circuit::kClosed;
  std::optional<WallTime> last_success_at;
  std::optional<WallTime> last_failure_at;
};

}  // namespace chartbell
