#include "forms/lock.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow = from_ms(1'700'000'000'000);

FormRequest after(int wrong_dates, WallTime at = kNow) {
  return {.wrong_dates = wrong_dates, .wrong_date_at = at};
}

TEST(DateLock, FourWrongDatesAreFree) {
  EXPECT_EQ(locked_until({}, kNow), std::nullopt);
  for (int wrong = 1; wrong <= 4; ++wrong) {
    EXPECT_EQ(locked_until(after(wrong), kNow), std::nullopt);
    EXPECT_EQ(wrong_date(wrong), WrongDate::kAgain);
  }
}

TEST(DateLock, EachFromTheFifthOnLocksForAQuarterOfAnHour) {
  for (int wrong = 5; wrong <= 9; ++wrong) {
    EXPECT_EQ(wrong_date(wrong), WrongDate::kLocks);
    EXPECT_EQ(locked_until(after(wrong), kNow), kNow + 15min);
    EXPECT_EQ(locked_until(after(wrong), kNow + 15min - 1ms), kNow + 15min);
    EXPECT_EQ(locked_until(after(wrong), kNow + 15min), std::nullopt);
  }
}

TEST(DateLock, TheTenthEndsTheLink) {
  EXPECT_EQ(wrong_date(10), WrongDate::kEnds);
  EXPECT_EQ(wrong_date(11), WrongDate::kEnds);
}

TEST(DateLock, AClockThatIsSetBackLocksNobodyForLonger) {
  EXPECT_EQ(locked_until(after(5, kNow + 24h), kNow), kNow + 15min);
}

}  // namespace
}  // namespace chartbell
