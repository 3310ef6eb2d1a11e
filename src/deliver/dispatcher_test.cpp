#include "deliver/dispatcher.h"

#include <set>

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/memory_delivery_store.h"
#include "support/scripted_transport.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

const CatalogueRow& kRow = *find_row("Patient", "patient_updated");
const CatalogueRow& kOther = *find_row("Procedure", "procedure_updated");
constexpr InstitutionId kPractice{7};
constexpr InstitutionId kOtherPractice{8};

// A dispatcher over a store and a transport that only do what the test says.
struct World {
  World() { store.add_endpoint(1); }

  void start(DispatcherOptions options = {}) {
    options.store_tag = "tag";
    posted.clear();
    transport.sent.clear();
    dispatcher = std::make_unique<Dispatcher>(
        options, store, transport, clock, random,
        [this](std::function<void()> work) { posted.push_back(std::move(work)); });
    ASSERT_TRUE(dispatcher->start());
  }
  void append(int count, const CatalogueRow& row = kRow) {
    for (int i = 0; i < count; ++i) store.append(kPractice, row);
    dispatcher->on_events(kPractice);
  }
  // Records until nothing is left to record.
  void settle() {
    while (store.flush() || !posted.empty()) {
      auto work = std::exchange(posted, {});
      for (auto& task : work) task();
    }
  }
  void tick(Milliseconds after = Milliseconds(0)) {
    clock.advance(after);
    dispatcher->on_tick();
    settle();
  }
  void deliver_all() {
    while (!transport.sent.empty()) delivered.push_back(transport.deliver());
    settle();
  }
  std::vector<std::int64_t> delivered_seqs() const {
    std::vector<std::int64_t> out;
    for (const auto& attempt : delivered) out.push_back(attempt.key.seq.value);
    return out;
  }

  FakeClock clock;
  SeededRandom random{42};
  MemoryDeliveryStore store;
  ScriptedTransport transport;
  std::deque<std::function<void()>> posted;
  std::unique_ptr<Dispatcher> dispatcher;
  std::vector<PendingAttempt> delivered;
};

std::string header(const PendingAttempt& attempt, std::string_view name) {
  for (const auto& [key, value] : attempt.fields)
    if (key == name) return value;
  return {};
}

std::vector<std::int64_t> upto(std::int64_t last) {
  std::vector<std::int64_t> out;
  for (std::int64_t i = 1; i <= last; ++i) out.push_back(i);
  return out;
}

TEST(Dispatcher, SendsEachOwedEventOnceAndMovesTheCursor) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(5);
  world.deliver_all();
  EXPECT_EQ(world.delivered_seqs(), upto(5));
  world.tick(1s);
  EXPECT_TRUE(world.transport.sent.empty());
  EXPECT_EQ((world.store.lanes[{kPractice, {1}}].cursor), EventSeq{5});
}

TEST(Dispatcher, EventsThatNobodyIsOwedCostNoRecord) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(100, kOther);
  EXPECT_TRUE(world.transport.sent.empty());
  EXPECT_TRUE(world.store.unflushed.empty());
  world.append(1);
  world.deliver_all();
  EXPECT_EQ(world.delivered_seqs(), std::vector<std::int64_t>{101});
}

TEST(Dispatcher, ALongRunOfSkippedEventsIsRecordedOnceInAWhile) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(5000, kOther);
  world.tick();
  EXPECT_EQ((world.store.lanes[{kPractice, {1}}].cursor), EventSeq{5000});
}

TEST(Dispatcher, AnEndpointHasABoundedNumberInFlight) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start({.in_flight_per_endpoint = 3});
  world.append(10);
  EXPECT_EQ(world.transport.sent.size(), 3u);
  world.transport.deliver();
  EXPECT_EQ(world.transport.sent.size(), 3u);
}

