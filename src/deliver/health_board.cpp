#include "deliver/health_board.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace chartbell {
namespace {

constexpr double kFirstMicroseconds = 64;
constexpr double kStepsPerOctave = 4;
constexpr std::chrono::minutes kSlotLength{10};

std::int64_t slot_number(WallTime now) {
  return now.time_since_epoch() / kSlotLength;
}

std::size_t step_of(Microseconds latency, std::size_t steps) {
  const auto ratio = static_cast<double>(latency.count()) / kFirstMicroseconds;
  if (ratio <= 1) return 0;
  return std::min(steps - 1, static_cast<std::size_t>(std::log2(ratio) * kStepsPerOctave) + 1);
}

}  // namespace

void HealthBoard::add(EndpointId endpoint, const Outcome& outcome, std::size_t in_flight,
                      Circuit circuit) {
  const auto now = clock_.now();
  const auto number = slot_number(now);
  const bool delivered = outcome.result == OutcomeClass::kDelivered;
  const std::lock_guard lock(mutex_);
  auto& row = rows_[endpoint.value];
  row.in_flight = in_flight;
  row.circuit = circuit;
  (delivered ? row.last_success_at : row.last_failure_at) = now;
  auto& slot = row.slots[static_cast<std::size_t>(number) % kSlots];
  if (slot.number != number) slot = {.number = number};
  ++slot.attempts;
  if (delivered) ++slot.successes;
  auto& count = slot.latencies[step_of(outcome.latency, kSteps)];
  if (count < UINT16_MAX) ++count;
}

void HealthBoard::forget(EndpointId endpoint) {
  const std::lock_guard lock(mutex_);
  rows_.erase(endpoint.value);
}

std::optional<Microseconds> HealthBoard::percentile(const std::array<std::int64_t, kSteps>& counts,
                                                    double share) {
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  if (total == 0) return std::nullopt;
  auto left = static_cast<std::int64_t>(static_cast<double>(total) * share);
  std::size_t step = 0;
  while (step + 1 < kSteps && left >= counts[step]) left -= counts[step++];
  return Microseconds(static_cast<std::int64_t>(
      kFirstMicroseconds * std::exp2(static_cast<double>(step) / kStepsPerOctave)));
}

EndpointStats HealthBoard::stats(EndpointId endpoint) const {
  EndpointStats out;
  const auto oldest = slot_number(clock_.now()) - static_cast<std::int64_t>(kSlots) + 1;
  std::array<std::int64_t, kSteps> counts{};
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(endpoint.value);
  if (found == rows_.end()) return out;
  const auto& row = found->second;
  for (const auto& slot : row.slots) {
    if (slot.number < oldest) continue;
    out.attempts += slot.attempts;
    out.successes += slot.successes;
    for (std::size_t i = 0; i < kSteps; ++i) counts[i] += slot.latencies[i];
  }
  out.p50 = percentile(counts, 0.50);
  out.p95 = percentile(counts, 0.95);
  out.in_flight = static_cast<std::int64_t>(row.in_flight);
  out.circuit = row.circuit;
  out.last_success_at = row.last_success_at;
  out.last_failure_at = row.last_failure_at;
  return out;
}

}  // namespace chartbell
