#include "app/stop.h"

#include <csignal>
#include <ctime>

namespace chartbell {
namespace {

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void Stop::request() {
  {
    const std::lock_guard lock(mutex_);
    requested_ = true;
  }
  changed_.notify_all();
}

bool Stop::requested() {
  const std::lock_guard lock(mutex_);
  return requested_;
}

bool Stop::wait(Milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [&] { return requested_; });
}

void block_signals() {
  const auto signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool wait_for_signal(Stop& until) {
  const auto signals = ending_signals();
  constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 50'000'000};
  while (!until.requested())
    if (sigtimedwait(&signals, nullptr, &kLook) > 0) return true;
  return false;
}

}  // namespace chartbell
