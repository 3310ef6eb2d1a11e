#include "deliver/schedule.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kFirst = from_ms(1'000'000);

TEST(Schedule, EveryWaitIsTheVendorsOrUpToATenthLonger) {
  const auto schedule = Schedule::vendor();
  ASSERT_EQ(schedule.offsets.size(), 11u);
  SeededRandom random(3);
  for (int round = 0; round < 200; ++round) {
    for (std::size_t made = 1; made < schedule.offsets.size(); ++made) {
      const auto due = schedule.next(static_cast<int>(made), kFirst, {}, random);
      ASSERT_TRUE(due);
      const auto wait = schedule.offsets[made] - schedule.offsets[made - 1];
      EXPECT_GE(*due - kFirst, schedule.offsets[made]);
      EXPECT_LE(*due - kFirst, schedule.offsets[made] + Milliseconds(wait) / 10);
    }
  }
}

TEST(Schedule, EndsAfterElevenAttempts) {
  SeededRandom random(3);
  EXPECT_FALSE(Schedule::vendor().next(11, kFirst, {}, random));
}

TEST(Schedule, WhatTheReceiverAsksForOnlyDelays) {
  SeededRandom random(3);
  const auto schedule = Schedule::vendor();
  EXPECT_EQ(schedule.next(1, kFirst, kFirst + 10min, random), kFirst + 10min);
  EXPECT_GE(*schedule.next(1, kFirst, kFirst + 1s, random), kFirst + 30s);
}

}  // namespace
}  // namespace chartbell
