#include "api/guess_limits.h"

namespace chartbell {
namespace {

std::optional<std::chrono::seconds> taken(Bucket& bucket, int size, SteadyTime now) {
  const auto wait = bucket.take(size, kGuessPeriod, now);
  return wait ? std::optional(whole_seconds(*wait)) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::seconds> GuessLimits::take(const std::string& name,
                                                      const std::string& network) {
  if (const auto wait = take(network)) return wait;
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  return taken(users_.of(name, now), rates_.of_user, now);
}

std::optional<std::chrono::seconds> GuessLimits::take(const std::string& network) {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  return taken(networks_.of(network, now), rates_.of_network, now);
}

void GuessLimits::give_back(const std::string& name, const std::string& network, int tries) {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < tries; ++i) {
    users_.of(name, now).give_back(rates_.of_user, kGuessPeriod);
    networks_.of(network, now).give_back(rates_.of_network, kGuessPeriod);
  }
}

}  // namespace chartbell
