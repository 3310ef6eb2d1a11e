#include "api/token.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "support/fake_clock.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class TokenTest : public testing::Test {
 protected:
  static std::string part(std::string_view token, int index) {
    for (int i = 0; i < index; ++i) token.remove_prefix(token.find('.') + 1);
    return std::string(token.substr(0, token.find('.')));
  }
  static json::value decoded(std::string_view token, int index) {
    return json::parse(*from_base64url(part(token, index)));
  }
  // A token of any header and claims, signed with our key.
  static std::string forged(std::string_view header, std::string_view claims,
                            std::string_view key = "key") {
    const auto signed_part = to_base64url(header) + "." + to_base64url(claims);
    return signed_part + "." + to_base64url(Hmac(key).sign({signed_part}));
  }

  FakeClock clock_;
  SeededRandom random_{1};
  TokenMint mint_{"key", 1h, clock_, random_};
};

TEST_F(TokenTest, ATokenHasTheClaimsOfTheContract) {
  const auto token = mint_.mint({42}, 3);
  EXPECT_EQ(decoded(token, 0).at("alg").as_string(), "HS256");
  const auto claims = decoded(token, 1);
  EXPECT_EQ(claims.at("sub").as_string(), "42");
  EXPECT_EQ(claims.at("scp").as_string(), "api_user");
  EXPECT_EQ(claims.at("iat").as_int64(), 1'700'000'000);
  EXPECT_EQ(claims.at("exp").as_int64(), 1'700'003'600);
  const auto read = mint_.check(token);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->account, AccountId{42});
  EXPECT_EQ(read->generation, 3);
  EXPECT_EQ(read->id, claims.at("jti").as_string());
  EXPECT_EQ(read->expires_at, clock_.now() + 1h);
}

TEST_F(TokenTest, ATokenLivesAnHourAndNoSecondLonger) {
  const auto token = mint_.mint({42}, 3);
  clock_.advance(1h - 1s);
  EXPECT_TRUE(mint_.check(token));
  clock_.advance(1s);
  EXPECT_FALSE(mint_.check(token));
}

TEST_F(TokenTest, TwoTokensOfOneMomentDiffer) {
  const auto one = mint_.mint({42}, 3);
  const auto two = mint_.mint({42}, 3);
  EXPECT_NE(decoded(one, 1).at("jti").as_string(), decoded(two, 1).at("jti").as_string());
}

TEST_F(TokenTest, AnyChangedCharacterIsNoticed) {
  const auto token = mint_.mint({42}, 3);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(mint_.check(changed)) << i;
  }
}

TEST_F(TokenTest, AnotherKeyIsRefused) {
  TokenMint other("other", 1h, clock_, random_);
  EXPECT_FALSE(mint_.check(other.mint({42}, 3)));
}

TEST_F(TokenTest, NoOtherAlgorithmCanBeAskedFor) {
  const auto token = mint_.mint({42}, 3);
  const auto claims = part(token, 1);
  for (const auto* header : {R"({"alg":"none"})", R"({"alg":"none","typ":"JWT"})",
                             R"({"typ":"JWT","alg":"HS256"})", R"({"alg":"HS512","typ":"JWT"})"}) {
    EXPECT_FALSE(mint_.check(to_base64url(header) + "." + claims + ".")) << header;
    EXPECT_FALSE(mint_.check(to_base64url(header) + "." + claims)) << header;
    EXPECT_FALSE(mint_.check(forged(header, *from_base64url(claims)))) << header;
  }
}

TEST_F(TokenTest, WhatIsNoTokenIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("..."),
        std::string("a.b.c"), std::string(5000, 'a'), std::string(2000, '.')})
    EXPECT_FALSE(mint_.check(text)) << text.substr(0, 10);
}

}  // namespace
}  // namespace chartbell
