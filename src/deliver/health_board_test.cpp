#include "deliver/health_board.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace chartbell {
namespace {

using std::chrono::minutes;

class HealthBoardTest : public testing::Test {
 protected:
  void attempt(OutcomeClass result, Microseconds latency = Microseconds(1'000),
               InstitutionId institution = {1}) {
    Outcome outcome{.result = result};
    outcome.latency = latency;
    board.add({institution, {7}, {1}}, outcome, 0, Circuit::kClosed);
  }
  ActivityMinute last(std::size_t back = 0) {
    const auto all = board.activity({1}).minutes;
    EXPECT_EQ(all.size(), kActivityMinutes);
    return all.at(all.size() - 1 - back);
  }

  FakeClock clock;
  HealthBoard board{clock};
};

TEST_F(HealthBoardTest, MinutesCountWhatEndedInThem) {
  attempt(OutcomeClass::kDelivered);
  attempt(OutcomeClass::kRejected);
  clock.advance(minutes(1));
  attempt(OutcomeClass::kDelivered);
  EXPECT_EQ(last().attempts, 1);
  EXPECT_EQ(last().successes, 1);
  EXPECT_EQ(last(1).attempts, 2);
  EXPECT_EQ(last(1).successes, 1);
  EXPECT_EQ(board.activity({2}).minutes.back().attempts, 0) << "another's";
}

TEST_F(HealthBoardTest, AnHourAgoIsForgotten) {
  attempt(OutcomeClass::kDelivered);
  clock.advance(minutes(60));
  EXPECT_EQ(last().attempts, 0) << "the same slot of the ring";
  EXPECT_EQ(board.activity({1}).p50, std::nullopt);
  EXPECT_EQ(board.stats({7}).attempts, 0);
}

TEST_F(HealthBoardTest, EventsAreWhatTheLogHasGrownBy) {
  board.grown({1}, {40});
  EXPECT_EQ(last().events, 0) << "nobody knows when those came";
  board.grown({1}, {43});
  board.grown({1}, {42});
  clock.advance(minutes(1));
  board.grown({1}, {44});
  EXPECT_EQ(last(1).events, 3);
  EXPECT_EQ(last().events, 1);
}

TEST_F(HealthBoardTest, PercentilesAreWithinAFifth) {
  for (int i = 0; i < 98; ++i) attempt(OutcomeClass::kDelivered, Microseconds(10'000));
  for (int i = 0; i < 2; ++i) attempt(OutcomeClass::kDelivered, Microseconds(900'000));
  const auto activity = board.activity({1});
  EXPECT_NEAR(static_cast<double>(activity.p50->count()), 10'000, 2'000);
  EXPECT_NEAR(static_cast<double>(activity.p95->count()), 10'000, 2'000);
  EXPECT_NEAR(static_cast<double>(activity.p99->count()), 900'000, 180'000);
  EXPECT_EQ(board.stats({7}).p50, activity.p50);
}

}  // namespace
}  // namespace chartbell
