// Flow: how much an endpoint may have in flight at this moment. A value without I/O.
//
// Three things bound it: its window (max_in_flight; a few until its last attempt was answered, so
// that strangers and the dead hold little), its rate, and its circuit: after kUnansweredMax
// attempts in a row that found nobody, one at a time is sent, with growing pauses, to see whether
// that is over; the pauses differ, so that those who died together are not all looked at together.
#pragma once

#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "model/attempt.h"
#include "model/endpoint_stats.h"

namespace chartbell {

struct FlowLimits {
  std::size_t window = 16;
  std::optional<int> rate_per_second;
};

class Flow {
 public:
  static constexpr std::size_t kProbation = 4;
  static constexpr std::size_t kUsefulMin = 2;
  static constexpr int kUnansweredMax = 5;
  static constexpr Milliseconds kProbePauseMin{1'000};
  static constexpr Milliseconds kProbePauseMax{60'000};
  static constexpr double kProbeJitter = 0.5;  // of a pause, taken off it at most

  void limit(FlowLimits limits) { limits_ = limits; }
  bool may_send(WallTime now);
  void sent();
  void ended(const Outcome& outcome, WallTime now, Random& random);
  // Its owner says that it is well again.
  void forgive() { unanswered_ = 0; }

  std::size_t in_flight() const { return in_flight_; }
  std::size_t window() const;
  // Its last attempt was delivered.
  bool trusted() const { return delivered_; }
  Circuit circuit() const {
    return unanswered_ >= kUnansweredMax ? Circuit::kOpen : Circuit::kClosed;
  }
  // When more may be sent for no other reason than time; nothing when it depends on an answer.
  std::optional<WallTime> opens_at() const;

 private:
  void refill(WallTime now);
  void adapt(Microseconds latency);

  FlowLimits limits_;
  std::size_t in_flight_ = 0;
  bool answered_ = false;   // ever
  bool delivered_ = false;  // the last one
  int unanswered_ = 0;      // in a row
  WallTime next_probe_;
  double useful_ = kProbation;  // of the window
  double best_latency_ = 0;     // in microseconds, forgotten little by little; 0: none yet
  double tokens_ = 1;
  WallTime refilled_at_;
};

}  // namespace chartbell
