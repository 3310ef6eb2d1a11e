// LoopThread: an event loop with the thread that works it.
#pragma once

#include <cstdint>
#include <thread>

#include <sys/resource.h>

#include "net/event_loop.h"

namespace chartbell {

// Not movable. stop() or the destructor ends and joins the thread.
class LoopThread {
 public:
  LoopThread() = default;
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  ~LoopThread() { stop(); }

  // kLow gives way to others where processors are short.
  enum class Claim : std::uint8_t { kNormal, kLow };
  void start(Claim claim = Claim::kNormal) {
    thread_ = std::thread([this, claim] {
      if (claim == Claim::kLow) ::setpriority(PRIO_PROCESS, 0, kLowNiceness);
      loop_.run();
    });
  }
  void stop() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }
  EventLoop& loop() { return loop_; }

 private:
  static constexpr int kLowNiceness = 10;  // of this thread alone, on Linux

  EventLoop loop_;
  std::thread thread_;
};

}  // namespace chartbell
