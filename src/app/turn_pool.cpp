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
}

void TurnPool::wake(TurnTaker& taker) {
  const std::lock_guard lock(mutex_);
  for (const auto& seat : seats_) {
    if (&seat->taker != &taker) continue;
    seat->woken = seat->turning;
    if (!seat->due) continue;
    make_ready(*seat);
    wake_somebody();
  }
}

void TurnPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wanted_.notify_all();
  ring();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

// ---- turns --------------------------------------------------------------------------------------

void TurnPool::work() {
  std::unique_lock lock(mutex_);
  while (auto* seat = next(lock)) {
    lock.unlock();
    const auto wanted = seat->taker.turn();
    lock.lock();
    rest(*seat, wanted);
  }
}

// Null at the end.
TurnPool::Seat* TurnPool::next(std::unique_lock<std::mutex>& lock) {
  while (true) {
    if (!stopping_ && !watched_) keep_watch(lock);
    if (stopping_) return nullptr;
    if (auto* seat = take()) {
      if (!watched_ || has_turn()) wake_somebody();
      return seat;
    }
    if (!watched_) continue;
    ++idle_;
    wanted_.wait(lock);
    --idle_;
  }
}

bool TurnPool::has_turn() const {
  const bool suspects_may = suspects_turning_ < std::max<std::size_t>(1, threads_max_ / 2);
  return !ready_.empty() || (!suspects_.empty() && suspects_may);
}

// Null where nobody may have a turn now.
TurnPool::Seat* TurnPool::take() {
  if (!has_turn()) return nullptr;
  auto& queue = ready_.empty() ? suspects_ : ready_;
  auto* seat = queue.front();
  queue.pop_front();
  seat->turning = true;
  if (seat->suspect) ++suspects_turning_;
  return seat;
}

void TurnPool::rest(Seat& seat, const TurnTaker::Rest& rest) {
  if (seat.suspect) --suspects_turning_;
  seat.suspect = rest.suspect;
  seat.turning = false;
  if (std::exchange(seat.woken, false) || rest.time <= Milliseconds(0)) return make_ready(seat);
  seat.due = clock_.steady_now() + std::min(rest.time, kLongest);
  resting_.emplace(*seat.due, &seat);
  if (rest.readable) watch(seat, *rest.readable);
  if (watched_ && *seat.due < watched_until_) ring();
}

void TurnPool::make_ready(Seat& seat) {
  if (seat.due) resting_.erase({*std::exchange(seat.due, std::nullopt), &seat});
  (seat.suspect ? suspects_ : ready_).push_back(&seat);
}

// For a turn, or to keep watch while others have theirs.
void TurnPool::wake_somebody() {
  if (idle_ > 0) return wanted_.notify_one();
  if (watched_) ring();
}

// ---- rests --------------------------------------------------------------------------------------

// A descriptor that was closed is forgotten by the kernel, and its number may come again.
void TurnPool::watch(Seat& seat, int descriptor) {
  epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.ptr = &seat}};
  if (::epoll_ctl(poll_.number(), EPOLL_CTL_MOD, descriptor, &event) == 0) return;
  if (errno == ENOENT) ::epoll_ctl(poll_.number(), EPOLL_CTL_ADD, descriptor, &event);
}

// Waits only while nobody has a turn.
void TurnPool::keep_watch(std::unique_lock<std::mutex>& lock) {
  const auto now = clock_.steady_now();
  watched_until_ = has_turn() ? now : now + kLongest;
  if (!resting_.empty()) watched_until_ = std::min(watched_until_, resting_.begin()->first);
  const auto wait =
      std::max(std::chrono::ceil<Milliseconds>(watched_until_ - now), Milliseconds(0));
  std::array<epoll_event, kEventsPerWait> events;
  watched_ = true;
  lock.unlock();
  const int count =
      ::epoll_wait(poll_.number(), events.data(), kEventsPerWait, static_cast<int>(wait.count()));
  lock.lock();
  watched_ = false;
  for (int i = 0; i < count; ++i) {
    auto* seat = static_cast<Seat*>(events[static_cast<std::size_t>(i)].data.ptr);
    std::uint64_t rung = 0;
    if (seat == nullptr) (void)!::read(bell_.number(), &rung, sizeof rung);
    // One that is not resting was woken by its time.
    else if (seat->due)
      make_ready(*seat);
  }
  wake_rested(clock_.steady_now());
}

void TurnPool::wake_rested(SteadyTime now) {
  while (!resting_.empty() && resting_.begin()->first <= now) make_ready(*resting_.begin()->second);
}

void TurnPool::ring() const {
  const std::uint64_t once = 1;
  (void)!::write(bell_.number(), &once, sizeof once);
}

}  // namespace chartbell