TEST(Dispatcher, AHangingEndpointHoldsOnlyItsOwnWindow) {
  World world;
  world.store.add_endpoint(2);
  world.store.subscribe(kPractice, 1, kRow);
  world.store.subscribe(kPractice, 2, kRow);
  world.start({.in_flight_per_endpoint = 4, .in_flight_max = 64});
  world.append(20);
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < world.transport.sent.size();) {
    if (world.transport.sent[i].attempt.key.endpoint != EndpointId{2}) {
      ++i;
      continue;
    }
    auto sent = std::move(world.transport.sent[i]);
    world.transport.sent.erase(world.transport.sent.begin() + static_cast<std::ptrdiff_t>(i));
    seen.insert(sent.attempt.key.seq.value);
    sent.done({.result = OutcomeClass::kDelivered, .status = 200});
    i = 0;
  }
  EXPECT_EQ(seen.size(), 20u);
  EXPECT_EQ(world.transport.sent.size(), 4u);
}

TEST(Dispatcher, LanesThatWereStoppedByTheTotalLimitGoOn) {
  World world;
  for (std::int64_t id = 2; id <= 5; ++id) world.store.add_endpoint(id);
  for (std::int64_t id = 1; id <= 5; ++id) world.store.subscribe(kPractice, id, kRow);
  world.start({.in_flight_max = 3, .first_attempts_reserved = 0});
  world.append(10);
  EXPECT_EQ(world.transport.sent.size(), 3u);
  world.deliver_all();
  EXPECT_EQ(world.delivered.size(), 50u);
}

TEST(Dispatcher, AFailedDeliveryBecomesARetryAndHoldsUpNobody) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(3);
  const auto first = world.transport.reject();
  world.deliver_all();
  EXPECT_EQ(world.delivered_seqs(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ((world.store.lanes[{kPractice, {1}}].cursor), EventSeq{3});
  ASSERT_EQ(world.store.retries.size(), 1u);

  world.tick(29s);
  EXPECT_TRUE(world.transport.sent.empty());
  world.tick(5s);
  ASSERT_EQ(world.transport.sent.size(), 1u);
  const auto second = world.transport.deliver();
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(header(second, "webhook-id"), header(first, "webhook-id"));
  EXPECT_EQ(header(second, "webhook-id"), "evt_tag_7_1");
  EXPECT_NE(header(second, "timestamp"), header(first, "timestamp"));
  world.settle();
  EXPECT_TRUE(world.store.retries.empty());
  EXPECT_FALSE(world.store.endpoints[{1}].failing_since);
}

TEST(Dispatcher, ARetryIsNotSentTwiceWhileItsEndIsNotOnDisk) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(1);
  world.transport.reject();
  world.settle();
  world.clock.advance(60s);
  world.dispatcher->on_tick();
  world.transport.deliver();
  world.dispatcher->on_tick();  // nothing has been flushed yet
  EXPECT_TRUE(world.transport.sent.empty());
  world.settle();
  world.tick(1h);
  EXPECT_TRUE(world.transport.sent.empty());
}

TEST(Dispatcher, RetryAfterIsHonouredAndCapped) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(1);
  world.transport.answer(
      {.result = OutcomeClass::kRejected, .status = 429, .retry_after = 100'000s});
  world.settle();
  ASSERT_EQ(world.store.retries.size(), 1u);
  EXPECT_EQ(world.store.retries[0].due, world.clock.now() + 1h);
}

TEST(Dispatcher, TheVendorsScheduleIsKeptAndTheEndpointTurnedOffAfter48Hours) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  const auto start = world.clock.now();
  world.append(1);
  std::vector<Milliseconds> offsets;
  while (world.store.endpoints[{1}].active && offsets.size() < 20) {
    while (world.transport.sent.empty() && world.clock.now() - start < 100h) world.tick(500ms);
    ASSERT_FALSE(world.transport.sent.empty());
    offsets.push_back(world.clock.now() - start);
    world.transport.reject(503);
    world.settle();
  }
  const auto planned = Schedule::vendor().offsets;
  ASSERT_EQ(offsets.size(), planned.size());
  for (std::size_t i = 0; i < planned.size(); ++i) {
    EXPECT_GE(offsets[i], planned[i]) << i;
    const Milliseconds wait = i == 0 ? 0s : planned[i] - planned[i - 1];
    EXPECT_LE(offsets[i], planned[i] + wait / 10 + 1s) << i;
  }
}

