#include "deliver/flow.h"

#include <algorithm>

namespace chartbell {
namespace {

// A bucket holds what may leave at once after a rest.
constexpr double kBurstSeconds = 0.1;
// Waiting attempts: with fewer the window grows, with more it shrinks.
constexpr double kWaitingLow = 1;
constexpr double kWaitingHigh = 2;
// What was possible many thousand attempts ago may not be so any more.
constexpr double kForget = 1.00001;

bool is_answer(OutcomeClass outcome) {
  using enum OutcomeClass;
  return outcome == kDelivered || outcome == kRejected || outcome == kBadAnswer;
}

double burst(int rate) {
  return std::max(1.0, rate * kBurstSeconds);
}

}  // namespace

std::size_t Flow::window() const {
  if (circuit() == Circuit::kOpen) return 1;
  const bool answers = answered_ && unanswered_ == 0;
  const auto useful = answers ? static_cast<std::size_t>(useful_) : kProbation;
  return std::min(limits_.window, useful);
}

// How many of the window wait rather than are worked on: that share of it by which answers take
// longer than they could.
void Flow::adapt(Microseconds latency) {
  const auto took = static_cast<double>(latency.count());
  if (took <= 0) return;
  best_latency_ = best_latency_ == 0 ? took : std::min(took, best_latency_ * kForget);
  const double waiting = useful_ * (1 - best_latency_ / took);
  if (waiting < kWaitingLow)
    useful_ += 1 / useful_;
  else if (waiting > kWaitingHigh)
    useful_ -= 1 / useful_;
  useful_ = std::clamp(useful_, static_cast<double>(kUsefulMin),
                       static_cast<double>(std::max(limits_.window, kUsefulMin)));
}

bool Flow::may_send(WallTime now) {
  if (in_flight_ >= window()) return false;
  if (circuit() == Circuit::kOpen && now < next_probe_) return false;
  if (!limits_.rate_per_second) return true;
  refill(now);
  return tokens_ >= 1;
}

// A clock that jumps back gives nothing and takes nothing.
void Flow::refill(WallTime now) {
  const auto rate = *limits_.rate_per_second;
  const auto passed = std::chrono::duration<double>(now - refilled_at_).count();
  if (passed > 0) tokens_ = std::min(burst(rate), tokens_ + passed * rate);
  refilled_at_ = now;
}

void Flow::sent() {
  ++in_flight_;
  if (limits_.rate_per_second) tokens_ -= 1;
}

void Flow::ended(const Outcome& outcome, WallTime now, Random& random) {
  --in_flight_;
  delivered_ = outcome.result == OutcomeClass::kDelivered;
  if (is_answer(outcome.result)) {
    answered_ = true;
    unanswered_ = 0;
    return adapt(outcome.latency);
  }
  unanswered_ = std::min(unanswered_ + 1, kUnansweredMax + 16);
  const int doublings = unanswered_ - kUnansweredMax;
  if (doublings < 0) return;
  const auto pause = std::min(kProbePauseMax, kProbePauseMin * (1 << std::min(doublings, 10)));
  const auto less = static_cast<std::uint64_t>(static_cast<double>(pause.count()) * kProbeJitter);
  next_probe_ = now + pause - Milliseconds(random.below(less + 1));
}

std::optional<WallTime> Flow::opens_at() const {
  if (in_flight_ >= window()) return std::nullopt;
  std::optional<WallTime> at;
  if (circuit() == Circuit::kOpen) at = next_probe_;
  if (limits_.rate_per_second && tokens_ < 1) {
    const Milliseconds wait(
        1 + static_cast<std::int64_t>((1 - tokens_) * 1000 / *limits_.rate_per_second));
    at = std::max(at.value_or(WallTime()), refilled_at_ + wait);
  }
  return at;
}

}  // namespace chartbell
