// Retries over two days, endpoints that are turned off and on again, and crashes.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "deliver/dispatcher_world_for_test.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class RetriesTest : public testing::Test, protected DispatcherWorld {
 protected:
  // Fails all and everything until the store holds no retry that is due some day.
  void fail_to_the_end() {
    answer_all(rejected());
    while (tick_to_next_retry()) answer_all(rejected());
  }
};

TEST_F(RetriesTest, AllElevenAttemptsComeInTheirTimeAndThenTheEndpointIsOff) {
  const auto endpoint = subscriber();
  start();
  append(1);
  const auto first_at = clock.now();
  answer_all(rejected());
  const auto schedule = Schedule::vendor();
  for (std::size_t index = 1; index < schedule.offsets.size(); ++index) {
    ASSERT_TRUE(store.endpoint(endpoint).active) << "turned off before attempt " << index + 1;
    ASSERT_TRUE(tick_to_next_retry());
    ASSERT_EQ(transport.sent().size(), index + 1);
    EXPECT_EQ(transport.sent().back().number, static_cast<int>(index) + 1);
    const auto elapsed = clock.now() - first_at;
    const Milliseconds wait = schedule.offsets[index] - schedule.offsets[index - 1];
    EXPECT_GE(elapsed, schedule.offsets[index]);
    EXPECT_LE(elapsed, schedule.offsets[index] + wait / 10);
    answer_all(rejected());
  }
  EXPECT_FALSE(store.endpoint(endpoint).active);
  ASSERT_EQ(store.retries().size(), 1U);
  tick(100h);
  append(5);
  tick(100h);
  EXPECT_EQ(transport.sent().size(), 11U);
}

TEST_F(RetriesTest, AnEndpointIsNotTurnedOffAMomentBeforeFortyEightHours) {
  const auto endpoint = subscriber();
  start();
  append(1);
  answer_all(rejected());
  clock.advance(48h - 1ms);
  append(1);
  answer_all(rejected());
  EXPECT_TRUE(store.endpoint(endpoint).active);
  clock.advance(1ms);
  append(1);
  answer_all(rejected());
  EXPECT_FALSE(store.endpoint(endpoint).active);
}

TEST_F(RetriesTest, OfAnEndpointThatIsOffAllRetriesStayAndNoneIsSent) {
  const auto endpoint = subscriber();
  start();
  append(3);
  answer_all(rejected());
  clock.advance(10h);
  append(2);
  fail_to_the_end();
  EXPECT_FALSE(store.endpoint(endpoint).active);
  EXPECT_EQ(store.retries().size(), 5U);
  const auto sent = transport.sent().size();
  tick(100h);
  EXPECT_EQ(transport.sent().size(), sent);
}

TEST_F(RetriesTest, OnReactivationTheBacklogIsDeliveredInOrder) {
  const auto endpoint = subscriber();
  start();
  append(3);
  fail_to_the_end();
  ASSERT_FALSE(store.endpoint(endpoint).active);
  append(30);
  tick(24h);
  const auto before = sent_seqs(endpoint).size();
  store.turn_on(endpoint);
  ASSERT_TRUE(dispatcher->reload());
  tick();
  while (transport.open() > 0) {
    answer_all(delivered());
    tick();
  }
  auto sent = sent_seqs(endpoint);
  sent.erase(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(before));
  std::vector<std::int64_t> arrived;
  std::ranges::copy_if(sent, std::back_inserter(arrived), [](auto seq) { return seq > 3; });
  EXPECT_EQ(arrived, numbers(4, 33));
  std::ranges::sort(sent);
  EXPECT_EQ(sent, numbers(1, 33));
  EXPECT_TRUE(store.retries().empty());
  EXPECT_EQ(store.endpoint(endpoint).failing_since, std::nullopt);
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{33});
}

