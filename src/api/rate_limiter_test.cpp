#include "api/rate_limiter.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class RateLimiterTest : public testing::Test {
 protected:
  int admitted(const Account& account, RateClass of, int tries) {
    int out = 0;
    for (int i = 0; i < tries; ++i) out += limiter_.admit(account, of) ? 0 : 1;
    return out;
  }

  FakeClock clock_;
  RateLimiter limiter_{clock_};
  Account account_{.id = {1}};
};

TEST_F(RateLimiterTest, AKeyHasAHundredRequestsASecond) {
  EXPECT_EQ(admitted(account_, RateClass::kOthers, 500), 100);
  EXPECT_EQ(limiter_.admit(account_, RateClass::kOthers), 1s);
  clock_.advance(100ms);
  EXPECT_EQ(admitted(account_, RateClass::kOthers, 500), 10);
  clock_.advance(1s);
  EXPECT_EQ(admitted(account_, RateClass::kOthers, 500), 100);
}

TEST_F(RateLimiterTest, RecordsHaveALimitOfTheirOwn) {
  account_.limits.per_second = 0;
  EXPECT_EQ(admitted(account_, RateClass::kRecords, 3000), 1000);
  EXPECT_EQ(admitted(account_, RateClass::kOthers, 3000), 2000);
  clock_.advance(6s);
  EXPECT_EQ(admitted(account_, RateClass::kRecords, 3000), 100);
  EXPECT_EQ(admitted(account_, RateClass::kOthers, 3000), 200);
}

TEST_F(RateLimiterTest, WhoWaitsAsLongAsToldIsAdmitted) {
  account_.limits = {.per_second = 0, .records_per_minute = 2, .per_minute = 0};
  EXPECT_EQ(admitted(account_, RateClass::kRecords, 5), 2);
  const auto wait = limiter_.admit(account_, RateClass::kRecords);
  ASSERT_EQ(wait, 30s);
  clock_.advance(*wait - 1ms);
  EXPECT_TRUE(limiter_.admit(account_, RateClass::kRecords));
  clock_.advance(1ms);
  EXPECT_FALSE(limiter_.admit(account_, RateClass::kRecords));
}

TEST_F(RateLimiterTest, OneKeyTakesNothingFromAnother) {
  const Account other{.id = {2}};
  admitted(account_, RateClass::kOthers, 500);
  EXPECT_EQ(admitted(other, RateClass::kOthers, 500), 100);
}

TEST_F(RateLimiterTest, NoLimitIsNoLimit) {
  account_.limits = {.per_second = 0, .records_per_minute = 0, .per_minute = 0};
  EXPECT_EQ(admitted(account_, RateClass::kOthers, 10'000), 10'000);
}

TEST_F(RateLimiterTest, AnAddressMayBeWrongTenTimesAMinute) {
  for (int i = 0; i < RateLimiter::kFailuresPerMinute; ++i) EXPECT_FALSE(limiter_.fail("::1"));
  EXPECT_EQ(limiter_.fail("::1"), 6s);
  EXPECT_FALSE(limiter_.fail("::2"));
  clock_.advance(6s);
  EXPECT_FALSE(limiter_.fail("::1"));
  EXPECT_TRUE(limiter_.fail("::1"));
}

TEST_F(RateLimiterTest, AddressesWithoutNumberShareWhatIsLeft) {
  for (std::size_t i = 0; i < RateLimiter::kAddressesMax; ++i) limiter_.fail(std::to_string(i));
  for (int i = 0; i < RateLimiter::kFailuresPerMinute; ++i)
    EXPECT_FALSE(limiter_.fail("late " + std::to_string(i)));
  EXPECT_TRUE(limiter_.fail("too late"));
  clock_.advance(1min);
  EXPECT_FALSE(limiter_.fail("early again"));
}

TEST(RateClassTest, IsOfTheRoute) {
  EXPECT_EQ(rate_class("/patients"), RateClass::kRecords);
  EXPECT_EQ(rate_class("/patients/{}/documents"), RateClass::kRecords);
  EXPECT_EQ(rate_class("/appointments/{}"), RateClass::kRecords);
  EXPECT_EQ(rate_class("/appointment_types"), RateClass::kOthers);
  EXPECT_EQ(rate_class("/api/v1/events"), RateClass::kOthers);
}

}  // namespace
}  // namespace chartbell
