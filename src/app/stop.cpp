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

void wait_for_signal() {
  const auto signals = ending_signals();
  int signal = 0;
  sigwait(&signals, &signal);
}

bool wait_for_signal(Milliseconds time) {
  const auto signals = ending_signals();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec limit{.tv_sec = seconds.count(),
                       .tv_nsec = std::chrono::nanoseconds(time - seconds).count()};
  return sigtimedwait(&signals, nullptr, &limit) > 0;
}

}  // namespace chartbell
