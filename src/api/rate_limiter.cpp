#include "api/rate_limiter.h"

#include <algorithm>

namespace chartbell {
namespace {

constexpr Microseconds kSecond = std::chrono::seconds(1);
constexpr Microseconds kMinute = std::chrono::minutes(1);

}  // namespace

RateClass rate_class(std::string_view route_path) {
  constexpr std::string_view kRecordPaths[] = {"/patients", "/appointments"};
  const bool records = std::ranges::any_of(kRecordPaths, [&](std::string_view path) {
    return route_path == path || (route_path.starts_with(path) && route_path[path.size()] == '/');
  });
  return records ? RateClass::kRecords : RateClass::kOthers;
}

std::optional<std::chrono::seconds> RateLimiter::admit(const Account& account, RateClass of) {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  auto& buckets = accounts_[account.id];
  const auto& limits = account.limits;
  const auto of_minute = of == RateClass::kRecords
                             ? buckets.records.take(limits.records_per_minute, kMinute, now)
                             : buckets.others.take(limits.per_minute, kMinute, now);
  if (of_minute) return whole_seconds(*of_minute);
  const auto of_second = buckets.second.take(limits.per_second, kSecond, now);
  return of_second ? std::optional(whole_seconds(*of_second)) : std::nullopt;
}

std::optional<std::chrono::seconds> RateLimiter::fail(const std::string& address) {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  const auto wait = addresses_.of(address, now).take(failures_per_minute_, kMinute, now);
  return wait ? std::optional(whole_seconds(*wait)) : std::nullopt;
}

}  // namespace chartbell
