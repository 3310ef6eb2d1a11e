// Ordered subscriptions: events of one resource arrive one after the other, whatever fails.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "deliver/dispatcher_world_for_test.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class OrderTest : public testing::Test, protected DispatcherWorld {
 protected:
  EndpointId ordered_subscriber() {
    const auto endpoint = store.add_endpoint();
    const auto subscription = store.subscribe(endpoint, kGreen, row_named("patient_updated"));
    store.change_subscription(subscription).ordering = Ordering::kResource;
    return endpoint;
  }
  void change(std::int64_t resource) {
    auto event = new_event(kGreen, "patient_updated", resource);
    event.resource = {resource};
    store.append(kGreen, std::move(event));
    if (dispatcher) dispatcher->on_events(kGreen);
  }
};

TEST_F(OrderTest, TheNextOfAResourceWaitsForTheLastAndOthersPass) {
  const auto endpoint = ordered_subscriber();
  start();
  for (const int resource : {7, 7, 8, 7}) change(resource);
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 3}));
  transport.answer_next(delivered());
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 3, 2}));
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 3, 2, 4}));
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{4});
}

TEST_F(OrderTest, WhileOneFailsThoseBehindItAreHeldOnDiskAndFollowWhenItIsDelivered) {
  const auto endpoint = ordered_subscriber();
  start();
  for (const int resource : {7, 7, 8, 7}) change(resource);
  transport.answer_next(rejected());
  answer_all(delivered());
  change(7);
  change(8);
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 3, 6}));
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{6});
  EXPECT_EQ(store.held(), 4U);
  start();  // whatever was in memory is gone
  change(7);
  ASSERT_TRUE(tick_to_next_retry());
  while (transport.open() > 0) {
    answer_all(delivered());
    tick();
  }
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 3, 6, 1, 2, 4, 5, 7}));
  EXPECT_EQ(store.held(), 0U);
  EXPECT_TRUE(store.retries().empty());
}

TEST_F(OrderTest, WhatIsGivenUpLetsTheNextGo) {
  const auto endpoint = ordered_subscriber();
  store.change_endpoint(endpoint).options.schedule = {5s};
  start();
  change(7);
  change(7);
  answer_all(rejected());
  ASSERT_TRUE(tick_to_next_retry());
  answer_all(rejected());
  ASSERT_EQ(store.dead().size(), 1U);
  tick();
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 1, 2}));
}

TEST_F(OrderTest, ADeletedSubscriptionHoldsNobodyUp) {
  const auto endpoint = ordered_subscriber();
  start();
  change(7);
  change(7);
  answer_all(rejected());
  for (const auto& [id, endpoint_id] : {std::pair(SubscriptionId{2}, endpoint)})
    store.unsubscribe(id);
  tick(1min);
  tick(1min);
  EXPECT_TRUE(store.retries().empty());
  EXPECT_EQ(store.held(), 0U);
  EXPECT_EQ(transport.open(), 0U);
}

// A run of random events, answers, writes and crashes on few resources.
class OrderRun : public DispatcherWorld {
 public:
  explicit OrderRun(std::uint64_t seed) : DispatcherWorld(seed), dice_(seed + 7) {}

  void play() {
    endpoint_ = store.add_endpoint();
    const auto subscription = store.subscribe(endpoint_, kGreen, row_named("patient_updated"));
    store.change_subscription(subscription).ordering = Ordering::kResource;
    options.checkpoint_interval = Milliseconds(dice_.below(2) * 30'000);
    options.failures_wait = Milliseconds(dice_.below(2) * 20'000);
    options.window = 8 + dice_.below(30);
    start();
    for (int step = 0; step < 400; ++step) one_step();
    finish();
    check();
  }
  int crashes = 0;

 private:
  void one_step() {
    const auto drawn = dice_.below(20);
    if (drawn < 5) {
      auto event = new_event(kGreen, "patient_updated", 1);
      event.resource = {1 + static_cast<std::int64_t>(dice_.below(4))};
      resource_of_[store.append(kGreen, event)] = event.resource;
      dispatcher->on_events(kGreen);
    } else if (drawn < 12) {
      answer_one(dice_.below(3) == 0);
    } else if (drawn < 15) {
      store.write_next();
    } else if (drawn < 18) {
      run_posts();
    } else if (drawn == 18) {
      clock.advance(Milliseconds(dice_.below(90'000)));
      dispatcher->on_tick();
    } else if (dice_.below(4) == 0) {
      crash();
    }
  }
  void answer_one(bool fails) {
    if (transport.open() == 0) return;
    const auto index = dice_.below(transport.open());
    if (fails) return transport.answer(index, rejected());
    arrived_.push_back(transport.waiting(index).key.seq);
    transport.answer(index, delivered());
  }
  void run_posts() {
    while (!posts.empty()) {
      auto work = std::move(posts.front());
      posts.pop_front();
      work();
    }
  }
  void crash() {
    for (std::size_t i = 0; i < transport.open(); ++i)
      if (dice_.below(2) == 0) arrived_.push_back(transport.waiting(i).key.seq);
    store.crash(dice_.below(3));
    ++crashes;
    start();
  }
  void finish() {
    int rounds = 0;
    do {
      settle();
      tick(options.failures_wait);
      while (transport.open() > 0) {
        answer_one(false);
        settle();
      }
    } while ((tick_to_next_retry() || transport.open() > 0) && ++rounds < 10'000);
  }
  // First arrivals of each resource come in the order of the log, and none is missing.
  void check() const {
    std::map<ResourceId, EventSeq> last;
    std::set<EventSeq> seen;
    for (const auto seq : arrived_) {
      if (!seen.insert(seq).second) continue;
      auto& before = last[resource_of_.at(seq)];
      EXPECT_LT(before, seq) << "overtook an event of its resource";
      before = std::max(before, seq);
    }
    EXPECT_EQ(seen.size(), resource_of_.size()) << "something was lost";
    EXPECT_EQ(store.held(), 0U);
    EXPECT_TRUE(store.retries().empty());
  }

  SeededRandom dice_;
  EndpointId endpoint_;
  std::map<EventSeq, ResourceId> resource_of_;
  std::vector<EventSeq> arrived_;
};

TEST(OrderRunTest, NoEventOvertakesAnotherOfItsResourceWhateverFailsOrCrashes) {
  int crashes = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(seed);
    OrderRun run(seed);
    run.play();
    crashes += run.crashes;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(crashes, 500);
}

}  // namespace
}  // namespace chartbell
