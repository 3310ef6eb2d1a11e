// What endpoints and subscriptions may have beyond the vendor's wire (docs/api.md).
#include "support/api_world.h"

namespace chartbell {
namespace {

constexpr std::string_view kVendorKeys = "id target_url secret_key active created_at updated_at ";
constexpr std::string_view kCertificate =
    R"(-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n)";
constexpr std::string_view kKey = R"(-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----)";

class OptionsTest : public ApiTest {
 protected:
  HttpResponse create(const std::string& members) {
    return call("POST", "/webhook_endpoints",
                R"({"target_url":"https://a.example/",)" + members + "}");
  }
  HttpResponse change(const std::string& members) {
    return call("PATCH", "/webhook_endpoints/" + endpoint_, "{" + members + "}");
  }
  std::string keys_after(const std::string& members) { return keys(data(change(members))); }
  static std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

  std::string endpoint_ = make_endpoint();
  std::string list_ = "/webhook_endpoints/" + endpoint_ + "/webhook_subscriptions?subdomain=green";
};

TEST_F(OptionsTest, WhoUsesNoneSeesTheVendorsObject) {
  EXPECT_EQ(keys_after("\"active\":false"), kVendorKeys);
  EXPECT_EQ(keys_after("\"headers\":null,\"max_in_flight\":null,\"ed25519\":false"), kVendorKeys);
}

TEST_F(OptionsTest, EachIsShownOnceItIsSetAndGoneOnceItIsNull) {
  const std::pair<std::string, std::string> options[] = {
      {"description", "\"the billing program\""},
      {"max_in_flight", "256"},
      {"rate_per_second", "1"},
      {"timeout_seconds", "60"},
      {"retry_schedule", "[1,2,604800]"},
      {"headers", R"({"X-Tenant":"a b","Authorization":"Basic eA=="})"},
      {"legacy_signature_header", "\"X-Hub-Signature\""}};
  for (const auto& [name, value] : options) {
    const auto member = "\"" + name + "\":";
    const auto changed = change(member + value);
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(keys(data(changed)), std::string(kVendorKeys) + name + " ");
    EXPECT_EQ(json::serialize(data(changed).at(name)), value);
    EXPECT_EQ(data(create(member + value)).at(name), data(changed).at(name));
    EXPECT_EQ(keys_after(member + "null"), kVendorKeys);
  }
}

TEST_F(OptionsTest, WhatIsOutOfBoundsIsRefusedByItsName) {
  const std::string many = [] {
    std::string out;
    for (int i = 0; i < 21; ++i)
      out += (i == 0 ? "" : ",") + quoted("x-" + std::to_string(i)) + ":\"v\"";
    return out;
  }();
  const std::pair<std::string, std::vector<std::string>> wrong[] = {
      {"description", {"\"a\\u0007\"", "\"a\\nb\"", "\"" + std::string(201, 'x') + "\""}},
      {"max_in_flight", {"0", "257", "-1", "\"many\"", "1.5", "[]", "99999999999999999999"}},
      {"rate_per_second", {"0", "10001"}},
      {"timeout_seconds", {"0", "61"}},
      {"retry_schedule",
       {"[]", "[0]", "[2,1]", "[1,1]", "[604801]", "30", "\"soon\"", "[1.5]", "{}", "[\"1\"]",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]"}},
      {"headers",
       {"[]",
        "\"x\"",
        R"({"x":1})",
        R"({"":"v"})",
        R"({"a b":"v"})",
        R"({"x":"a\r\nb"})",
        R"({"x":"ü"})",
        R"({"x":" v"})",
        R"({"Host":"v"})",
        R"({"content-length":"v"})",
        R"({"Transfer-Encoding":"v"})",
        R"({"connection":"v"})",
        R"({"Content-Type":"v"})",
        R"({"Timestamp":"v"})",
        R"({"signature":"v"})",
        R"({"Webhook-Id":"v"})",
        R"({"chartbell-test":"v"})",
        R"({"TE":"v"})",
        R"({"Upgrade":"v"})",
        R"({"x":"1","X":"2"})",
        "{" + many + "}",
        R"({"x":")" + std::string(4096, 'v') + "\"}"}},
      {"legacy_signature_header", {"\"\"", "\"a b\"", "\"signature\"", "\"webhook-signature\""}},
      {"ed25519", {"\"yes\"", "1"}}};
  for (const auto& [name, values] : wrong)
    for (const auto& value : values)
      for (const auto& answer :
           {change("\"" + name + "\":" + value), create("\"" + name + "\":" + value)}) {
        EXPECT_EQ(answer.status, 400) << name << value;
        EXPECT_NE(answer.body.find(name), std::string::npos) << answer.body;
      }
  EXPECT_EQ(keys_after("\"active\":true"), kVendorKeys);
}

TEST_F(OptionsTest, AKeyPairIsMadeOnceAndOnlyItsPublicHalfIsShown) {
  const auto made = change("\"ed25519\":true");
  const std::string shown(data(made).at("ed25519_public_key").as_string());
  EXPECT_TRUE(shown.starts_with("whpk_")) << shown;
  EXPECT_EQ(made.body.find("ssss"), std::string::npos);
  EXPECT_EQ(data(change("\"ed25519\":true")).at("ed25519_public_key").as_string(), shown);
  EXPECT_EQ(keys_after("\"ed25519\":null"), kVendorKeys);
}

TEST_F(OptionsTest, ACertificateComesWithItsKeyWhichIsNeverShown) {
  const auto certificate = "\"client_certificate\":" + quoted(kCertificate);
  const auto key = "\"client_key\":" + quoted(kKey);
  const auto made = change(certificate + "," + key);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(keys(data(made)), std::string(kVendorKeys) + "client_certificate ");
  EXPECT_EQ(made.body.find("PRIVATE"), std::string::npos);
  for (const auto& wrong :
       {certificate, key, certificate + ",\"client_key\":null",
        certificate + ",\"client_key\":\"x\"", "\"client_certificate\":\"x\"," + key,
        "\"client_certificate\":" + quoted(kKey) + "," + key,
        certificate + ",\"client_key\":" + quoted(kCertificate)}) {
    const auto answer = change(wrong);
    EXPECT_EQ(answer.status, 400) << wrong;
    EXPECT_NE(answer.body.find("client_"), std::string::npos);
    EXPECT_EQ(answer.body.find("MIIB"), std::string::npos) << "a key repeated in an error";
  }
  EXPECT_EQ(keys_after("\"client_certificate\":null,\"client_key\":null"), kVendorKeys);
}

TEST_F(OptionsTest, ARotatedSecretIsReplacedAndTheOldOneKeptOutOfSight) {
  const auto path = "/webhook_endpoints/" + endpoint_ + "/rotate_secret";
  const auto rotated = call("POST", path);
  EXPECT_EQ(rotated.status, 200);
  EXPECT_EQ(keys(data(rotated)), kVendorKeys);
  for (const auto* wrong : {"-1", "604801", "\"long\""})
    EXPECT_EQ(call("POST", path, std::string(R"({"overlap_seconds":)") + wrong + "}").status, 400);
  EXPECT_EQ(call("POST", path, R"({"overlap_seconds":0})").status, 200);
  EXPECT_EQ(call("POST", path, "", "key-b").body,
            call("POST", "/webhook_endpoints/999/rotate_secret", "", "key-b").body);
}

TEST_F(OptionsTest, ASubscriptionMayBeWideOrderedAndOfSomePlaces) {
  const auto location = std::to_string(parsed(call("GET", "/locations?subdomain=green"))
                                           .at("data")
                                           .at(0)
                                           .at("locations")
                                           .at(0)
                                           .at("id")
                                           .as_int64());
  const auto made = call("POST", list_,
                         R"({"resource_type":"*","event":"*","ordering":"resource",)"
                         R"("notify_red":true,"location_ids":[)" +
                             location + "]}");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(keys(data(made)),
            "id webhook_endpoint_id institution_id resource_type event active created_at "
            "updated_at ordering location_ids notify_red ");
  EXPECT_EQ(data(made).at("event").as_string(), "*");
  const auto path = "/webhook_endpoints/" + endpoint_ + "/webhook_subscriptions/" + id_of(made);
  const auto plain =
      call("PATCH", path, R"({"ordering":"none","notify_red":false,"location_ids":null})");
  EXPECT_EQ(keys(data(plain)),
            "id webhook_endpoint_id institution_id resource_type event active created_at "
            "updated_at ");
  EXPECT_EQ(call("POST", list_, R"({"resource_type":"patient","event":"*"})").status, 201);
}

TEST_F(OptionsTest, WrongOptionsOfASubscriptionAreRefusedByTheirName) {
  const auto blue = parsed(call("GET", "/locations?subdomain=blue", "", "key-b"))
                        .at("data")
                        .at(0)
                        .at("locations")
                        .at(0)
                        .at("id")
                        .as_int64();
  const auto path =
      "/webhook_endpoints/" + endpoint_ + "/webhook_subscriptions/" + make_subscription(endpoint_);
  const std::pair<std::string, std::vector<std::string>> wrong[] = {
      {"ordering", {"\"time\"", "1"}},
      {"location_ids",
       {"[999]", "[" + std::to_string(blue) + "]", "\"all\"", "[\"1\"]", "{}", "[1.5]"}},
      {"notify_red", {"\"maybe\"", "null"}}};
  for (const auto& [name, values] : wrong)
    for (const auto& value : values) {
      const auto member = "\"" + name + "\":" + value;
      const auto body = R"({"resource_type":"Patient","event":"patient_updated",)" + member + "}";
      for (const auto& answer :
           {call("POST", list_, body), call("PATCH", path, "{" + member + "}")}) {
        EXPECT_EQ(answer.status, 400) << member;
        EXPECT_NE(answer.body.find(name), std::string::npos) << answer.body;
      }
    }
  EXPECT_EQ(call("POST", list_, R"({"resource_type":"*","event":"patient_created"})").status, 400);
  EXPECT_EQ(call("POST", list_, R"({"resource_type":"Nobody","event":"*"})").status, 400);
}

}  // namespace
}  // namespace chartbell
