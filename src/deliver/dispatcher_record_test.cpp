// What is written at once, and what waits to be written with others.
#include <gtest/gtest.h>

#include "deliver/dispatcher_world_for_test.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class DispatcherRecordTest : public testing::Test, protected DispatcherWorld {
 protected:
  DispatcherRecordTest() {
    options.checkpoint_interval = 1h;
    options.failures_wait = 50ms;
  }
  std::vector<std::int64_t> recorded_seqs() const {
    std::vector<std::int64_t> out;
    for (const auto& attempt : store.attempts()) out.push_back(attempt.key.seq.value);
    return out;
  }
};

TEST_F(DispatcherRecordTest, AnEndpointsFailuresWaitAMomentAndAreWrittenTogether) {
  const auto endpoint = subscriber();
  start();
  append(2);
  transport.answer_next(rejected());
  tick(30ms);
  transport.answer_next(rejected());
  tick(19ms);
  EXPECT_EQ(store.settlements(), 0U);
  tick(1ms);
  EXPECT_EQ(store.settlements(), 1U);
  EXPECT_EQ(store.attempts().size(), 2U);
  EXPECT_EQ(store.retries().size(), 2U);
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{2});
}

TEST_F(DispatcherRecordTest, EachEndpointsFailuresWaitTheirOwnTime) {
  const auto one = subscriber();
  const auto two = subscriber();
  start();
  append(1);
  transport.answer_next(rejected());
  tick(30ms);
  transport.answer_next(rejected());
  tick(20ms);
  EXPECT_EQ(store.retries().size(), 1U);
  EXPECT_EQ(store.cursor({kGreen, one}), EventSeq{1});
  EXPECT_EQ(store.cursor({kGreen, two}), EventSeq{0});
  tick(30ms);
  EXPECT_EQ(store.retries().size(), 2U);
  EXPECT_EQ(store.cursor({kGreen, two}), EventSeq{1});
}

TEST_F(DispatcherRecordTest, OfManyEndpointsAFewAreWrittenAtATime) {
  for (int i = 0; i < 40; ++i) subscriber();
  start();
  append(3);
  while (transport.open() > 0) transport.answer_next(rejected());
  clock.advance(50ms);
  dispatcher->on_tick();
  for (std::size_t written = 18; written < 120; written += 18) {
    ASSERT_TRUE(store.write_next());
    EXPECT_EQ(store.attempts().size(), written);
    take_turns();
  }
  settle();
  EXPECT_EQ(store.attempts().size(), 120U);
  EXPECT_EQ(store.retries().size(), 120U);
}

TEST_F(DispatcherRecordTest, OfVeryManyEndpointsAPartIsWrittenAtATime) {
  options.in_flight_max = 2'000;
  options.suspects_max = 2'000;
  for (int i = 0; i < 1'000; ++i) subscriber();
  start();
  append(1);
  while (transport.open() > 0) transport.answer_next(rejected());
  clock.advance(50ms);
  dispatcher->on_tick();
  ASSERT_TRUE(store.write_next());
  EXPECT_EQ(store.attempts().size(), 250U);
}

TEST_F(DispatcherRecordTest, RetriesThatAreDeliveredAreWrittenHoweverManyEndpointsHaveThem) {
  for (int i = 0; i < 40; ++i) subscriber();
  start();
  append(1);
  answer_all(rejected());
  tick(1h);
  ASSERT_EQ(transport.open(), 40U);
  transport.answer_next(delivered());
  while (transport.open() > 0) transport.answer_next(delivered());
  ASSERT_TRUE(store.write_next());
  take_turns();
  ASSERT_TRUE(store.write_next());
  EXPECT_TRUE(store.retries().empty());
}

TEST_F(DispatcherRecordTest, AFailureLaterOnWaitsAsLong) {
  subscriber();
  start();
  for (std::size_t i = 1; i <= 3; ++i) {
    append(1);
    answer_all(rejected());
    tick(49ms);
    EXPECT_EQ(store.settlements(), i - 1);
    tick(1ms);
    EXPECT_EQ(store.settlements(), i);
  }
}

TEST_F(DispatcherRecordTest, WhatIsDeliveredAtFirstIsWrittenAtOnceAndAlone) {
  const auto endpoint = subscriber();
  start();
  append(2);
  transport.answer_next(rejected());
  answer_all(delivered());
  EXPECT_EQ(recorded_seqs(), numbers(2, 2));
  EXPECT_TRUE(store.retries().empty());
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{0}) << "the first event would be lost";
  tick(50ms);
  EXPECT_EQ(store.retries().size(), 1U);
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{2});
}

TEST_F(DispatcherRecordTest, AfterACrashAFailureThatWaitedIsSentAgainAndNothingElse) {
  const auto endpoint = subscriber();
  start();
  append(3);
  transport.answer_next(rejected());
  answer_all(delivered());
  start();
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 2, 3, 1}));
  EXPECT_EQ(transport.sent().back().number, 1);
}

TEST_F(DispatcherRecordTest, ARetryThatIsDeliveredIsWrittenAtOnceAndAlone) {
  subscriber();
  start();
  append(1);
  answer_all(rejected());
  tick(50ms);
  ASSERT_TRUE(tick_to_next_retry());
  append(1);
  ASSERT_EQ(transport.open(), 2U);
  transport.answer(1, rejected());
  settle();
  EXPECT_EQ(store.attempts().size(), 1U);
  answer_all(delivered());
  EXPECT_EQ(store.attempts().size(), 2U);
  EXPECT_TRUE(store.retries().empty());
  tick(50ms);
  ASSERT_EQ(store.retries().size(), 1U);
  EXPECT_EQ(store.retries().front().key.seq, EventSeq{2});
}

TEST_F(DispatcherRecordTest, OfAReplayWhatIsDeliveredIsWrittenAtOnce) {
  const auto endpoint = subscriber();
  start();
  append(2);
  answer_all(delivered());
  const auto replay = store.replay(
      {.endpoint = endpoint, .institution = kGreen, .to = {2}, .topic = *Topic::of("*", "*")});
  tick();
  ASSERT_EQ(transport.open(), 2U);
  transport.answer_next(delivered());
  settle();
  EXPECT_EQ(store.replay(replay).sent, 1);
  EXPECT_EQ(store.replay(replay).cursor, EventSeq{1});
}

TEST_F(DispatcherRecordTest, ManyFailuresDoNotWait) {
  options.in_flight_per_endpoint = 400;
  subscriber();
  start();
  append(300);
  while (store.settlements() == 0 && transport.open() > 0) {
    transport.answer_next(rejected());
    settle();
  }
  EXPECT_EQ(store.attempts().size(), 256U);
}

TEST_F(DispatcherRecordTest, AClockThatIsSetBackHoldsNothingUp) {
  options.checkpoint_interval = 1s;
  const auto endpoint = subscriber();
  start();
  append(2);
  clock.jump(-1h);
  transport.answer_next(rejected());
  tick(50ms);
  EXPECT_EQ(store.retries().size(), 1U);
  transport.answer_next(delivered());
  settle();
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{1});
  tick(1s);
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{2});
}

TEST_F(DispatcherRecordTest, ACheckpointAndAStopWriteWhatWaits) {
  subscriber();
  start();
  append(1);
  answer_all(rejected());
  tick(1h);
  EXPECT_EQ(store.attempts().size(), 1U);
  ASSERT_EQ(transport.open(), 1U) << "the retry";
  dispatcher->stop();
  answer_all(rejected());
  EXPECT_EQ(store.attempts().size(), 2U);
  EXPECT_TRUE(dispatcher->at_rest());
}

}  // namespace
}  // namespace chartbell
