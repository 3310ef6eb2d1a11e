// Stop: how threads of this process are told to end, and how they sleep until then.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"

namespace chartbell {

// Thread-safe.
class Stop {
 public:
  void request();
  bool requested();
  // Sleeps for `time` or until the stop; true when it is time to stop.
  bool wait(Milliseconds time);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool requested_ = false;
};

// Blocks SIGINT and SIGTERM in this and every later thread; before the first thread is made.
void block_signals();
// Waits for one of them.
void wait_for_signal();
// Waits for one of them, `time` at most; true for a signal.
bool wait_for_signal(Milliseconds time);

}  // namespace chartbell
