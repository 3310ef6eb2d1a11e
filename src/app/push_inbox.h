// PushInbox: the calls to one source that is pushed, bounded by number and bytes.
#pragma once

#include <deque>
#include <mutex>

#include "app/push_call.h"

namespace chartbell {

struct InboxLimits {
  std::size_t calls = 10'000;
  std::size_t bytes = std::size_t{64} * 1024 * 1024;
};

// Thread-safe.
class PushInbox {
 public:
  explicit PushInbox(InboxLimits limits = {}) : limits_(limits) {}

  // False where it is full, or closed; `call` is as it was then.
  bool put(PushCall& call) {
    const std::lock_guard lock(mutex_);
    const auto bytes = bytes_of(call);
    if (closed_ || calls_ >= limits_.calls || bytes_ + bytes > limits_.bytes) return false;
    ++calls_;
    bytes_ += bytes;
    waiting_.push_back(std::move(call));
    return true;
  }
  // All that wait. They count until done_with() is told of their bytes.
  std::deque<PushCall> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }
  void done_with(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    --calls_;
    bytes_ -= bytes;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

 private:
  const InboxLimits limits_;
  std::mutex mutex_;
  std::deque<PushCall> waiting_;
  std::size_t calls_ = 0;  // those that were taken included
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace chartbell
