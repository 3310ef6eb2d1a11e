#include "app/turn_pool.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"

namespace chartbell {
namespace {

constexpr std::size_t kEventsPerWait = 64;
constexpr Milliseconds kLongest{60'000};

}  // namespace

TurnPool::Descriptor::~Descriptor() {
  ::close(number_);
}

Result<std::unique_ptr<TurnPool>> TurnPool::open(std::size_t threads, const Clock& clock) {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  if (poll < 0) return failure(Code::kInternal, "no descriptor for the pool of sources");
  const int bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  auto pool = std::unique_ptr<TurnPool>(new TurnPool(threads, clock, poll, bell));
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  if (bell < 0 || ::epoll_ctl(poll, EPOLL_CTL_ADD, bell, &event) != 0)
    return failure(Code::kInternal, "no descriptor for the pool of sources");
  return pool;
}

TurnPool::TurnPool(std::size_t threads, const Clock& clock, int poll, int bell)
    : threads_max_(threads), clock_(clock), poll_(poll), bell_(bell) {
  CHECK(threads_max_ > 0);
}

TurnPool::~TurnPool() {
  stop();
}

void TurnPool::add(TurnTaker& taker) {
  seats_.push_back(std::make_unique<Seat>(Seat{.taker = taker}));
  ready_.push_back(seats_.back().get());
}

void TurnPool::start() {
  const auto workers = std::min(threads_max_, seats_.size());
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
  if (workers > 0) threads_.emplace_back([this] { keep_time(); });
}

void TurnPool::wake(TurnTaker& taker) {
  const std::lock_guard lock(mutex_);
  for (const auto& seat : seats_) {
    if (&seat->taker != &taker) continue;
    if (seat->due) make_ready(*seat);
    seat->woken = seat->turning;
  }
}

void TurnPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  ring();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

// ---- turns --------------------------------------------------------------------------------------

void TurnPool::work() {
  while (auto* seat = next()) rest(*seat, seat->taker.turn());
}

bool TurnPool::suspects_may() const {
  return suspects_turning_ < std::max<std::size_t>(1, threads_max_ / 2);
}

// Null at the end.
TurnPool::Seat* TurnPool::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(
      lock, [&] { return stopping_ || !ready_.empty() || (!suspects_.empty() && suspects_may()); });
  if (stopping_) return nullptr;
  auto& queue = ready_.empty() ? suspects_ : ready_;
  auto* seat = queue.front();
  queue.pop_front();
  seat->turning = true;
  if (seat->suspect) ++suspects_turning_;
  return seat;
}

void TurnPool::rest(Seat& seat, const TurnTaker::Rest& rest) {
  const std::lock_guard lock(mutex_);
  if (seat.suspect && suspects_turning_-- > 0 && !suspects_.empty()) changed_.notify_one();
  seat.suspect = rest.suspect;
  seat.turning = false;
  if (std::exchange(seat.woken, false) || rest.time <= Milliseconds(0)) return make_ready(seat);
  seat.due = clock_.steady_now() + std::min(rest.time, kLongest);
  resting_.emplace(*seat.due, &seat);
  if (rest.readable) watch(seat, *rest.readable);
  if (*seat.due < clerk_wakes_at_) ring();
}

void TurnPool::make_ready(Seat& seat) {
  if (seat.due) resting_.erase({*std::exchange(seat.due, std::nullopt), &seat});
  (seat.suspect ? suspects_ : ready_).push_back(&seat);
  changed_.notify_one();
}

// ---- rests --------------------------------------------------------------------------------------

// A descriptor that was closed is forgotten by the kernel, and its number may come again.
void TurnPool::watch(Seat& seat, int descriptor) {
  epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.ptr = &seat}};
  if (::epoll_ctl(poll_.number(), EPOLL_CTL_MOD, descriptor, &event) == 0) return;
  if (errno == ENOENT) ::epoll_ctl(poll_.number(), EPOLL_CTL_ADD, descriptor, &event);
}

void TurnPool::keep_time() {
  std::array<epoll_event, kEventsPerWait> events;
  auto wait = Milliseconds(0);
  while (true) {
    const int count =
        ::epoll_wait(poll_.number(), events.data(), kEventsPerWait, static_cast<int>(wait.count()));
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    for (int i = 0; i < count; ++i) {
      auto* seat = static_cast<Seat*>(events[static_cast<std::size_t>(i)].data.ptr);
      std::uint64_t rung = 0;
      if (seat == nullptr) (void)!::read(bell_.number(), &rung, sizeof rung);
      // One that is not resting was woken by its time.
      else if (seat->due)
        make_ready(*seat);
    }
    const auto now = clock_.steady_now();
    wake_rested(now);
    clerk_wakes_at_ = resting_.empty() ? now + kLongest : resting_.begin()->first;
    wait = std::chrono::ceil<Milliseconds>(clerk_wakes_at_ - now);
  }
}

void TurnPool::wake_rested(SteadyTime now) {
  while (!resting_.empty() && resting_.begin()->first <= now) make_ready(*resting_.begin()->second);
}

void TurnPool::ring() const {
  const std::uint64_t once = 1;
  (void)!::write(bell_.number(), &once, sizeof once);
}

}  // namespace chartbell
