// FakeClock: stands still until a test moves it.
#pragma once

#include "base/clock.h"

namespace chartbell {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(WallTime start = from_ms(1'700'000'000'000)) : now_(start) {}

  WallTime now() const override { return now_; }
  SteadyTime steady_now() const override { return steady_; }

  void advance(Milliseconds by) {
    now_ += by;
    steady_ += by;
  }
  // Somebody sets the machine's clock; steady time does not notice.
  void jump(Milliseconds by) { now_ += by; }

 private:
  WallTime now_;
  SteadyTime steady_{};
};

}  // namespace chartbell
