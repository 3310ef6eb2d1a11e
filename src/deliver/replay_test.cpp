// Replays: a part of a log sent once more, to its end, through restarts.
#include <gtest/gtest.h>

#include "deliver/dispatcher_world_for_test.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class ReplayTest : public testing::Test, protected DispatcherWorld {
 protected:
  ReplayId replay(EndpointId endpoint, std::int64_t after, std::int64_t to,
                  bool undelivered_only = false) {
    return store.replay({.endpoint = endpoint,
                         .institution = kGreen,
                         .after = {after},
                         .to = {to},
                         .topic = *Topic::of("*", "*"),
                         .undelivered_only = undelivered_only,
                         .created_at = clock.now()});
  }
  void run_to_the_end() {
    tick();
    while (transport.open() > 0) {
      answer_all(delivered());
      tick();
    }
  }
};

TEST_F(ReplayTest, SendsItsPartOnceMoreAndIsDone) {
  const auto endpoint = subscriber();
  start();
  append(30);
  answer_all(delivered());
  const auto id = replay(endpoint, 10, 20);
  run_to_the_end();
  auto expected = numbers(1, 30);
  for (const auto seq : numbers(11, 20)) expected.push_back(seq);
  EXPECT_EQ(sent_seqs(endpoint), expected);
  EXPECT_EQ(store.replay(id).sent, 10);
  EXPECT_TRUE(store.replay(id).done_at);
  tick(1h);
  EXPECT_EQ(sent_seqs(endpoint).size(), 40U);
}

TEST_F(ReplayTest, ReachesBehindTheSubscriptionsBeginningAndLeavesOtherEventsOut) {
  start();
  append(5);
  append(5, kGreen, "patient_updated");
  const auto endpoint = subscriber();
  tick();
  const auto id = replay(endpoint, 0, 10);
  run_to_the_end();
  EXPECT_EQ(sent_seqs(endpoint), numbers(1, 5));
  EXPECT_TRUE(store.replay(id).done_at);
}

TEST_F(ReplayTest, OfTheUndeliveredOnlyLeavesOutWhatArrivedOrWaits) {
  const auto endpoint = subscriber();
  store.change_endpoint(endpoint).options.schedule = {10s};
  start();
  append(6);
  transport.answer_next(delivered());  // 1
  for (int i = 0; i < 2; ++i) transport.answer_next(rejected());
  answer_all(delivered());
  ASSERT_TRUE(tick_to_next_retry());
  answer_all(rejected());
  while (tick_to_next_retry()) answer_all(rejected());
  ASSERT_EQ(store.dead().size(), 2U);
  const auto before = sent_seqs(endpoint).size();
  replay(endpoint, 0, 6, true);
  run_to_the_end();
  auto sent = sent_seqs(endpoint);
  sent.erase(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_EQ(sent, numbers(2, 3));
}

TEST_F(ReplayTest, ContinuesAfterARestartWhereItStood) {
  const auto endpoint = subscriber();
  start();
  append(100);
  answer_all(delivered());
  const auto id = replay(endpoint, 0, 100);
  tick();
  for (int i = 0; i < 40; ++i) {
    transport.answer_next(delivered());
    settle();
  }
  const auto cursor = store.replay(id).cursor;
  EXPECT_GE(cursor, EventSeq{30});
  start();
  const auto before = sent_seqs(endpoint).size();
  run_to_the_end();
  EXPECT_TRUE(store.replay(id).done_at);
  EXPECT_LE(sent_seqs(endpoint).size() - before, 70U);
  EXPECT_EQ(store.replay(id).cursor, EventSeq{100});
}

TEST_F(ReplayTest, FailuresOfItAreRetriedAsAllOthers) {
  const auto endpoint = subscriber();
  start();
  append(3);
  answer_all(delivered());
  const auto id = replay(endpoint, 0, 3);
  tick();
  answer_all(rejected());
  EXPECT_TRUE(store.replay(id).done_at);
  EXPECT_EQ(store.replay(id).failed, 3);
  EXPECT_EQ(store.retries().size(), 3U);
}

TEST_F(ReplayTest, ACancelledOneStops) {
  const auto endpoint = subscriber();
  start();
  append(100);
  answer_all(delivered());
  const auto id = replay(endpoint, 0, 100);
  tick();
  const auto before = transport.sent().size();
  store.cancel_replay(id);
  tick();
  answer_all(delivered());
  EXPECT_EQ(transport.sent().size(), before);
}

TEST_F(ReplayTest, WhatTheLaneHasStillToSendIsLeftToIt) {
  const auto endpoint = subscriber();
  options.in_flight_per_endpoint = 2;
  start();
  append(20);
  replay(endpoint, 0, 20);
  run_to_the_end();
  auto sent = sent_seqs(endpoint);
  std::ranges::sort(sent);
  EXPECT_EQ(std::ranges::unique(sent).size(), 0U) << "sent twice though once was owed";
}

}  // namespace
}  // namespace chartbell
