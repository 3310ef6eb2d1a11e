#include "forms/site_limits.h"

namespace chartbell {
namespace {

constexpr Microseconds kMinute = std::chrono::minutes(1);

std::optional<std::chrono::seconds> take(BucketTable& table, const std::string& network, int size,
                                         SteadyTime now) {
  const auto wait = table.of(network, now).take(size, kMinute, now);
  return wait ? std::optional(whole_seconds(*wait)) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::seconds> SiteLimits::ask(const std::string& network) {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  return take(requests_, network, each_.requests_per_minute, now);
}

std::optional<std::chrono::seconds> SiteLimits::guess(const std::string& network) {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  return take(guesses_, network, each_.guesses_per_minute, now);
}

}  // namespace chartbell
