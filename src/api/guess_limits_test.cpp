#include "api/guess_limits.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class GuessLimitsTest : public testing::Test {
 protected:
  int tries_until_locked(const std::string& name, const std::string& network, int most = 100) {
    int out = 0;
    while (out < most && !limits_.take(name, network)) ++out;
    return out;
  }

  FakeClock clock_;
  GuessLimits limits_{clock_};
};

TEST_F(GuessLimitsTest, TenTriesAtANameWhereverTheyComeFrom) {
  int tries = 0;
  while (!limits_.take("ada", "network " + std::to_string(tries))) ++tries;
  EXPECT_EQ(tries, 10);
  EXPECT_FALSE(limits_.take("bob", "network 0"));
}

TEST_F(GuessLimitsTest, ThirtyTriesFromANetworkWhoeverItIs) {
  int tries = 0;
  while (!limits_.take("name " + std::to_string(tries), "here")) ++tries;
  EXPECT_EQ(tries, 30);
  EXPECT_TRUE(limits_.take("here"));
  EXPECT_FALSE(limits_.take("ada", "elsewhere"));
}

TEST_F(GuessLimitsTest, WhoWaitsAsLongAsWasSaidMayTryAgain) {
  EXPECT_EQ(tries_until_locked("ada", "here"), 10);
  const auto wait = limits_.take("ada", "there");
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, 90s);
  clock_.advance(*wait);
  EXPECT_EQ(tries_until_locked("ada", "there"), 1);
  clock_.advance(15min);
  EXPECT_EQ(tries_until_locked("ada", "there"), 10);
}

TEST_F(GuessLimitsTest, WhatWasRightDoesNotCount) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(limits_.take("ada", "here"));
    ASSERT_FALSE(limits_.take("ada", "here"));
    limits_.give_back("ada", "here", 2);
  }
  EXPECT_EQ(tries_until_locked("ada", "here"), 10);
}

TEST_F(GuessLimitsTest, MoreIsNotGivenBackThanWasTaken) {
  limits_.give_back("ada", "here", 50);
  EXPECT_EQ(tries_until_locked("ada", "here"), 10);
  clock_.advance(15min);
  limits_.give_back("ada", "here", 50);
  EXPECT_EQ(tries_until_locked("ada", "here"), 10);
}

}  // namespace
}  // namespace chartbell
