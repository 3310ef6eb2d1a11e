// SiteLimits: how often a network may ask for pages, and for links that lead nowhere.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/bucket.h"
#include "base/clock.h"

namespace chartbell {

// Thread-safe.
class SiteLimits {
 public:
  // 0 stands for any number.
  struct Each {
    int requests_per_minute = 0;
    int guesses_per_minute = 0;
  };
  SiteLimits(const Clock& clock, Each each) : clock_(clock), each_(each) {}

  // Nothing, or how long it should wait.
  std::optional<std::chrono::seconds> ask(const std::string& network);
  std::optional<std::chrono::seconds> guess(const std::string& network);

 private:
  const Clock& clock_;
  const Each each_;
  std::mutex mutex_;
  BucketTable requests_;
  BucketTable guesses_;
};

}  // namespace chartbell
