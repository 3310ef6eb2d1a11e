// The routes, asked as a client asks (wire contract §3 and §4).
#include "api/routes.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

TEST_F(ApiTest, AuthenticatingGivesATokenThatOpensTheOtherCalls) {
  const auto answer = call("POST", "/authenticates", "", "key-a");
  EXPECT_EQ(answer.status, 201);
  const auto envelope = parsed(answer);
  EXPECT_TRUE(envelope.at("code").as_bool());
  EXPECT_EQ(envelope.at("description").as_string(), "Authenticated");
  EXPECT_TRUE(envelope.at("error").as_array().empty());
  const std::string token(data(answer).at("token").as_string());
  EXPECT_EQ(call("GET", "/webhook_endpoints", "", "Bearer " + token).status, 200);
  EXPECT_EQ(call("GET", "/webhook_endpoints", "", token).status, 200);
  clock_.advance(1h);
  expect_refusal(call("GET", "/webhook_endpoints", "", "Bearer " + token), 401, "Unauthorized");
}

TEST_F(ApiTest, ABareKeyIsAccepted) {
  EXPECT_EQ(call("GET", "/institutions", "", "key-a").status, 200);
  EXPECT_EQ(call("GET", "/institutions", "", "Bearer key-a").status, 200);
}

TEST_F(ApiTest, WithoutAGoodCredentialNothingIsAnswered) {
  for (const std::string& credential :
       {std::string(), std::string("Bearer "), std::string("key-c"), std::string("Basic a2V5LWE="),
        std::string("key-a "), std::string(2000, 'k')})
    for (const auto* path : {"/webhook_endpoints", "/institutions", "/locations", "/sync_status",
                             "/webhook_endpoints/1/webhook_subscriptions"})
      expect_refusal(call("GET", path, "", credential), 401, "Unauthorized");
  expect_refusal(call("POST", "/authenticates", "", "key-c"), 401, "Unauthorized");
}

TEST_F(ApiTest, AKeyDoesWhatItsScopesSayAndNoMore) {
  const auto id = accounts_.add_account("key-c", {"*"});
  struct Try {
    Scope scope;
    std::string method;
    std::string path;
  };
  const Try tries[] = {{Scope::kRead, "GET", "/institutions"},
                       {Scope::kWebhooksRead, "GET", "/webhook_endpoints"},
                       {Scope::kWebhooks, "POST", "/webhook_endpoints"},
                       {Scope::kOperate, "POST", "/api/v1/sources/x/confirm_removals"}};
  for (const auto scope : kScopes) {
    Scopes one;
    one.add(scope);
    accounts_.set_scopes(id, one);
    EXPECT_EQ(call("POST", "/authenticates", "", "key-c").status, 201);
    for (const auto& attempt : tries) {
      const auto answer = call(attempt.method, attempt.path, "", "key-c");
      if (one.has(attempt.scope)) {
        EXPECT_NE(answer.status, 403) << attempt.path;
      } else {
        expect_refusal(answer, 403, "This key lacks the scope " + std::string(name(attempt.scope)));
      }
    }
  }
}

TEST_F(ApiTest, EachRouteSaysWhichScopeItNeeds) {
  for (const auto& route : all_routes())
    if (route.access == Access::kAccount)
      EXPECT_TRUE(route.path == "/authenticates" || route.path == "/api/v1/tokens/revoke")
          << route.path;
}

TEST_F(ApiTest, ARevokedKeyAndItsTokensAreNoGood) {
  const auto id = accounts_.add_account("key-c", {"*"});
  const std::string token(
      data(call("POST", "/authenticates", "", "key-c")).at("token").as_string());
  accounts_.revoke(id);
  EXPECT_EQ(call("GET", "/institutions", "", "key-c").status, 401);
  EXPECT_EQ(call("GET", "/institutions", "", token).status, 401);
}

