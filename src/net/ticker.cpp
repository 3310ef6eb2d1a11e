#include "net/ticker.h"

namespace chartbell {

void Ticker::start(std::weak_ptr<void> owner) {
  if (running_) return;
  running_ = true;
  wait(std::move(owner));
}

void Ticker::stop() {
  running_ = false;
  timer_.cancel();
}

void Ticker::wait(std::weak_ptr<void> owner) {
  timer_.expires_after(kPeriod);
  timer_.async_wait([this, owner = std::move(owner)](ErrorCode error) mutable {
    const auto held = owner.lock();
    if (error || !held || !running_) return;
    if (tick_() && running_)
      wait(std::move(owner));
    else
      running_ = false;
  });
}

}  // namespace chartbell
