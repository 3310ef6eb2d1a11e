// SideThread: a thread for work that would hold up a loop, one piece after the other: completed
// forms that become paper, passwords that are hashed.
#pragma once

#include <atomic>
#include <functional>

#include "app/loop_thread.h"

namespace chartbell {

// Thread-safe. What was taken and has not begun when it stops is dropped: whoever asked for it has
// no answer. A form's draft is kept.
class SideThread {
 public:
  explicit SideThread(int waiting_max) : waiting_max_(waiting_max) {}

  void start() { thread_.start(); }
  void stop() { thread_.stop(); }
  // False where too much waits already.
  bool take(std::function<void()> work) {
    if (waiting_.fetch_add(1) >= waiting_max_) {
      --waiting_;
      return false;
    }
    thread_.loop().post([this, work = std::move(work)] {
      work();
      --waiting_;
    });
    return true;
  }

 private:
  const int waiting_max_;
  std::atomic<int> waiting_ = 0;
  LoopThread thread_;
};

}  // namespace chartbell
