// Slots: the times at which an appointment of some length could begin. Pure; all times are UTC, so
// that a day whose clock is changed has the hours that it has.
#pragma once

#include <vector>

#include "base/clock.h"

namespace chartbell {

// from <= t < to; from < to.
struct TimeSpan {
  WallTime from;
  WallTime to;

  friend auto operator<=>(const TimeSpan&, const TimeSpan&) = default;
};

// Sorted and disjoint: what any of them covers, without a seam where they touch.
std::vector<TimeSpan> merged(std::vector<TimeSpan> spans);

// What `open` covers and `taken` does not; sorted and disjoint.
std::vector<TimeSpan> without(std::vector<TimeSpan> open, std::vector<TimeSpan> taken);

struct SlotRules {
  Milliseconds length{};    // of an appointment; more than 0
  Milliseconds interval{};  // between two slots; more than 0
  TimeSpan window;          // slots begin within it
  std::size_t most = 0;     // of slots
};

// Slots within `open` that touch nothing of `taken`. They lie on a grid that begins where each
// stretch of `open` does; each place of it that has room is a slot.
std::vector<TimeSpan> free_slots(const std::vector<TimeSpan>& open, std::vector<TimeSpan> taken,
                                 const SlotRules& rules);

}  // namespace chartbell