TEST(Dispatcher, WhatAnEndpointMissedWhileOffIsDeliveredInOrderWhenItIsTurnedOn) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(2);
  world.transport.reject();
  world.transport.reject();
  world.settle();
  world.clock.advance(48h);
  world.dispatcher->on_tick();
  while (!world.transport.sent.empty()) world.transport.reject();
  world.settle();
  ASSERT_FALSE(world.store.endpoints[{1}].active);
  world.append(3);
  world.tick(1h);
  EXPECT_TRUE(world.transport.sent.empty());

  world.store.reactivate({1}, world.clock.now());
  world.tick(1s);
  world.deliver_all();
  world.tick(1s);
  world.deliver_all();
  auto seqs = world.delivered_seqs();
  std::ranges::sort(seqs);
  EXPECT_EQ(seqs, upto(5));
  EXPECT_TRUE(world.store.retries.empty());
}

TEST(Dispatcher, AnEndpointThatIsTurnedOnStartsWithACleanSheet) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(1);
  world.transport.reject();
  world.settle();
  world.clock.advance(48h);
  world.dispatcher->on_tick();
  world.transport.reject();
  world.settle();
  ASSERT_FALSE(world.store.endpoints[{1}].active);
  world.tick();
  world.store.reactivate({1}, world.clock.now());
  world.tick(1s);
  ASSERT_FALSE(world.transport.sent.empty());
  world.transport.reject();
  world.settle();
  EXPECT_TRUE(world.store.endpoints[{1}].active);
}

TEST(Dispatcher, AnExhaustedEventOfAHealthyEndpointIsGivenUpAlone) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(1);
  int attempts = 0;
  for (int hour = 0; hour < 60; ++hour) {
    while (!world.transport.sent.empty()) {
      const bool poison = world.transport.sent.front().attempt.key.seq == EventSeq{1};
      attempts += poison;
      poison ? world.transport.reject() : world.transport.deliver();
      world.settle();
    }
    for (int i = 0; i < 120; ++i) {
      world.tick(30s);
      if (!world.transport.sent.empty()) break;
    }
    if (world.transport.sent.empty()) world.append(1);
  }
  EXPECT_EQ(attempts, 11);
  EXPECT_TRUE(world.store.endpoints[{1}].active);
  EXPECT_TRUE(world.store.retries.empty());
}

TEST(Dispatcher, ASubscriptionMadeBeforeAnEventMissesNothing) {
  World world;
  world.start();
  world.append(3);
  world.store.subscribe(kPractice, 1, kRow);  // nobody told the dispatcher
  world.append(2);
  world.tick();
  world.deliver_all();
  EXPECT_EQ(world.delivered_seqs(), (std::vector<std::int64_t>{4, 5}));
}

TEST(Dispatcher, DeliveriesStopWithTheirSubscription) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(1);
  world.transport.reject();
  world.settle();
  world.store.subscriptions.clear();
  ++world.store.version;
  world.append(1);
  world.tick(1h);
  EXPECT_TRUE(world.transport.sent.empty());
  EXPECT_TRUE(world.store.retries.empty());
}

TEST(Dispatcher, AnEndpointDeletedMidFlightLeavesNothingBehind) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(1);
  world.store.endpoints.clear();
  world.store.subscriptions.clear();
  ++world.store.version;
  world.tick();
  world.transport.reject();
  world.settle();
  world.tick(1h);
  EXPECT_TRUE(world.transport.sent.empty());
  EXPECT_TRUE(world.store.retries.empty());
}

TEST(Dispatcher, RetriesLeaveRoomForFirstAttempts) {
  World world;
  world.store.add_endpoint(2);
  world.store.subscribe(kPractice, 1, kRow);
  world.store.subscribe(kOtherPractice, 2, kRow);
  world.start({.in_flight_per_endpoint = 100, .in_flight_max = 10, .first_attempts_reserved = 4});
  for (int i = 0; i < 3; ++i) {
    world.append(10);
    while (!world.transport.sent.empty()) world.transport.reject();
    world.settle();
  }
  world.clock.advance(1h);
  world.dispatcher->on_tick();
  EXPECT_EQ(world.transport.sent.size(), 6u);
  world.store.append(kOtherPractice, kRow);
  world.dispatcher->on_events(kOtherPractice);
  EXPECT_EQ(world.transport.sent.back().attempt.key.endpoint, EndpointId{2});
}

