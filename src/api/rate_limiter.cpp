#include "api/rate_limiter.h"

#include <algorithm>

namespace chartbell {
namespace {

constexpr Microseconds kSecond = std::chrono::seconds(1);
constexpr Microseconds kMinute = std::chrono::minutes(1);

// Whoever waits that long finds a drop.
std::chrono::seconds rounded(Microseconds wait) {
  return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
}

}  // namespace

std::optional<Microseconds> Bucket::take(int size, Microseconds period, SteadyTime now) {
  if (size <= 0) return std::nullopt;
  const Microseconds drop = period / size;
  const auto full_then = std::max(full_at_, now) + drop;
  // As the drops are whole microseconds, so is what the bucket holds.
  const auto over = full_then - (now + drop * size);
  if (over > Microseconds(0)) return over;
  full_at_ = full_then;
  return std::nullopt;
}

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
  if (of_minute) return rounded(*of_minute);
  const auto of_second = buckets.second.take(limits.per_second, kSecond, now);
  return of_second ? std::optional(rounded(*of_second)) : std::nullopt;
}

std::optional<std::chrono::seconds> RateLimiter::fail(const std::string& address) {
  const auto now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  const auto wait = bucket_of(address, now).take(kFailuresPerMinute, kMinute, now);
  return wait ? std::optional(rounded(*wait)) : std::nullopt;
}

Bucket& RateLimiter::bucket_of(const std::string& address, SteadyTime now) {
  if (const auto found = addresses_.find(address); found != addresses_.end()) return found->second;
  if (addresses_.size() >= kAddressesMax)
    std::erase_if(addresses_, [&](const auto& entry) { return entry.second.is_full(now); });
  return addresses_.size() < kAddressesMax ? addresses_[address] : crowd_;
}

}  // namespace chartbell
