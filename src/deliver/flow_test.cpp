// Flow: windows that fit, rates and circuits.
#include "deliver/flow.h"

#include <set>

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kStart = from_ms(1'000'000);

Outcome answered(Microseconds latency) {
  return {.result = OutcomeClass::kDelivered, .status = 200, .latency = latency};
}

Flow flow(FlowLimits limits = {.window = 32, .rate_per_second = {}}) {
  Flow out;
  out.limit(limits);
  return out;
}

void end(Flow& flow, const Outcome& outcome, WallTime now = kStart) {
  static SeededRandom random(1);
  flow.ended(outcome, now, random);
}

// Sends one and lets it end.
void exchange(Flow& flow, const Outcome& outcome, WallTime now = kStart) {
  ASSERT_TRUE(flow.may_send(now));
  flow.sent();
  end(flow, outcome, now);
}

// A pause from `from` that may be shortened, but not by more than half.
void expect_pause(const Flow& flow, WallTime from, Milliseconds longest) {
  ASSERT_TRUE(flow.opens_at());
  EXPECT_LE(*flow.opens_at(), from + longest);
  EXPECT_GE(*flow.opens_at(), from + longest / 2);
}

TEST(FlowTest, AnUnknownEndpointGetsAFewAndAKnownOneMore) {
  auto flow = chartbell::flow();
  EXPECT_EQ(flow.window(), Flow::kProbation);
  EXPECT_FALSE(flow.trusted());
  for (int i = 0; i < 1000; ++i) exchange(flow, answered(80ms));
  EXPECT_TRUE(flow.trusted());
  EXPECT_EQ(flow.window(), 32U) << "answers take their time, however few: more are of use";
}

TEST(FlowTest, WhereMoreInFlightOnlyWaitLongerTheWindowStaysSmall) {
  auto flow = chartbell::flow();
  exchange(flow, answered(100us));
  for (int i = 0; i < 5000; ++i)
    exchange(flow, answered(Microseconds(100 * static_cast<std::int64_t>(flow.window()))));
  EXPECT_LE(flow.window(), 4U);
  EXPECT_GE(flow.window(), Flow::kUsefulMin);
}

TEST(FlowTest, TheCircuitOpensAfterFiveInARowThatFoundNobodyAndClosesWithAnAnswer) {
  auto flow = chartbell::flow();
  const Outcome nobody{.result = OutcomeClass::kNotConnected};
  for (int i = 0; i < Flow::kUnansweredMax; ++i) {
    EXPECT_EQ(flow.circuit(), Circuit::kClosed);
    exchange(flow, nobody);
  }
  EXPECT_EQ(flow.circuit(), Circuit::kOpen);
  EXPECT_FALSE(flow.may_send(kStart));
  expect_pause(flow, kStart, Flow::kProbePauseMin);
  const auto probe = kStart + Flow::kProbePauseMin;
  ASSERT_TRUE(flow.may_send(probe));
  flow.sent();
  EXPECT_FALSE(flow.may_send(probe)) << "one at a time";
  end(flow, nobody, probe);
  expect_pause(flow, probe, 2 * Flow::kProbePauseMin);
  exchange(flow, {.result = OutcomeClass::kRejected, .status = 500}, probe + 1h);
  EXPECT_EQ(flow.circuit(), Circuit::kClosed);
}

TEST(FlowTest, PausesBetweenProbesGrowToAMinute) {
  auto flow = chartbell::flow();
  auto now = kStart;
  for (int i = 0; i < 40; ++i) {
    exchange(flow, {.result = OutcomeClass::kTimedOut}, now);
    now = flow.opens_at().value_or(now);
  }
  exchange(flow, {.result = OutcomeClass::kTimedOut}, now);
  expect_pause(flow, now, Flow::kProbePauseMax);
}

TEST(FlowTest, ThoseWhoDiedTogetherAreNotProbedTogether) {
  std::set<WallTime> probes;
  for (int i = 0; i < 100; ++i) {
    auto flow = chartbell::flow();
    for (int n = 0; n < Flow::kUnansweredMax; ++n)
      exchange(flow, {.result = OutcomeClass::kNotConnected});
    probes.insert(flow.opens_at().value());
  }
  EXPECT_GT(probes.size(), 80U);
}

TEST(FlowTest, ARateIsNotExceededAndAClockTurnedBackGivesNothing) {
  auto flow = chartbell::flow({.window = 256, .rate_per_second = 10});
  int sent = 0;
  auto now = kStart;
  for (int ms = 0; ms < 10'000; ++ms, now += 1ms) {
    while (flow.may_send(now)) {
      exchange(flow, answered(1ms), now);
      ++sent;
    }
  }
  EXPECT_GE(sent, 99);
  EXPECT_LE(sent, 102);
  EXPECT_FALSE(flow.may_send(now - 1h));
  EXPECT_TRUE(flow.may_send(now - 1h + 101ms));
}

}  // namespace
}  // namespace chartbell
