#include "forms/session.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow = from_ms(1'700'000'000'000);
constexpr std::string_view kToken = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";

class SessionTest : public testing::Test {
 protected:
  static FormSession at(WallTime begun, WallTime seen) {
    return {SessionState::kOpened, std::chrono::floor<std::chrono::seconds>(begun),
            std::chrono::floor<std::chrono::seconds>(seen)};
  }
  static HttpFields sent(std::string_view set_cookie) {
    return {{"Cookie", std::string(set_cookie.substr(0, set_cookie.find(';')))}};
  }
  HttpFields fields(const FormSession& session) const {
    return sent(keeper_.cookie(kToken, session));
  }

  SessionKeeper keeper_{std::string(32, 'k'), SessionKeeper::Cookies::kSecure};
  FormSession session_ = at(kNow, kNow);
};

TEST_F(SessionTest, TheCookieIsForThisLinkAndNoScript) {
  const auto cookie = keeper_.cookie(kToken, session_);
  EXPECT_NE(cookie.find("; Path=/f/" + std::string(kToken) + "; HttpOnly; SameSite=Strict; Secure"),
            std::string::npos)
      << cookie;
  const SessionKeeper plain(std::string(32, 'k'), SessionKeeper::Cookies::kPlain);
  EXPECT_EQ(plain.cookie(kToken, session_).find("Secure"), std::string::npos);
}

TEST_F(SessionTest, WhatWasGivenIsTakenBack) {
  EXPECT_EQ(keeper_.session(fields(session_), kToken), session_);
  session_.state = SessionState::kCompleted;
  EXPECT_EQ(keeper_.session(fields(session_), kToken), session_);
}

TEST_F(SessionTest, ItStandsAmongOtherCookies) {
  const auto own = fields(session_)[0].second;
  for (const auto& cookies : {"a=b; " + own, own + ";c=d", "form=1.o.1.1.x; " + own,
                              "form=; formula=7;  " + own + "; form=nonsense"})
    EXPECT_EQ(keeper_.session({{"cookie", cookies}}, kToken), session_) << cookies;
}

TEST_F(SessionTest, OneChangedCharacterIsNoSession) {
  const auto own = fields(session_)[0].second;
  for (std::size_t i = 0; i < own.size(); ++i) {
    auto other = own;
    other[i] = other[i] == 'x' ? 'y' : 'x';
    EXPECT_EQ(keeper_.session({{"cookie", other}}, kToken), std::nullopt) << other;
  }
  for (const auto* nonsense : {"form", "form=", "form=....", "form=1.o", ";;;", "="})
    EXPECT_EQ(keeper_.session({{"cookie", nonsense}}, kToken), std::nullopt) << nonsense;
  EXPECT_EQ(keeper_.session({}, kToken), std::nullopt);
}

TEST_F(SessionTest, AnotherLinkOrKeyKnowsNothingOfIt) {
  auto other = std::string(kToken);
  other[0] = 'Z';
  EXPECT_EQ(keeper_.session(fields(session_), other), std::nullopt);
  const SessionKeeper stranger(std::string(32, 's'), SessionKeeper::Cookies::kSecure);
  EXPECT_EQ(stranger.session(fields(session_), kToken), std::nullopt);
}

TEST_F(SessionTest, EndsAfterHalfAnHourOfRestAndFourHoursInAll) {
  EXPECT_TRUE(lasts(session_, kNow + 30min - 1s));
  EXPECT_FALSE(lasts(session_, kNow + 30min));
  const auto busy = at(kNow, kNow + 4h - 1min);
  EXPECT_TRUE(lasts(busy, kNow + 4h - 1s));
  EXPECT_FALSE(lasts(busy, kNow + 4h));
}

TEST_F(SessionTest, TheFormsSecretLastsAsLongAsTheSession) {
  const auto secret = keeper_.form_secret(kToken, session_);
  EXPECT_EQ(keeper_.form_secret(kToken, at(kNow, kNow + 10min)), secret);
  EXPECT_NE(keeper_.form_secret(kToken, at(kNow + 1s, kNow + 1s)), secret);
  EXPECT_EQ(keeper_.cookie(kToken, session_).find(secret), std::string::npos);
}

TEST_F(SessionTest, ANameIsTheSameEachTimeAndNobodyElses) {
  const auto name = keeper_.name_for("d2594a76862247209d4c35a92e0902f8");
  EXPECT_EQ(name.size(), 32u);
  EXPECT_EQ(name.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(keeper_.name_for("d2594a76862247209d4c35a92e0902f8"), name);
  EXPECT_NE(keeper_.name_for("d2594a76862247209d4c35a92e0902f9"), name);
}

TEST(LinkHash, IsOfTheTokenAsItIsWritten) {
  EXPECT_EQ(link_hash(kToken), sha256(kToken));
}

}  // namespace
}  // namespace chartbell
