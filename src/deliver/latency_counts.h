// LatencyCounts: latencies counted in steps of a fifth, four to the octave, from 64 µs to a minute.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace chartbell {

// A value of 160 bytes. A step that is full stays full.
class LatencyCounts {
 public:
  void add(Microseconds latency);

 private:
  friend class LatencySum;
  static constexpr std::size_t kSteps = 80;
  std::array<std::uint16_t, kSteps> counts_{};
};

// Of several LatencyCounts together.
class LatencySum {
 public:
  void add(const LatencyCounts& counts);
  // Nothing where nothing was counted.
  std::optional<Microseconds> percentile(double share) const;

 private:
  std::array<std::int64_t, LatencyCounts::kSteps> counts_{};
};

}  // namespace chartbell
