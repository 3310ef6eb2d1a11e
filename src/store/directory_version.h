// DirectoryVersion: tells readers of endpoints and subscriptions that what they read is old.
#pragma once

#include <atomic>
#include <cstdint>

namespace chartbell {

// Between the moment when a change is applied and the moment when it is known to be on disk a
// reader may have seen it or not, so that every version read meanwhile is one of its own, which
// nobody finds again. Thread-safe.
class DirectoryVersion {
 public:
  // Inside the transaction of the change, as its last step.
  void begin_change() { ++changing_; }
  // The transaction is on disk.
  void end_change() {
    ++version_;
    --changing_;
  }
  std::int64_t value() const { return changing_ == 0 ? version_.load() : ++version_; }

 private:
  std::atomic<int> changing_{0};
  mutable std::atomic<std::int64_t> version_{1};
};

}  // namespace chartbell
