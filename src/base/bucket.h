// Bucket: how often something may happen. It has as many drops as it allows in its period and fills
// evenly; it is kept as the one moment at which it will be full. Lost with the process: nobody
// gains more than a bucket by its end.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"

namespace chartbell {

// A value.
class Bucket {
 public:
  // Takes a drop out of a bucket of `size` that fills within `period`. Nothing, or how long it is
  // until there is one. No size is no limit.
  std::optional<Microseconds> take(int size, Microseconds period, SteadyTime now);
  // A drop that was taken out of a bucket of that size and period and should not have been.
  void give_back(int size, Microseconds period);
  bool is_full(SteadyTime now) const { return full_at_ <= now; }

 private:
  SteadyTime full_at_ = SteadyTime::min();
};

// What to tell whoever has to wait: whoever waits that long finds a drop.
std::chrono::seconds whole_seconds(Microseconds wait);

// A bucket for each name that somebody else chooses, an address or a network. Not thread-safe.
class BucketTable {
 public:
  static constexpr std::size_t kNamesMax = 4'096;

  // Valid until the next call. Names beyond kNamesMax share one bucket.
  Bucket& of(const std::string& name, SteadyTime now);

 private:
  std::map<std::string, Bucket> buckets_;
  Bucket crowd_;
};

}  // namespace chartbell
