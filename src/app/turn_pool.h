// TurnPool: a few threads on which many sources take their turns.
//
// Whoever rests is woken by its time, or sooner by a descriptor that becomes readable. One thread
// that has nothing else to do keeps watch over all who rest, and takes the first turn itself: no
// other need wake up for it. So hundreds of sources cost no threads of their own. Those whose last
// turn went wrong have half of the threads at most: a server that does not answer holds a thread
// for as long as its time-outs are.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace chartbell {

class TurnTaker {
 public:
  struct Rest {
    Milliseconds time{0};
    std::optional<int> readable;  // this descriptor ends it sooner; the taker's own, until its turn
    bool suspect = false;         // the turn went wrong
  };
  virtual ~TurnTaker() = default;
  // On any thread of the pool, on one at a time.
  virtual Rest turn() = 0;
};

// Thread-safe.
class TurnPool {
 public:
  // kInternal where the process may have no more descriptors.
  static Result<std::unique_ptr<TurnPool>> open(std::size_t threads, const Clock& clock);
  ~TurnPool();

  // Before start(). Takers outlive the pool, or its stop().
  void add(TurnTaker& taker);
  void start();
  // A resting taker has its turn at once; one whose turn is under way has another behind it.
  void wake(TurnTaker& taker);
  // Returns when the turns under way have ended; there are none after it.
  void stop();

 private:
  struct Seat {
    TurnTaker& taker;
    bool suspect = false;
    std::optional<SteadyTime> due{};  // while it rests
    bool turning = false;
    bool woken = false;  // during its turn
  };
  class Descriptor {
   public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

   private:
    const int number_;
  };

  TurnPool(std::size_t threads, const Clock& clock, int poll, int bell);
  void work();
  Seat* next(std::unique_lock<std::mutex>& lock);
  Seat* take();
  bool has_turn() const;
  void keep_watch(std::unique_lock<std::mutex>& lock);
  void rest(Seat& seat, const TurnTaker::Rest& rest);
  void make_ready(Seat& seat);
  void watch(Seat& seat, int descriptor);
  void wake_rested(SteadyTime now);
  void wake_somebody();
  void ring() const;

  const std::size_t threads_max_;
  const Clock& clock_;
  const Descriptor poll_;
  const Descriptor bell_;  // ends the watch

  std::mutex mutex_;
  std::condition_variable wanted_;
  // Guarded by mutex_.
  std::vector<std::unique_ptr<Seat>> seats_;
  std::deque<Seat*> ready_;
  std::deque<Seat*> suspects_;
  std::size_t suspects_turning_ = 0;
  std::set<std::pair<SteadyTime, Seat*>> resting_;
  bool watched_ = false;  // somebody keeps watch,
  SteadyTime watched_until_{};
  std::size_t idle_ = 0;  // and so many have nothing to do
  bool stopping_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace chartbell
