// RateLimiter: how many requests a key has left, and how many wrong keys an address may try.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/ports.h"
#include "base/bucket.h"
#include "base/clock.h"

namespace chartbell {

// Patients and appointments have a limit of their own (wire contract §4).
enum class RateClass : std::uint8_t { kRecords, kOthers };
RateClass rate_class(std::string_view route_path);

// Thread-safe.
class RateLimiter {
 public:
  static constexpr std::size_t kAddressesMax = BucketTable::kNamesMax;

  // `failures_per_minute` of one address; 0 stands for any number.
  RateLimiter(const Clock& clock, int failures_per_minute)
      : clock_(clock), failures_per_minute_(failures_per_minute) {}

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

  const Clock& clock_;
  const int failures_per_minute_;
  std::mutex mutex_;
  std::map<AccountId, Buckets> accounts_;  // no more than the store has; users by negative ids
  BucketTable addresses_;
};

}  // namespace chartbell
