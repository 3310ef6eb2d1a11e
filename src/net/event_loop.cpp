#include "net/event_loop.h"

#include "base/check.h"
#include "net/loop_context.h"

namespace chartbell {

EventLoop::EventLoop() : context_(std::make_unique<Context>()) {}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
  context_->run();
}

void EventLoop::stop() {
  context_->io.stop();
}

void EventLoop::post(std::function<void()> work) {
  asio::post(context_->io, std::move(work));
}

void EventLoop::after(Milliseconds delay, std::function<void()> work) {
  auto timer = std::make_shared<Timer>(context_->io, delay);
  timer->async_wait([timer, work = std::move(work)](ErrorCode error) {
    if (!error) work();
  });
}

void EventLoop::Context::run() {
  {
    const std::lock_guard lock(mutex_);
    CHECK(runner_ == std::thread::id{});
    runner_ = std::this_thread::get_id();
  }
  const auto busy = asio::make_work_guard(io);
  io.run();
  const std::lock_guard lock(mutex_);
  runner_ = {};
  changed_.notify_all();
}

void EventLoop::Context::call(const std::function<void()>& work) {
  std::unique_lock lock(mutex_);
  if (runner_ == std::thread::id{} || runner_ == std::this_thread::get_id()) {
    lock.unlock();
    return work();
  }
  // The loop may stop before it gets to the work: then it is ours to do, and the posted half,
  // should it ever run, finds `open` false.
  struct Ticket {
    bool open = true;
  };
  const auto ticket = std::make_shared<Ticket>();
  asio::post(io, [this, ticket, &work] {
    {
      const std::lock_guard taken(mutex_);
      if (!ticket->open) return;
    }
    work();
    const std::lock_guard done(mutex_);
    ticket->open = false;
    changed_.notify_all();
  });
  changed_.wait(lock, [&] { return !ticket->open || runner_ == std::thread::id{}; });
  if (!ticket->open) return;
  ticket->open = false;
  lock.unlock();
  work();
}

}  // namespace chartbell
