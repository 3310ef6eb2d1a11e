#include "deliver/latency_counts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace chartbell {
namespace {

constexpr double kFirstMicroseconds = 64;
constexpr double kStepsPerOctave = 4;

std::size_t step_of(Microseconds latency, std::size_t steps) {
  const auto ratio = static_cast<double>(latency.count()) / kFirstMicroseconds;
  if (ratio <= 1) return 0;
  return std::min(steps - 1, static_cast<std::size_t>(std::log2(ratio) * kStepsPerOctave) + 1);
}

}  // namespace

void LatencyCounts::add(Microseconds latency) {
  auto& count = counts_[step_of(latency, kSteps)];
  if (count < UINT16_MAX) ++count;
}

void LatencySum::add(const LatencyCounts& counts) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += counts.counts_[i];
}

std::optional<Microseconds> LatencySum::percentile(double share) const {
  const auto total = std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
  if (total == 0) return std::nullopt;
  auto left = static_cast<std::int64_t>(static_cast<double>(total) * share);
  std::size_t step = 0;
  while (step + 1 < counts_.size() && left >= counts_[step]) left -= counts_[step++];
  return Microseconds(static_cast<std::int64_t>(
      kFirstMicroseconds * std::exp2(static_cast<double>(step) / kStepsPerOctave)));
}

}  // namespace chartbell