TEST(Dispatcher, AfterAnErrorOfTheStoreNothingIsSent) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(1);
  world.store.failing = true;
  world.transport.deliver();
  world.settle();
  EXPECT_FALSE(world.dispatcher->health());
  world.append(3);
  EXPECT_TRUE(world.transport.sent.empty());
}

TEST(Dispatcher, WhatOurOwnShutdownCutOffIsSentAgainAfterwards) {
  World world;
  world.store.subscribe(kPractice, 1, kRow);
  world.start();
  world.append(2);
  world.dispatcher->stop();
  world.dispatcher->abandon();
  while (!world.transport.sent.empty())
    world.transport.answer({.result = OutcomeClass::kNotConnected});
  world.settle();
  EXPECT_TRUE(world.store.attempts.empty());
  world.start();
  world.deliver_all();
  EXPECT_EQ(world.delivered_seqs(), upto(2));
}

// A crash at any moment: what was recorded holds, the rest is sent again; nothing is lost.
void crash_once(std::uint64_t seed) {
  World world;
  world.random = SeededRandom(seed);
  SeededRandom dice(seed + 1000);
  world.store.subscribe(kPractice, 1, kRow);
  world.start({.in_flight_per_endpoint = 5});
  std::map<std::int64_t, int> accepted;
  std::map<std::int64_t, std::string> ids;
  std::int64_t bound = 0;
  std::int64_t repeated = 0;
  for (int crash = 0; crash < 4; ++crash) {
    for (int step = 0; step < 60; ++step) {
      switch (dice.below(5)) {
        case 0:
          world.append(static_cast<int>(dice.below(4)));
          break;
        case 1:
          world.store.flush();
          break;
        case 2:
          if (!world.posted.empty()) {
            auto work = std::move(world.posted.front());
            world.posted.pop_front();
            work();
          }
          break;
        case 3:
          world.clock.advance(40s), world.dispatcher->on_tick();
          break;
        default:
          if (world.transport.sent.empty()) break;
          if (dice.below(4) == 0) {
            world.transport.reject();
          } else {
            const auto taken = world.transport.deliver();
            const auto seq = taken.key.seq.value;
            repeated += accepted[seq]++ > 0;
            const auto id = header(taken, "webhook-id");
            EXPECT_EQ(ids.try_emplace(seq, id).first->second, id);
          }
      }
    }
    for (const auto& lost : world.store.unflushed)
      bound += static_cast<std::int64_t>(lost.settlement.attempts.size());
    // What the dispatcher had gathered for its next record is lost too; it was accepted all the
    // same.
    bound += static_cast<std::int64_t>(accepted.size()) -
             static_cast<std::int64_t>(std::ranges::count_if(accepted, [&](const auto& entry) {
               return std::ranges::any_of(world.store.attempts, [&](const Attempt& attempt) {
                 return attempt.key.seq.value == entry.first &&
                        attempt.outcome.result == OutcomeClass::kDelivered;
               });
             }));
    world.store.unflushed.clear();
    world.start({.in_flight_per_endpoint = 5});
  }
  for (int i = 0; i < 500; ++i) {
    world.tick(1h);
    while (!world.transport.sent.empty()) {
      const auto seq = world.transport.sent.front().attempt.key.seq.value;
      repeated += accepted[seq]++ > 0;
      world.transport.deliver();
    }
    world.settle();
  }
  EXPECT_EQ(static_cast<std::int64_t>(accepted.size()), world.store.head(kPractice).value) << seed;
  EXPECT_LE(repeated, bound) << seed;
}

TEST(Dispatcher, LosesNothingInACrashAndRepeatsOnlyWhatWasNotRecorded) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) crash_once(seed);
}

}  // namespace
}  // namespace chartbell
