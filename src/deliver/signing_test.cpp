#include "deliver/signing.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "deliver/field_lines_for_test.h"

namespace chartbell {
namespace {

// Wire contract §2.
constexpr std::string_view kVendorSecret = "NArWk7gdI96Bdn";
constexpr std::string_view kVendorTime = "2024-03-21T17:52:48.001Z";
constexpr std::string_view kVendorBody =
    R"({"institution_id":1,"subdomain":"test-subdomain","webhook_subscription_id":2,)"
    R"("resource_type":"SyncStatus","event_name":"sync_status_read_change.green",)"
    R"("event_time":"2024-03-21T17:52:47.824Z","data":{}})";
constexpr std::string_view kVendorSignature =
    "a92229de91ee3f6e83ba1c78fa66356b111c4f49ea068ebcadddc714e112a04d";

// The example that the public libraries of Standard Webhooks test with.
constexpr std::string_view kStandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kStandardId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kStandardTime = 1614265330;
constexpr std::string_view kStandardBody = R"({"test": 2432232314})";
constexpr std::string_view kStandardSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

Verification check_standard(std::string_view signature, std::string_view body = kStandardBody,
                            std::string_view seconds = "1614265330") {
  return verify_values(kStandardSecret, "", "", kStandardId, seconds, signature, body);
}

Verdict check_vendor(std::string_view signature, std::string_view body = kVendorBody) {
  return verify_values(kVendorSecret, kVendorTime, signature, "", "", "", body).vendor;
}

TEST(SigningTest, TheContractsTestVectorComesOut) {
  ASSERT_EQ(kVendorBody.size(), 201U);
  EXPECT_EQ(vendor_signature(kVendorSecret, kVendorTime, kVendorBody), kVendorSignature);
  EXPECT_EQ(check_vendor(kVendorSignature), Verdict::kGenuine);
}

TEST(SigningTest, TheStandardsExampleComesOut) {
  EXPECT_EQ(standard_signature(kStandardSecret, kStandardId, kStandardTime, kStandardBody),
            kStandardSignature);
  EXPECT_EQ(check_standard(kStandardSignature).standard, Verdict::kGenuine);
}

TEST(SigningTest, ASecretWithoutPrefixSignsWithItsOwnBytes) {
  const std::string bytes = "abc";
  EXPECT_EQ(standard_signature("abc", "id", 1, "body"),
            standard_signature("whsec_" + to_base64(bytes), "id", 1, "body"));
}

TEST(SigningTest, AnUnreadableSecretBehindThePrefixSignsAsAWhole) {
  EXPECT_NE(standard_signature("whsec_*", "id", 1, "body"),
            standard_signature("whsec_", "id", 1, "body"));
}

TEST(SigningTest, TheVendorsSchemeTakesTheWholeSecretWithItsPrefix) {
  EXPECT_NE(vendor_signature("whsec_YWJj", "t", "body"), vendor_signature("abc", "t", "body"));
  EXPECT_NE(vendor_signature("whsec_YWJj", "t", "body"), vendor_signature("YWJj", "t", "body"));
}

TEST(SigningTest, OneRightSignatureAmongSeveralIsEnough) {
  const std::string right(kStandardSignature);
  EXPECT_EQ(check_standard("v1,AAAA " + right).standard, Verdict::kGenuine);
  EXPECT_EQ(check_standard(right + " v1a,other v1,AAAA").standard, Verdict::kGenuine);
  EXPECT_EQ(check_standard("v1,AAAA v1,BBBB").standard, Verdict::kWrong);
  EXPECT_EQ(check_standard("v1,AAAA," + right).standard, Verdict::kWrong);
}

TEST(SigningTest, AMissingSignatureIsNotAWrongOne) {
  const auto none = verify_values(kVendorSecret, kVendorTime, "", kStandardId, "1", "", "body");
  EXPECT_EQ(none.vendor, Verdict::kMissing);
  EXPECT_EQ(none.standard, Verdict::kMissing);
  EXPECT_EQ(check_vendor("00"), Verdict::kWrong);
}

TEST(SigningTest, ATimestampThatIsNoNumberIsWrong) {
  EXPECT_EQ(check_standard(kStandardSignature, kStandardBody, "").standard, Verdict::kWrong);
  EXPECT_EQ(check_standard(kStandardSignature, kStandardBody, "1614265330x").standard,
            Verdict::kWrong);
  EXPECT_EQ(check_standard(kStandardSignature, kStandardBody, "1614265331").standard,
            Verdict::kWrong);
}

TEST(SigningTest, EachFlippedBitOfABodyIsNoticed) {
  for (std::size_t bit = 0; bit < kVendorBody.size() * 8; ++bit) {
    std::string body(kVendorBody);
    body[bit / 8] = static_cast<char>(body[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(check_vendor(kVendorSignature, body), Verdict::kWrong) << "bit " << bit;
  }
  for (std::size_t bit = 0; bit < kStandardBody.size() * 8; ++bit) {
    std::string body(kStandardBody);
    body[bit / 8] = static_cast<char>(body[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(check_standard(kStandardSignature, body).standard, Verdict::kWrong) << "bit " << bit;
  }
}

TEST(SigningTest, ANewSecretServesBothSchemes) {
  SeededRandom random(1);
  const auto secret = new_secret(random);
  ASSERT_TRUE(secret.starts_with("whsec_"));
  const auto bytes = from_base64(secret.substr(6));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 32U);
  EXPECT_NE(secret, new_secret(random));
}

TEST(SigningTest, TheFieldsOfASignerAreVerifiedByTheReceiversHalf) {
  for (const std::string secret : {"plain", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    Signer signer({.secret_key = secret});
    const auto lines = signer.lines("evt_t_1_2", from_ms(1'711'043'568'001), "{}");
    const auto value = [&](std::string_view name) { return field_in(lines, name); };
    EXPECT_EQ(value("content-type"), "application/json");
    EXPECT_EQ(value("timestamp"), "2024-03-21T17:52:48.001Z");
    EXPECT_EQ(value("webhook-id"), "evt_t_1_2");
    EXPECT_EQ(value("webhook-timestamp"), "1711043568");
    const auto found = verify(secret, value, "{}");
    EXPECT_EQ(found.vendor, Verdict::kGenuine);
    EXPECT_EQ(found.standard, Verdict::kGenuine);
    EXPECT_EQ(verify(secret, value, "{} ").vendor, Verdict::kWrong);
    EXPECT_EQ(verify(secret + "x", value, "{}").standard, Verdict::kWrong);
  }
}

TEST(SigningTest, DuringAnOverlapBothSecretsSignAndAfterItOnlyTheNewOne) {
  const auto until = from_ms(2'000'000);
  Signer signer({.secret_key = "new", .options = {.retired_secrets = {{"old", until}}}});
  const auto check = [&](std::string_view secret, WallTime now) {
    const auto lines = signer.lines("evt_t_1_2", now, "{}");
    return verify(secret, [&](std::string_view name) { return field_in(lines, name); }, "{}");
  };
  const auto during = from_ms(1'999'999);
  EXPECT_EQ(check("new", during).standard, Verdict::kGenuine);
  EXPECT_EQ(check("old", during).standard, Verdict::kGenuine);
  EXPECT_EQ(check("old", during).vendor, Verdict::kGenuine) << "has room for one: the old one";
  EXPECT_EQ(check("new", until).standard, Verdict::kGenuine);
  EXPECT_EQ(check("new", until).vendor, Verdict::kGenuine);
  EXPECT_EQ(check("old", until).standard, Verdict::kWrong);
}

TEST(SigningTest, AnAsymmetricSignatureIsVerifiedByThePublicKey) {
  const std::string seed(32, 's');
  Signer signer({.secret_key = "secret", .options = {.ed25519_seed = seed}});
  const auto lines = signer.lines("evt_t_1_2", from_ms(5'000), "{}");
  const auto signatures = field_in(lines, "webhook-signature");
  const auto at = signatures.find(" v1a,");
  ASSERT_NE(at, std::string_view::npos);
  const auto signature = from_base64(signatures.substr(at + 5));
  ASSERT_TRUE(signature);
  EXPECT_TRUE(ed25519_verify(ed25519_public_key(seed), "evt_t_1_2.5.{}", *signature));
  EXPECT_FALSE(ed25519_verify(ed25519_public_key(seed), "evt_t_1_2.5.{} ", *signature));
}

TEST(SigningTest, ALegacyHeaderIsTheRawBodysHmac) {
  Signer signer({.secret_key = "Jefe", .options = {.legacy_header = "x-hub-signature"}});
  const auto lines = signer.lines("id", from_ms(5'000), "what do ya want for nothing?");
  // RFC 4231, test case 2
  EXPECT_EQ(field_in(lines, "x-hub-signature"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace chartbell