TEST_F(RetriesTest, AfterReactivationTheFortyEightHoursBeginAnew) {
  const auto endpoint = subscriber();
  start();
  append(1);
  fail_to_the_end();
  ASSERT_FALSE(store.endpoint(endpoint).active);
  store.turn_on(endpoint);
  tick();
  answer_all(rejected());
  EXPECT_TRUE(store.endpoint(endpoint).active);
  const auto sent = transport.sent().size();
  fail_to_the_end();
  EXPECT_FALSE(store.endpoint(endpoint).active);
  EXPECT_EQ(transport.sent().size(), sent + 10);
}

TEST_F(RetriesTest, AnAttemptThatFailsAfterTheEndIsNotHeldAgainstTheReactivatedEndpoint) {
  const auto endpoint = subscriber();
  start();
  append(1);
  answer_all(rejected());
  clock.advance(48h);
  append(2);
  transport.answer(0, rejected());
  settle();
  ASSERT_FALSE(store.endpoint(endpoint).active);
  answer_all(rejected());  // the other one, which was in flight all the while
  clock.advance(100h);
  store.turn_on(endpoint);
  tick();
  answer_all(rejected());
  EXPECT_TRUE(store.endpoint(endpoint).active);
}

TEST_F(RetriesTest, AnExhaustedEventOfAHealthyEndpointIsGivenUp) {
  const auto endpoint = subscriber();
  start();
  append(1);
  answer_all(rejected());
  for (int number = 2; number <= 11; ++number) {
    ASSERT_TRUE(tick_to_next_retry());
    answer_all(rejected());
    append(1);
    answer_all(delivered());
  }
  EXPECT_TRUE(store.endpoint(endpoint).active);
  EXPECT_TRUE(store.retries().empty());
  EXPECT_EQ(std::ranges::count(sent_seqs(endpoint), 1), 11);
}

TEST_F(RetriesTest, RetryAfterIsHonouredAndCapped) {
  subscriber();
  start();
  append(2);
  auto busy = rejected(429);
  busy.retry_after = 600s;
  transport.answer_next(busy);
  busy.retry_after = 100h;
  transport.answer_next(busy);
  settle();
  const auto began = clock.now();
  ASSERT_EQ(store.retries().size(), 2U);
  EXPECT_EQ(store.retries()[0].due, began + 600s);
  EXPECT_EQ(store.retries()[1].due, began + options.retry_after_max);
}

TEST_F(RetriesTest, AnEndpointThatWasTurnedOffByHandKeepsItsRetriesAndIsSentThemWhenItIsBack) {
  const auto endpoint = subscriber();
  start();
  append(1);
  answer_all(rejected());
  store.turn_off(endpoint);
  tick(1min);
  ASSERT_EQ(store.retries().size(), 1U);
  EXPECT_EQ(sent_seqs(endpoint), numbers(1, 1));
  store.turn_on(endpoint);
  tick();
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 1}));
}

TEST_F(RetriesTest, AFullHouseOfRetriesOfOneEndpointDoesNotHideThoseOfAnother) {
  const auto hanging = subscriber(kGreen);
  const auto well = subscriber(kBlue);
  start();
  append(600, kGreen);
  while (transport.open() > 0) answer_all(rejected());
  clock.advance(1s);
  append(1, kBlue);
  answer_all(rejected());
  tick(10min);
  tick();
  EXPECT_EQ(std::ranges::count(sent_seqs(well), 1), 2)
      << "waits behind the retries of " << to_string(hanging);
}

// ---- crashes ----------------------------------------------------------------------------------

// A run of random events, answers, writes and crashes, with what the receivers got of it.
class CrashRun : public DispatcherWorld {
 public:
  explicit CrashRun(std::uint64_t seed) : DispatcherWorld(seed), dice_(seed + 1000) {}

