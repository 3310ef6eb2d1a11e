// Time as a port. Nothing outside clock.cpp asks the machine for the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace chartbell {

using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;

// A moment of the wall clock, UTC, in milliseconds: the precision of the wire and of the store.
using WallTime = std::chrono::sys_time<Milliseconds>;
// A moment of a clock that never jumps; for measuring and for deadlines, meaningless across runs.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Microseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual SteadyTime steady_now() const = 0;
};

// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  WallTime now() const override;
  SteadyTime steady_now() const override;
};

constexpr std::int64_t to_ms(WallTime time) {
  return time.time_since_epoch().count();
}
constexpr WallTime from_ms(std::int64_t ms) {
  return WallTime(Milliseconds(ms));
}
constexpr std::int64_t unix_seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace chartbell
