#include "base/totp.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSecret = "12345678901234567890";

// RFC 6238, appendix B, the rows of SHA1, cut to six digits.
TEST(TotpTest, CodesAreThoseOfTheStandard) {
  constexpr std::pair<std::int64_t, const char*> kRows[] = {{59, "287082"},
                                                            {1'111'111'109, "081804"},
                                                            {1'111'111'111, "050471"},
                                                            {1'234'567'890, "005924"},
                                                            {2'000'000'000, "279037"},
                                                            {20'000'000'000, "353130"}};
  for (const auto& [seconds, code] : kRows)
    EXPECT_EQ(totp_code(kSecret, totp_step(from_ms(seconds * 1000))), code) << seconds;
}

TEST(TotpTest, OneStepToEitherSideIsTakenAndNoMore) {
  const auto now = from_ms(1'234'567'890'000);
  const auto present = totp_step(now);
  for (std::int64_t away = -3; away <= 3; ++away) {
    const auto found = totp_match(kSecret, totp_code(kSecret, present + away), now, 0);
    EXPECT_EQ(found, away >= -1 && away <= 1 ? std::optional(present + away) : std::nullopt)
        << away;
  }
}

TEST(TotpTest, ACodeIsGoodOnceAndWhatIsBeforeItNoMore) {
  const auto now = from_ms(1'234'567'890'000);
  const auto present = totp_step(now);
  EXPECT_TRUE(totp_match(kSecret, totp_code(kSecret, present), now, present - 1));
  EXPECT_FALSE(totp_match(kSecret, totp_code(kSecret, present), now, present));
  EXPECT_FALSE(totp_match(kSecret, totp_code(kSecret, present - 1), now, present));
  EXPECT_TRUE(totp_match(kSecret, totp_code(kSecret, present + 1), now, present));
}

TEST(TotpTest, WhatIsNoCodeMatchesNothing) {
  for (const char* text : {"", "0", "00000", "0000000", "abcdef", "28708 "})
    EXPECT_FALSE(totp_match(kSecret, text, from_ms(59'000), -5)) << text;
}

TEST(TotpTest, AppsReadTheUri) {
  EXPECT_EQ(otpauth_uri("Chartbell", "ada@x", kSecret),
            "otpauth://totp/Chartbell:ada%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=Chartbell&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace chartbell