  void play() {
    endpoints_ = {subscriber(), subscriber()};
    store.subscribe(endpoints_[0], kGreen, row_named("patient_updated"));
    options.in_flight_per_endpoint = 1 + dice_.below(6);
    options.checkpoint_interval = Milliseconds(dice_.below(3) * 20'000);
    options.failures_wait = Milliseconds(dice_.below(2) * 10'000);
    start();
    for (int step = 0; step < 300; ++step) one_step();
    finish();
    check_life();
    check_nothing_lost();
    check_message_ids();
  }
  int crashes() const { return crashes_; }

 private:
  void one_step() {
    const auto drawn = dice_.below(16);
    if (drawn < 3) {
      append(static_cast<int>(dice_.below(4)), kGreen,
             dice_.below(3) == 0 ? "patient_updated" : "patient_created");
    } else if (drawn < 9) {
      answer_one();
    } else if (drawn < 12) {
      store.write_next();
    } else if (drawn < 14) {
      run_posts();
    } else if (drawn == 14) {
      clock.advance(Milliseconds(dice_.below(60'000)));
      dispatcher->on_tick();
    } else if (dice_.below(3) == 0) {
      crash();
    }
  }
  void answer_one() {
    if (transport.open() == 0) return;
    const auto index = dice_.below(transport.open());
    if (dice_.below(4) == 0) return transport.answer(index, rejected());
    arrive(transport.waiting(index).key);
    transport.answer(index, delivered());
  }
  void arrive(const DeliveryKey& key) {
    got_.insert(key);
    EXPECT_TRUE(answered_.insert(key).second) << "sent again after it had arrived";
  }
  void run_posts() {
    while (!posts.empty()) {
      auto work = std::move(posts.front());
      posts.pop_front();
      work();
    }
  }
  // What was in flight may have arrived although nobody heard of it.
  void crash() {
    for (std::size_t i = 0; i < transport.open(); ++i)
      if (dice_.below(2) == 0) got_.insert(transport.waiting(i).key);
    store.crash(dice_.below(3));
    ++crashes_;
    check_life();
    answered_.clear();
    for (const auto& attempt : store.attempts())
      if (attempt.outcome.result == OutcomeClass::kDelivered) on_disk_.insert(attempt.key);
    life_began_ = transport.sent().size();
    start();
  }
  void finish() {
    do {
      settle();
      tick(options.failures_wait);
      while (transport.open() > 0) {
        arrive(transport.waiting(0).key);
        transport.answer_next(delivered());
        settle();
      }
    } while (tick_to_next_retry() || transport.open() > 0);
  }
  // What was on disk as delivered when this life began is not sent in it.
  void check_life() const {
    for (std::size_t i = life_began_; i < transport.sent().size(); ++i)
      EXPECT_FALSE(on_disk_.contains(transport.sent()[i].key)) << "a needless duplicate";
  }
  void check_nothing_lost() {
    const auto directory = store.directory({});
    const auto events = store.events_after(kGreen, {0}, 100'000);
    for (const auto& event : *events)
      for (const auto endpoint : endpoints_)
        EXPECT_EQ(directory->owed(endpoint, *event) != nullptr,
                  got_.contains({kGreen, endpoint, event->seq}))
            << to_string(endpoint) << " " << to_string(event->seq);
    EXPECT_TRUE(store.retries().empty());
  }
  void check_message_ids() const {
    for (const auto& attempt : transport.sent())
      EXPECT_EQ(field_of(attempt, "webhook-id"),
                message_id("t", attempt.key.institution, attempt.key.seq));
  }

  SeededRandom dice_;
  std::vector<EndpointId> endpoints_;
  std::set<DeliveryKey> got_;
  std::set<DeliveryKey> answered_;  // as delivered, in this life
  std::set<DeliveryKey> on_disk_;   // as delivered, before this life
  std::size_t life_began_ = 0;
  int crashes_ = 0;
};

TEST(CrashTest, NothingIsLostAndOnlyWhatWasNotOnDiskComesTwice) {
  int crashes = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    CrashRun run(seed);
    run.play();
    crashes += run.crashes();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(crashes, 1000);
}

}  // namespace
}  // namespace chartbell
