#include "deliver/schedule.h"

#include <algorithm>

#include "base/check.h"

namespace chartbell {

Schedule Schedule::vendor() {
  using namespace std::chrono_literals;
  return {.offsets = {0s, 30s, 90s, 210s, 10min, 30min, 2h, 5h, 10h, 24h, 48h}};
}

Schedule Schedule::behind_first(const std::vector<std::chrono::seconds>& offsets) {
  Schedule out{.offsets = {std::chrono::seconds(0)}};
  out.offsets.insert(out.offsets.end(), offsets.begin(), offsets.end());
  return out;
}

std::optional<WallTime> Schedule::next(int attempts, WallTime first_at,
                                       std::optional<WallTime> not_before, Random& random) const {
  CHECK(attempts >= 1);
  const auto index = static_cast<std::size_t>(attempts);
  if (index >= offsets.size()) return std::nullopt;
  const Milliseconds wait = offsets[index] - offsets[index - 1];
  const auto spread = static_cast<std::uint64_t>(static_cast<double>(wait.count()) * jitter);
  const Milliseconds drawn(spread == 0 ? 0 : random.below(spread));
  const WallTime planned = first_at + offsets[index] + drawn;
  return std::max(planned, not_before.value_or(planned));
}

}  // namespace chartbell