TEST_F(ApiTest, AnEndpointIsMadeListedChangedAndDeleted) {
  const auto made = call("POST", "/webhook_endpoints", R"({"target_url":"https://a.example/x"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(keys(data(made)), "id target_url secret_key active created_at updated_at ");
  EXPECT_EQ(data(made).at("secret_key").as_string(), "whsec_made");
  EXPECT_EQ(data(made).at("created_at").as_string(), "2023-11-14T22:13:20.000Z");
  EXPECT_TRUE(data(made).at("active").as_bool());

  const auto listed = call("GET", "/webhook_endpoints");
  EXPECT_EQ(listed.status, 200);
  EXPECT_EQ(json::serialize(parsed(listed).at("data").at(0)), json::serialize(data(made)));
  EXPECT_EQ(parsed(listed).at("count").as_int64(), 1);

  clock_.advance(1s);
  const auto path = "/webhook_endpoints/" + id_of(made);
  const auto changed = call("PATCH", path, R"({"active":false})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_FALSE(data(changed).at("active").as_bool());
  EXPECT_EQ(data(changed).at("target_url").as_string(), "https://a.example/x");
  EXPECT_EQ(data(changed).at("updated_at").as_string(), "2023-11-14T22:13:21.000Z");
  EXPECT_TRUE(parsed(call("GET", "/webhook_endpoints?active=true")).at("data").as_array().empty());
  EXPECT_EQ(parsed(call("GET", "/webhook_endpoints?active=false")).at("count").as_int64(), 1);

  const auto deleted = call("DELETE", path);
  EXPECT_EQ(deleted.status, 204);
  EXPECT_TRUE(deleted.body.empty());
  EXPECT_EQ(call("DELETE", path).status, 404);
}

TEST_F(ApiTest, FormsAreAcceptedWhereJsonIs) {
  const auto made =
      call("POST", "/webhook_endpoints", "target_url=https%3A%2F%2Fa.example%2F&active=false",
           "key-a", "application/x-www-form-urlencoded");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(data(made).at("target_url").as_string(), "https://a.example/");
  EXPECT_FALSE(data(made).at("active").as_bool());
}

TEST_F(ApiTest, WrongEndpointsAreRefusedWithAReason) {
  expect_refusal(call("POST", "/webhook_endpoints", "{}"), 400, "Missing parameter target_url");
  expect_refusal(call("POST", "/webhook_endpoints", R"({"target_url":"http://a.example/"})"), 400,
                 "target_url must be https");
  expect_refusal(
      call("POST", "/webhook_endpoints", R"({"target_url":"https://a.example/","active":"yes"})"),
      400, "active must be true or false");
  const auto path = "/webhook_endpoints/" + make_endpoint();
  EXPECT_EQ(call("PATCH", path, R"({"target_url":"ftp://a"})").status, 400);
  EXPECT_EQ(call("PATCH", path, R"({"target_url":""})").status, 400);
  EXPECT_EQ(call("POST", "/webhook_endpoints", "{").status, 400);
  expect_refusal(call("POST", "/webhook_endpoints", "<a/>", "key-a", "text/xml"), 415,
                 "Unsupported media type");
}

TEST_F(ApiTest, UnknownParametersNeverFail) {
  EXPECT_EQ(call("GET", "/webhook_endpoints?page=1&per_page=5&whatever[]=x").status, 200);
  EXPECT_EQ(call("POST", "/webhook_endpoints?a=b",
                 R"({"target_url":"https://a.example/","more":{"x":1}})")
                .status,
            201);
}

TEST_F(ApiTest, ASubscriptionIsMadeListedMovedAndDeleted) {
  const auto endpoint = make_endpoint();
  const auto list = "/webhook_endpoints/" + endpoint + "/webhook_subscriptions";
  const auto made = call("POST", list + "?subdomain=green",
                         R"({"resource_type":"pATIENT","event":"patient_created"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(keys(data(made)),
            "id webhook_endpoint_id institution_id resource_type event active created_at "
            "updated_at ");
  EXPECT_EQ(data(made).at("resource_type").as_string(), "Patient");
  EXPECT_EQ(data(made).at("institution_id").as_int64(), green_.value);
  const auto again = call("POST", list + "?subdomain=green",
                          R"({"resource_type":"Patient","event":"patient_created"})");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, made.body);

  const auto other = make_endpoint();
  const auto path = list + "/" + id_of(made) + "?subdomain=green";
  const auto moved = call("PATCH", path, R"({"new_endpoint_id":)" + other + "}");
  EXPECT_EQ(moved.status, 200);
  EXPECT_EQ(std::to_string(data(moved).at("webhook_endpoint_id").as_int64()), other);
  EXPECT_EQ(call("PATCH", path, R"({"active":false})").status, 404);
  EXPECT_TRUE(parsed(call("GET", list)).at("data").as_array().empty());

  const auto new_path = "/webhook_endpoints/" + other + "/webhook_subscriptions/" + id_of(made);
  EXPECT_FALSE(data(call("PATCH", new_path, R"({"active":"false"})")).at("active").as_bool());
  EXPECT_EQ(call("DELETE", new_path).status, 204);
  EXPECT_EQ(call("DELETE", new_path).status, 404);
}

TEST_F(ApiTest, SubscriptionsAreFiltered) {
  const auto endpoint = make_endpoint();
  make_subscription(endpoint, "patient_created");
  make_subscription(endpoint, "patient_updated");
  const auto count = [&](const std::string& filter) {
    return parsed(call("GET", "/webhook_endpoints/" + endpoint + "/webhook_subscriptions" + filter))
        .at("count")
        .as_int64();
  };
  EXPECT_EQ(count(""), 2);
  EXPECT_EQ(count("?subdomain=green"), 2);
  EXPECT_EQ(count("?resource_type=patient"), 2);
  EXPECT_EQ(count("?resource_type=Procedure"), 0);
  EXPECT_EQ(count("?event=patient_updated"), 1);
  EXPECT_EQ(count("?event=nothing"), 0);
}

TEST_F(ApiTest, WrongSubscriptionsAreRefusedWithAReason) {
  const auto list = "/webhook_endpoints/" + make_endpoint() + "/webhook_subscriptions";
  const auto right = R"({"resource_type":"Patient","event":"patient_created"})";
  expect_refusal(call("POST", list, right), 400, "Missing parameter subdomain");
  expect_refusal(call("POST", list + "?subdomain=green", R"({"event":"patient_created"})"), 400,
                 "Missing parameter resource_type");
  expect_refusal(call("POST", list + "?subdomain=green", R"({"resource_type":"Patient"})"), 400,
                 "Missing parameter event");
  EXPECT_EQ(call("POST", list + "?subdomain=green",
                 R"({"resource_type":"Patient","event":"procedure_created"})")
                .status,
            400);
  EXPECT_EQ(call("POST", list + "?subdomain=green",
                 R"({"resource_type":"SyncStatus","event":"sync_status_read_change.green"})")
                .status,
            400);
  const auto other = call("POST", list + "?subdomain=blue", right);
  const auto absent = call("POST", list + "?subdomain=nowhere", right);
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(other.body, absent.body) << "tells which subdomains exist";
}

TEST_F(ApiTest, WhatBelongsToAnotherAccountLooksLikeWhatIsAbsent) {
  const auto theirs = make_endpoint("key-b");
  const auto mine = make_endpoint("key-a");
  const auto subscription = make_subscription(mine);
  const auto same = [&](const std::string& method, const std::string& before,
                        const std::string& after, const std::string& body = "{}") {
    const auto other = call(method, before + theirs + after, body);
    const auto absent = call(method, before + "999999" + after, body);
    EXPECT_EQ(other.status, 404) << method << after;
    EXPECT_EQ(other.body, absent.body) << method << after;
    EXPECT_EQ(other.fields, absent.fields) << method << after;
  };
  const auto right = R"({"resource_type":"Patient","event":"patient_created"})";
  same("PATCH", "/webhook_endpoints/", "");
  same("DELETE", "/webhook_endpoints/", "");
  same("GET", "/webhook_endpoints/", "/webhook_subscriptions", "");
  same("POST", "/webhook_endpoints/", "/webhook_subscriptions?subdomain=green", right);
  same("PATCH", "/webhook_endpoints/", "/webhook_subscriptions/" + subscription);
  same("DELETE", "/webhook_endpoints/", "/webhook_subscriptions/" + subscription);
  const auto path = "/webhook_endpoints/" + mine + "/webhook_subscriptions/" + subscription;
  const auto move = [&](const std::string& target) {
    return call("PATCH", path, R"({"new_endpoint_id":)" + target + "}");
  };
  EXPECT_EQ(move(theirs).status, 404);
  EXPECT_EQ(move(theirs).body, move("999999").body);
  EXPECT_EQ(parsed(call("GET", "/webhook_endpoints")).at("count").as_int64(), 1);
}

TEST_F(ApiTest, InstitutionsAndLocationsShowOnlyWhatTheKeyMaySee) {
  const auto mine = call("GET", "/institutions");
  ASSERT_EQ(parsed(mine).at("count").as_int64(), 1);
  const auto green = parsed(mine).at("data").at(0).as_object();
  EXPECT_EQ(green.at("subdomain").as_string(), "green");
  EXPECT_EQ(green.at("locations").at(0).at("tz").as_string(), "America/New_York");
  EXPECT_EQ(parsed(call("GET", "/institutions", "", "key-b")).at("count").as_int64(), 2);
  const auto seen = call("GET", "/institutions/" + to_string(green_));
  EXPECT_EQ(seen.status, 200);
  const auto hidden = call("GET", "/institutions/" + to_string(blue_));
  expect_refusal(hidden, 404, "Institution not found");
  EXPECT_EQ(hidden.body, call("GET", "/institutions/999").body);
  const auto location = std::to_string(green.at("locations").at(0).at("id").as_int64());
  EXPECT_EQ(call("GET", "/locations/" + location).status, 200);
  EXPECT_EQ(call("GET", "/locations/999").status, 404);
  EXPECT_EQ(parsed(call("GET", "/locations?subdomain=green")).at("count").as_int64(), 1);
  EXPECT_EQ(call("GET", "/locations?subdomain=blue").status, 403);
}

TEST_F(ApiTest, SyncStatusTellsOfEachSource) {
  const auto answer = call("GET", "/sync_status?subdomain=green");
  ASSERT_EQ(answer.status, 200);
  const auto row = parsed(answer).at("data").at(0).as_object();
  EXPECT_EQ(row.at("sync_source_type").as_string(), "DataSource");
  EXPECT_EQ(row.at("emr").at("type").as_string(), "onprem");
  EXPECT_EQ(row.at("read_status").as_string(), "green");
  EXPECT_EQ(row.at("read_status_at").as_string(), "2023-11-14T22:13:20.000Z");
  EXPECT_TRUE(row.at("write_status_at").is_null());
  const auto count = [&](std::string_view filter) {
    return parsed(call("GET", "/sync_status?subdomain=green&" + std::string(filter)))
        .at("count")
        .as_int64();
  };
  EXPECT_EQ(count("read_status=green"), 1);
  EXPECT_EQ(count("read_status=red"), 0);
  EXPECT_EQ(count("write_status=red"), 1);
  expect_refusal(call("GET", "/sync_status"), 400, "Missing parameter subdomain");
}

TEST_F(ApiTest, HealthNeedsNoKeyAndReadinessWaitsForTheBaseline) {
  EXPECT_EQ(call("GET", "/healthz", "", "").status, 200);
  EXPECT_EQ(call("GET", "/readyz", "", "").status, 503);
  board_.rows[0].baseline_done = true;
  EXPECT_EQ(call("GET", "/readyz", "", "").status, 200);
}

TEST_F(ApiTest, UnknownPathsAndMethodsAreToldApart) {
  for (const auto* path :
       {"/", "/nothing", "/webhook_endpoints/x", "/webhook_endpoints/0", "/webhook_endpoints/-1",
        "/webhook_endpoints/1x", "/webhook_endpoints/99999999999999999999", "/webhook_endpointsx",
        "//webhook_endpoints", "/webhook_endpoints/1/webhook_subscriptions/2/3", ""})
    expect_refusal(call("GET", path), 404, "Not found");
  expect_refusal(call("PUT", "/webhook_endpoints"), 405, "Method not allowed");
  expect_refusal(call("DELETE", "/institutions"), 405, "Method not allowed");
  expect_refusal(call("GET", "/authenticates"), 405, "Method not allowed");
}

TEST_F(ApiTest, ATrailingSlashDoesNotMatter) {
  EXPECT_EQ(call("GET", "/webhook_endpoints/").status, 200);
}

TEST_F(ApiTest, HeadIsAnsweredLikeGet) {
  const auto head = call("HEAD", "/webhook_endpoints");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.fields, call("GET", "/webhook_endpoints").fields);
  EXPECT_EQ(call("HEAD", "/authenticates").status, 405);
}

TEST_F(ApiTest, WhatBreaksInsideIsNotToldToTheClient) {
  accounts_.fail_from_now_on();
  expect_refusal(call("GET", "/webhook_endpoints"), 500, "Internal error");
}

TEST_F(ApiTest, AnswersAreJsonAndNotKept) {
  const auto answer = call("GET", "/webhook_endpoints");
  EXPECT_EQ(field(answer.fields, "content-type"), "application/json; charset=utf-8");
  EXPECT_EQ(field(answer.fields, "cache-control"), "no-store");
}

TEST(WireVersionTest, HeadersNameTheEdition) {
  EXPECT_EQ(wire_version({}), WireVersion::kV2);
  EXPECT_EQ(wire_version({{"Accept", "application/vnd.Nexhealth+json; version=2"}}),
            WireVersion::kV2);
  for (const auto* name : {"v2", "v2.2.2"})
    EXPECT_EQ(wire_version({{"Nex-Api-Version", name}}), WireVersion::kV2) << name;
  for (const auto* name : {"v3.0.0", "v20240412"})
    EXPECT_EQ(wire_version({{"Nex-Api-Version", name}}), WireVersion::kV3) << name;
}

}  // namespace
}  // namespace chartbell
