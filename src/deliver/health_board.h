// HealthBoard: how each endpoint has been doing in the last hour, for everybody who asks.
//
// Written by the dispatcher's thread, read by any. About a kilobyte for an endpoint that has had an
// attempt; latencies are counted in steps of a fifth.
#pragma once

#include <array>
#include <mutex>
#include <unordered_map>

#include "base/clock.h"
#include "model/attempt.h"
#include "model/endpoint_stats.h"

namespace chartbell {

class HealthBoard {
 public:
  // `clock` outlives the board.
  explicit HealthBoard(const Clock& clock) : clock_(clock) {}

  // An attempt has ended; `in_flight` and `circuit` are as it left them.
  void add(EndpointId endpoint, const Outcome& outcome, std::size_t in_flight, Circuit circuit);
  void forget(EndpointId endpoint);
  EndpointStats stats(EndpointId endpoint) const;

 private:
  static constexpr std::size_t kSteps = 80;  // four to the octave, from 64 µs to a minute
  static constexpr std::size_t kSlots = 6;   // of ten minutes
  struct Slot {
    std::int64_t number = -1;  // ten minutes since 1970
    std::uint32_t attempts = 0;
    std::uint32_t successes = 0;
    std::array<std::uint16_t, kSteps> latencies{};
  };
  struct Row {
    std::array<Slot, kSlots> slots;
    std::optional<WallTime> last_success_at;
    std::optional<WallTime> last_failure_at;
    std::size_t in_flight = 0;
    Circuit circuit = Circuit::kClosed;
  };

  static std::optional<Microseconds> percentile(const std::array<std::int64_t, kSteps>& counts,
                                                double share);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, Row> rows_;
};

}  // namespace chartbell
