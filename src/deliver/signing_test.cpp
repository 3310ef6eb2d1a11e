#include "deliver/signing.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace chartbell {
namespace {

constexpr std::string_view kBody =
    R"({"institution_id":1,"subdomain":"test-subdomain","webhook_subscription_id":2,)"
    R"("resource_type":"SyncStatus","event_name":"sync_status_read_change.green",)"
    R"("event_time":"2024-03-21T17:52:47.824Z","data":{}})";

auto lookup(const std::vector<std::pair<std::string, std::string>>& fields) {
  return [&fields](std::string_view name) {
    for (const auto& [key, value] : fields)
      if (key == name) return value;
    return std::string();
  };
}

TEST(Signing, TheVendorsTestVectorHolds) {
  ASSERT_EQ(kBody.size(), 201u);
  EXPECT_EQ(vendor_signature("NArWk7gdI96Bdn", "2024-03-21T17:52:48.001Z", kBody),
            "a92229de91ee3f6e83ba1c78fa66356b111c4f49ea068ebcadddc714e112a04d");
}

TEST(Signing, TheStandardsTestVectorHolds) {
  EXPECT_EQ(
      standard_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                         1614265330, R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signing, WhatIsSignedVerifiesAndAnySingleFlippedBitDoesNot) {
  SeededRandom random(1);
  FakeClock clock;
  Signer signer(new_secret(random));
  const std::string body = R"({"a":1})";
  const auto fields = signer.fields("evt_1", clock.now(), body);
  const auto sound = verify(signer.secret(), lookup(fields), body);
  EXPECT_EQ(sound.vendor, Verdict::kGenuine);
  EXPECT_EQ(sound.standard, Verdict::kGenuine);
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
    std::string other = body;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    const auto found = verify(signer.secret(), lookup(fields), other);
    EXPECT_EQ(found.vendor, Verdict::kWrong);
    EXPECT_EQ(found.standard, Verdict::kWrong);
  }
}

TEST(Signing, ASignatureThatIsMissingOrCutShortIsNotGenuine) {
  const auto none = verify("s", lookup({}), "x");
  EXPECT_EQ(none.vendor, Verdict::kMissing);
  EXPECT_EQ(none.standard, Verdict::kMissing);
  const auto whole = vendor_signature("s", "t", "x");
  EXPECT_EQ(verify_values("s", "t", whole.substr(0, 10), "", "", "", "x").vendor, Verdict::kWrong);
}

TEST(Signing, OneOfSeveralStandardSignaturesIsEnough) {
  const auto right = standard_signature("s", "id", 5, "x");
  EXPECT_EQ(verify_values("s", "", "", "id", "5", "v1,AAAA " + right, "x").standard,
            Verdict::kGenuine);
  EXPECT_EQ(verify_values("s", "", "", "id", "6", right, "x").standard, Verdict::kWrong);
  EXPECT_EQ(verify_values("s", "", "", "id", "five", right, "x").standard, Verdict::kWrong);
}

TEST(Signing, SecretsAreLongRandomAndFitBothSchemes) {
  SeededRandom random(1);
  const auto secret = new_secret(random);
  EXPECT_TRUE(secret.starts_with("whsec_"));
  EXPECT_EQ(secret.size(), 6u + 44u);
  EXPECT_NE(secret, new_secret(random));
}

}  // namespace
}  // namespace chartbell
