#include "base/bucket.h"

#include <algorithm>

namespace chartbell {

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

void Bucket::give_back(int size, Microseconds period) {
  if (size > 0 && full_at_ != SteadyTime::min()) full_at_ -= period / size;
}

std::chrono::seconds whole_seconds(Microseconds wait) {
  return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
}

Bucket& BucketTable::of(const std::string& name, SteadyTime now) {
  if (const auto found = buckets_.find(name); found != buckets_.end()) return found->second;
  if (buckets_.size() >= kNamesMax)
    std::erase_if(buckets_, [&](const auto& entry) { return entry.second.is_full(now); });
  return buckets_.size() < kNamesMax ? buckets_[name] : crowd_;
}

}  // namespace chartbell
