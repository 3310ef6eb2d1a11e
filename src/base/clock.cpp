#include "base/clock.h"

namespace chartbell {

WallTime SystemClock::now() const {
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady_now() const {
  return std::chrono::floor<Microseconds>(std::chrono::steady_clock::now());
}

}  // namespace chartbell
