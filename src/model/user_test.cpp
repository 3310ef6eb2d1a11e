#include "model/user.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::chrono_literals;

TEST(UserTest, RolesHaveNamesAndEachMayWhatTheOneBeforeMay) {
  for (const auto role : kRoles) EXPECT_EQ(role_named(name(role)), role);
  EXPECT_FALSE(role_named("Admin"));
  EXPECT_FALSE(role_named(""));
  EXPECT_EQ(scopes_of(Role::kViewer).text(), "read,webhooks.read");
  EXPECT_EQ(scopes_of(Role::kOperator), Scopes::all());
  EXPECT_EQ(scopes_of(Role::kAdmin), Scopes::all());
  for (const auto scope : kScopes) EXPECT_TRUE(scopes_of(role_for(scope)).has(scope));
}

TEST(UserTest, ANameIsShortAndPlain) {
  for (const auto* good : {"ada", "a1", "7up", "ada.lovelace", "ada@green-dental.example", "x_y"})
    EXPECT_TRUE(is_user_name(good)) << good;
  for (const auto* bad : {"", "a", "Ada", ".ada", "@x", "ada lovelace", "ad\xc3\xa4", "a/b", "a\n"})
    EXPECT_FALSE(is_user_name(bad)) << bad;
  EXPECT_TRUE(is_user_name(std::string(64, 'a')));
  EXPECT_FALSE(is_user_name(std::string(65, 'a')));
}

class SessionLifeTest : public testing::Test {
 protected:
  bool lasts_at(Milliseconds age, Milliseconds unseen) {
    UserSession session = session_;
    session.created_at = now_ - age;
    session.seen_at = now_ - unseen;
    return lasts(session, now_);
  }

  const WallTime now_ = from_ms(1'700'000'000'000);
  UserSession session_{};
};

TEST_F(SessionLifeTest, AQuarterOfAnHourUnseenEndsIt) {
  EXPECT_TRUE(lasts_at(1h, 15min - 1ms));
  EXPECT_FALSE(lasts_at(1h, 15min));
}

TEST_F(SessionLifeTest, TwelveHoursEndItHoweverBusyItIs) {
  EXPECT_TRUE(lasts_at(12h - 1ms, 0ms));
  EXPECT_FALSE(lasts_at(12h, 0ms));
}

TEST_F(SessionLifeTest, TheSecondFactorComesWithinFiveMinutesAndFiveTries) {
  session_.state = SignInState::kPasswordOnly;
  EXPECT_TRUE(lasts_at(5min - 1ms, 5min - 1ms));
  EXPECT_FALSE(lasts_at(5min, 0ms));
  session_.wrong_codes = kWrongCodesMost;
  EXPECT_FALSE(lasts_at(0ms, 0ms));
}

}  // namespace
}  // namespace chartbell
