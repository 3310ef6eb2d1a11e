// FakeClock: stands still until a test moves it; other threads may look at it meanwhile.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace chartbell {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(WallTime start = kStart) : now_(start) {}

  WallTime now() const override { return now_; }
  SteadyTime steady_now() const override { return steady_; }

  void advance(Milliseconds by) {
    now_ = now() + by;
    steady_ = steady_now() + by;
  }
  // As it was when it was made without a time.
  void begin_anew() {
    now_ = kStart;
    steady_ = SteadyTime();
  }
  // Somebody sets the machine's clock; steady time does not notice.
  void jump(Milliseconds by) { now_ = now() + by; }

 private:
  static constexpr WallTime kStart{Milliseconds(1'700'000'000'000)};

  std::atomic<WallTime> now_;
  std::atomic<SteadyTime> steady_{};
};

}  // namespace chartbell
