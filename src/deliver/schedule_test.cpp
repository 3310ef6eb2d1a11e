#include "deliver/schedule.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::chrono_literals;

const WallTime kFirst = from_ms(1'700'000'000'000);

TEST(ScheduleTest, TheVendorsOffsetsAreElevenInFortyEightHours) {
  const std::vector<std::chrono::seconds> wanted = {0s, 30s, 90s, 210s, 10min, 30min,
                                                    2h, 5h,  10h, 24h,  48h};
  EXPECT_EQ(Schedule::vendor().offsets, wanted);
}

TEST(ScheduleTest, EachWaitIsNeverShorterAndAtMostATenthLonger) {
  SeededRandom random(7);
  const auto schedule = Schedule::vendor();
  for (int attempts = 1; attempts <= 10; ++attempts) {
    const auto index = static_cast<std::size_t>(attempts);
    const Milliseconds offset = schedule.offsets[index];
    const Milliseconds wait = offset - schedule.offsets[index - 1];
    Milliseconds least = Milliseconds::max();
    Milliseconds most{0};
    for (int draw = 0; draw < 1000; ++draw) {
      const auto due = schedule.next(attempts, kFirst, std::nullopt, random);
      ASSERT_TRUE(due);
      least = std::min(least, *due - kFirst);
      most = std::max(most, *due - kFirst);
    }
    EXPECT_GE(least, offset) << attempts;
    EXPECT_LE(most, offset + wait / 10) << attempts;
    EXPECT_GT(most - least, wait / 11) << "not spread over the tenth: " << attempts;
  }
}

TEST(ScheduleTest, WithoutJitterTheOffsetsAreExact) {
  SeededRandom random(7);
  auto schedule = Schedule::vendor();
  schedule.jitter = 0;
  EXPECT_EQ(schedule.next(1, kFirst, std::nullopt, random), kFirst + 30s);
  EXPECT_EQ(schedule.next(10, kFirst, std::nullopt, random), kFirst + 48h);
}

TEST(ScheduleTest, ALaterRetryAfterWinsAndAnEarlierOneDoesNot) {
  SeededRandom random(7);
  auto schedule = Schedule::vendor();
  schedule.jitter = 0;
  EXPECT_EQ(schedule.next(1, kFirst, kFirst + 40s, random), kFirst + 40s);
  EXPECT_EQ(schedule.next(1, kFirst, kFirst + 5s, random), kFirst + 30s);
  EXPECT_EQ(schedule.next(1, kFirst, kFirst - 1h, random), kFirst + 30s);
}

TEST(ScheduleTest, AfterElevenAttemptsThereIsNoMoreNotEvenWhenAskedFor) {
  SeededRandom random(7);
  const auto schedule = Schedule::vendor();
  EXPECT_FALSE(schedule.next(11, kFirst, std::nullopt, random));
  EXPECT_FALSE(schedule.next(11, kFirst, kFirst + 72h, random));
  EXPECT_FALSE(schedule.next(12, kFirst, std::nullopt, random));
}

}  // namespace
}  // namespace chartbell
