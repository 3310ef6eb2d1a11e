// LoopThread: an event loop with the thread that works it.
#pragma once

#include <cstdint>
#include <thread>

#include "base/give_way.h"
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
      if (claim == Claim::kLow) give_way();
      loop_.run();
    });
  }
  void stop() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }
  EventLoop& loop() { return loop_; }

 private:
  EventLoop loop_;
  std::thread thread_;
};

}  // namespace chartbell
