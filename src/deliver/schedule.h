// When a failed delivery is tried again.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace chartbell {

// Times since the first attempt. The default is the vendor's: 11 attempts in 48 h (wire contract
// §2).
struct Schedule {
  std::vector<std::chrono::seconds> offsets;
  // Each wait is longer by up to this share, drawn anew, so that failures do not come back in step.
  // Never shorter: the offsets are a promise to the receiver.
  double jitter = 0.1;

  static Schedule vendor();
  // Of the offsets of all attempts but the first.
  static Schedule behind_first(const std::vector<std::chrono::seconds>& offsets);

  // When to make the attempt behind `attempts` made ones; nothing when they are exhausted.
  // `not_before` is what the receiver asked for (Retry-After).
  std::optional<WallTime> next(int attempts, WallTime first_at, std::optional<WallTime> not_before,
                               Random& random) const;
};

// After this long without a success an endpoint is turned off.
inline constexpr std::chrono::hours kFailingMax{48};
// After this long its operators are told.
inline constexpr std::chrono::hours kFailingWarned{24};

}  // namespace chartbell
