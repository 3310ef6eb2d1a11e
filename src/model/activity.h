// What happened in an institution minute by minute: what the dashboard draws.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace chartbell {

struct ActivityMinute {
  WallTime at;  // when it began
  std::int64_t events = 0;
  std::int64_t attempts = 0;
  std::int64_t successes = 0;
};

// The last hour, or since the start where that is less; percentiles are of all attempts in it, to
// within a fifth.
struct Activity {
  std::vector<ActivityMinute> minutes;  // kActivityMinutes, the oldest first
  std::optional<Microseconds> p50;
  std::optional<Microseconds> p95;
  std::optional<Microseconds> p99;
};

inline constexpr std::size_t kActivityMinutes = 60;

}  // namespace chartbell
