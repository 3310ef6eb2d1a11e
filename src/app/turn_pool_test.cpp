#include "app/turn_pool.h"

#include <functional>
#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace chartbell {
namespace {

using namespace std::chrono_literals;
using Rest = TurnTaker::Rest;

class Taker final : public TurnTaker {
 public:
  explicit Taker(std::function<Rest()> turn) : turn_(std::move(turn)) {}
  Rest turn() override { return turn_(); }

 private:
  const std::function<Rest()> turn_;
};

// Counts, and can be waited for.
class Counter {
 public:
  void add() {
    {
      const std::lock_guard lock(mutex_);
      ++count_;
    }
    changed_.notify_all();
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  bool reaches(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

// Both ends close with it.
struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends), 0); }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int readable() const { return ends[0]; }
  void put() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  void take() const {
    char byte;
    EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  }

  int ends[2] = {-1, -1};
};

class TurnPoolTest : public testing::Test {
 protected:
  TurnTaker& taker(std::function<Rest()> turn) {
    takers_.push_back(std::make_unique<Taker>(std::move(turn)));
    return *takers_.back();
  }
  std::unique_ptr<TurnPool> pool(std::size_t threads) {
    return TurnPool::open(threads, clock_).value();
  }

  SystemClock clock_;
  std::vector<std::unique_ptr<Taker>> takers_;
};

TEST_F(TurnPoolTest, HundredsTakeTurnsOnTwoThreads) {
  constexpr int kTakers = 300;
  std::vector<Counter> turns(kTakers);
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  auto pool = this->pool(2);
  for (auto& mine : turns)
    pool->add(taker([&] {
      most = std::max(most.load(), ++at_once);
      mine.add();
      --at_once;
      return Rest{.time = 1ms};
    }));
  pool->start();
  for (auto& mine : turns) EXPECT_TRUE(mine.reaches(5));
  pool->stop();
  EXPECT_LE(most, 2);
}

TEST_F(TurnPoolTest, WhoIsWokenHasATurnAtOnce) {
  Counter turns;
  auto pool = this->pool(1);
  auto& sleeper = taker([&] {
    turns.add();
    return Rest{.time = 1h};
  });
  pool->add(sleeper);
  pool->start();
  for (int i = 1; i < 100; ++i) {
    ASSERT_TRUE(turns.reaches(i));
    pool->wake(sleeper);
  }
  EXPECT_TRUE(turns.reaches(100));
  pool->stop();
}

// What it was woken for may have come after it looked.
TEST_F(TurnPoolTest, WhoIsWokenDuringItsTurnHasAnother) {
  Counter turns;
  auto pool = this->pool(1);
  TurnTaker* busy = nullptr;
  busy = &taker([&] {
    if (turns.count() == 0) pool->wake(*busy);
    turns.add();
    return Rest{.time = 1h};
  });
  pool->add(*busy);
  pool->start();
  EXPECT_TRUE(turns.reaches(2));
  pool->stop();
}

TEST_F(TurnPoolTest, ADescriptorEndsARest) {
  const Pipe pipe;
  Counter turns;
  auto pool = this->pool(1);
  pool->add(taker([&] {
    if (turns.count() > 0) pipe.take();
    turns.add();
    return Rest{.time = 1h, .readable = pipe.readable()};
  }));
  pool->start();
  for (int i = 1; i < 100; ++i) {
    ASSERT_TRUE(turns.reaches(i));
    pipe.put();
  }
  EXPECT_TRUE(turns.reaches(100));
  pool->stop();
}

TEST_F(TurnPoolTest, WhoNeverRestsKeepsNobodyFromATurn) {
  const Pipe pipe;
  pipe.put();
  Counter timed;
  Counter told;
  auto pool = this->pool(1);
  pool->add(taker([] { return Rest{.time = 0ms}; }));
  pool->add(taker([&] {
    timed.add();
    return Rest{.time = 1ms};
  }));
  pool->add(taker([&] {
    told.add();
    return Rest{.time = 1h, .readable = pipe.readable()};
  }));
  pool->start();
  EXPECT_TRUE(timed.reaches(50));
  EXPECT_TRUE(told.reaches(50));
  pool->stop();
}

// While one has a long turn, another thread keeps watch.
TEST_F(TurnPoolTest, ALongTurnKeepsNobodyFromOne) {
  std::promise<void> answer;
  const auto answered = answer.get_future().share();
  const Pipe pipe;
  Counter long_turns;
  Counter turns;
  auto pool = this->pool(2);
  pool->add(taker([&] {
    if (long_turns.count() == 0) pipe.put();
    long_turns.add();
    if (long_turns.count() == 2) answered.wait();
    return Rest{.time = 1h, .readable = pipe.readable()};
  }));
  pool->add(taker([&] {
    turns.add();
    return Rest{.time = 1ms};
  }));
  pool->start();
  ASSERT_TRUE(long_turns.reaches(2));
  EXPECT_TRUE(turns.reaches(turns.count() + 50));
  answer.set_value();
  pool->stop();
}

// A taker may come with another descriptor each time, and numbers come again.
TEST_F(TurnPoolTest, DescriptorsMayBeClosedAndMadeAnew) {
  std::optional<Pipe> pipe;
  Counter turns;
  auto pool = this->pool(1);
  pool->add(taker([&] {
    pipe.emplace().put();
    turns.add();
    return Rest{.time = 1h, .readable = pipe->readable()};
  }));
  pool->start();
  EXPECT_TRUE(turns.reaches(200));
  pool->stop();
}

TEST_F(TurnPoolTest, ThoseThatWentWrongHoldHalfOfTheThreadsAtMost) {
  std::promise<void> answer;
  const auto answered = answer.get_future().share();
  Counter hanging;
  Counter well;
  auto pool = this->pool(4);
  for (int i = 0; i < 50; ++i)
    pool->add(taker([&, first = true]() mutable {
      if (std::exchange(first, false)) return Rest{.time = 0ms, .suspect = true};
      hanging.add();
      answered.wait();
      return Rest{.time = 1h, .suspect = true};
    }));
  pool->add(taker([&] {
    well.add();
    return Rest{.time = 1ms};
  }));
  pool->start();
  ASSERT_TRUE(hanging.reaches(2));
  EXPECT_TRUE(well.reaches(well.count() + 100));
  EXPECT_EQ(hanging.count(), 2);
  answer.set_value();
  EXPECT_TRUE(hanging.reaches(50));
  pool->stop();
}

TEST_F(TurnPoolTest, StopEndsTheTurnsUnderWayAndIsTheLast) {
  Counter turns;
  auto pool = this->pool(2);
  pool->add(taker([&] {
    turns.add();
    return Rest{.time = 0ms};
  }));
  pool->start();
  ASSERT_TRUE(turns.reaches(10));
  pool->stop();
  const int then = turns.count();
  pool->stop();
  EXPECT_EQ(turns.count(), then);
}

TEST_F(TurnPoolTest, NobodyNeedsNoThreads) {
  auto pool = this->pool(8);
  pool->start();
  pool->stop();
}

}  // namespace
}  // namespace chartbell
