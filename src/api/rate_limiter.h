// RateLimiter: how many requests a key has left, and how many wrong keys an address may try.
//
// Each limit is a bucket of as many drops as it allows in its period, which fills evenly; it is
// kept as the one moment at which it will be full. Lost with the process: nobody gains more than a
// bucket by its end.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/ports.h"
#include "base/clock.h"

namespace chartbell {

// A bucket. A value.
class Bucket {
 public:
  // Takes a drop out of a bucket of `size` that fills within `period`. Nothing, or how long it is
  // until there is one. No size is no limit.
  std::optional<Microseconds> take(int size, Microseconds period, SteadyTime now);
  bool is_full(SteadyTime now) const { return full_at_ <= now; }

 private:
  SteadyTime full_at_ = SteadyTime::min();
};

// Patients and appointments have a limit of their own (wire contract §4).
enum class RateClass : std::uint8_t { kRecords, kOthers };
RateClass rate_class(std::string_view route_path);

// Thread-safe.
class RateLimiter {
 public:
  static constexpr std::size_t kAddressesMax = 4'096;
  static constexpr int kFailuresPerMinute = 10;

  explicit RateLimiter(const Clock& clock) : clock_(clock) {}

  // A request of this account. Nothing, or how long it should wait.
  std::optional<std::chrono::seconds> admit(const Account& account, RateClass of);
  // A wrong credential from this address: likewise. Addresses beyond kAddressesMax share one
  // bucket.
  std::optional<std::chrono::seconds> fail(const std::string& address);

 private:
  struct Buckets {
    Bucket second;
    Bucket records;
    Bucket others;
  };

  Bucket& bucket_of(const std::string& address, SteadyTime now);

  const Clock& clock_;
  std::mutex mutex_;
  std::map<AccountId, Buckets> accounts_;  // no more than the store has
  std::map<std::string, Bucket> addresses_;
  Bucket crowd_;
};

}  // namespace chartbell
