// FormPress: the thread on which completed forms become paper, one after the other.
#pragma once

#include <atomic>
#include <functional>

#include "app/loop_thread.h"

namespace chartbell {

// Thread-safe. What was taken and has not begun when it stops is dropped: its patient has no
// answer, and their draft is kept.
class FormPress {
 public:
  static constexpr int kWaitingMax = 32;

  void start() { thread_.start(); }
  void stop() { thread_.stop(); }
  // False where too much waits already.
  bool take(std::function<void()> work) {
    if (waiting_.fetch_add(1) >= kWaitingMax) {
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
  std::atomic<int> waiting_ = 0;
  LoopThread thread_;
};

}  // namespace chartbell
