// EventLoop: one thread that waits on sockets and timers. Owns every connection opened on it.
//
// All methods but run() may be called from any thread. What is posted runs on the loop's thread, in
// the order posted.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"

namespace chartbell {

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();

  // Works until stop(); called once, by the thread that is to be the loop's.
  void run();
  void stop();
  void post(std::function<void()> work);
  // Runs `work` once, not before `delay` has passed.
  void after(Milliseconds delay, std::function<void()> work);

  // The library's context, for net's own sources.
  struct Context;
  Context& context() { return *context_; }

 private:
  std::unique_ptr<Context> context_;
};

}  // namespace chartbell
