// EventLoop::Context: what net's own sources see of the loop.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "net/asio.h"
#include "net/event_loop.h"

namespace chartbell {

struct EventLoop::Context {
  // One thread runs it; others may post.
  asio::io_context io{1};

  // Runs `work` on the loop's thread and waits for it; at once when this is that thread, or when
  // none runs the loop. So owners may destroy what lives on the loop from any thread.
  void call(const std::function<void()>& work);

  void run();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread::id runner_;  // guarded by mutex_; of nobody while the loop does not run
};

}  // namespace chartbell
