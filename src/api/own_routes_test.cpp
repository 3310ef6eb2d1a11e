// Chartbell's own routes (docs/api.md): what they answer, what they refuse, and who sees what.
#include "api/event_id.h"
#include "api/sample_event.h"
#include "base/crypto.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class OwnRoutesTest : public ApiTest {
 protected:
  OwnRoutesTest() {
    for (int i = 1; i <= 3; ++i) {
      archive_.append(green_, new_event(green_, "patient_created", i, clock_.now() + i * 1s));
      archive_.append(blue_, new_event(blue_, "patient_created", i));
    }
    path_ = "/api/v1/endpoints/" + endpoint_;
  }
  std::string event(InstitutionId institution, std::int64_t seq) {
    return event_id("t", institution, {seq});
  }
  HttpResponse get(const std::string& target) { return call("GET", target); }
  static std::string page_keys(const HttpResponse& answer) {
    return keys(parsed(answer).at("page").as_object());
  }
  Attempt attempt() {
    return {.key = {green_, {std::stoll(endpoint_)}, {2}},
            .subscription = {7},
            .number = 3,
            .at = clock_.now(),
            .outcome = {.result = OutcomeClass::kRejected,
                        .status = 503,
                        .latency = Microseconds(12'500),
                        .excerpt = "busy \"now\""}};
  }

  std::string endpoint_ = make_endpoint();
  std::string path_;
};

TEST_F(OwnRoutesTest, EventsAreListedWithoutTheirPayload) {
  const auto answer = get("/api/v1/events?subdomain=green&limit=2");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(keys(parsed(answer).as_object()), "code description error data count page ");
  EXPECT_EQ(page_keys(answer), "next_cursor has_more ");
  EXPECT_EQ(keys(parsed(answer).at("data").at(0).as_object()),
            "id institution_id sequence event resource_type resource_id location_id event_time ");
  const std::string cursor(parsed(answer).at("page").at("next_cursor").as_string());
  const auto rest = get("/api/v1/events?subdomain=green&cursor=" + cursor);
  EXPECT_EQ(parsed(rest).at("count").as_int64(), 1);
  EXPECT_TRUE(parsed(rest).at("page").at("next_cursor").is_null());
  EXPECT_FALSE(parsed(rest).at("page").at("has_more").as_bool());
}

TEST_F(OwnRoutesTest, FiltersReachTheArchive) {
  get("/api/v1/events?subdomain=green&event=appointment_insertion.failed&resource_type=appointment&"
      "resource_id=17&location_id=3&since=2024-01-02T03:04:05Z&until=2024-01-03T00:00:00.5Z&"
      "order=asc&limit=500");
  ASSERT_EQ(archive_.queries.size(), 1U);
  const auto& query = archive_.queries.front();
  EXPECT_EQ(query.institution, green_);
  EXPECT_EQ(query.event, "appointment_insertion.failed");
  EXPECT_EQ(query.resource_type, "Appointment");
  EXPECT_EQ(query.resource, ResourceId{17});
  EXPECT_EQ(query.location, LocationId{3});
  EXPECT_EQ(to_ms(*query.since), 1'704'164'645'000);
  EXPECT_EQ(to_ms(*query.until), 1'704'240'000'500);
  EXPECT_FALSE(query.newest_first);
  EXPECT_EQ(query.limit, 500U);
}

TEST_F(OwnRoutesTest, OneEventHasItsPayloadAndItsDeliveries) {
  book_.deliveries = {{.endpoint = {std::stoll(endpoint_)},
                       .state = DeliveryState::kRetrying,
                       .next_attempt_at = clock_.now(),
                       .attempts = {attempt()}}};
  const auto answer = get("/api/v1/events/" + event(green_, 2));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(data(answer).at("payload").at("data").at("number").as_int64(), 2);
  const auto delivery = data(answer).at("deliveries").at(0).as_object();
  EXPECT_EQ(keys(delivery), "endpoint_id state next_attempt_at attempts ");
  EXPECT_EQ(delivery.at("state").as_string(), "retrying");
  const auto one = delivery.at("attempts").at(0).as_object();
  EXPECT_EQ(one.at("response_excerpt").as_string(), "busy \"now\"");
  EXPECT_EQ(one.at("latency_ms").as_int64(), 13);
}

TEST_F(OwnRoutesTest, WhatIsAskedWronglyIsRefusedByItsName) {
  const std::pair<std::string, std::string> wrong[] = {
      {"/api/v1/events?subdomain=green&event=nothing", "event"},
      {"/api/v1/events?subdomain=green&event=*", "event"},
      {"/api/v1/events?subdomain=green&resource_type=Nobody", "resource_type"},
      {"/api/v1/events?subdomain=green&resource_id=0", "resource_id"},
      {"/api/v1/events?subdomain=green&resource_id=abc", "resource_id"},
      {"/api/v1/events?subdomain=green&location_id=-3", "location_id"},
      {"/api/v1/events?subdomain=green&since=yesterday", "since"},
      {"/api/v1/events?subdomain=green&until=2024-13-01T00:00:00Z", "until"},
      {"/api/v1/events?subdomain=green&order=up", "order"},
      {"/api/v1/events?subdomain=green&limit=0", "limit"},
      {"/api/v1/events?subdomain=green&limit=501", "limit"},
      {"/api/v1/events?subdomain=green&cursor=!", "cursor"},
      {"/api/v1/events?subdomain=green&cursor=YQE", "cursor"},
      {"/api/v1/events", "subdomain"},
      {path_ + "/deliveries?status=odd", "status"},
      {path_ + "/deliveries?since=x", "since"},
      {path_ + "/deliveries?cursor=ZQE", "cursor"},
      {path_ + "/retries?cursor=ZQE", "cursor"},
      {path_ + "/dead_letters?limit=x", "limit"},
      {path_ + "/replays?cursor=ZQE", "cursor"},
      {"/api/v1/endpoints?limit=-1", "limit"}};
  for (const auto& [target, name] : wrong) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_NE(answer.body.find(name), std::string::npos) << answer.body;
  }
}

TEST_F(OwnRoutesTest, EventIdsHaveOneSpelling) {
  for (const auto& id :
       {std::string("evt_t_1"), std::string("evt_x_1_1"), std::string("evt_t_01_1"),
        std::string("evt_t_1_0"), std::string("evt_t_1_1x"), std::string("evt_t_1_"),
        std::string("1"), std::string("evt_t_1_99999999999999999999"), std::string(200, 'e')})
    EXPECT_EQ(get("/api/v1/events/" + id).status, 404) << id;
}

TEST_F(OwnRoutesTest, AnEndpointIsShownWholeButForItsSecrets) {
  call("PATCH", "/webhook_endpoints/" + endpoint_, R"({"ed25519":true,"max_in_flight":3})");
  call("POST", "/webhook_endpoints/" + endpoint_ + "/rotate_secret");
  health_.value = {.attempts = 3,
                   .successes = 2,
                   .p50 = Microseconds(1'400),
                   .p95 = Microseconds(9'600),
                   .in_flight = 1,
                   .circuit = Circuit::kOpen};
  book_.what_waits = {.backlog = 4, .retries = {10'000, true}, .dead_letters = {1, false}};
  const auto answer = get(path_);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto shown = data(answer);
  EXPECT_EQ(keys(shown),
            "id target_url secret_key active created_at updated_at description max_in_flight "
            "rate_per_second "
            "timeout_seconds retry_schedule headers legacy_signature_header ed25519_public_key "
            "client_certificate retired_secrets disabled_reason health ");
  EXPECT_EQ(keys(shown.at("retired_secrets").at(0).as_object()), "until ");
  const auto health = shown.at("health").as_object();
  EXPECT_EQ(keys(health),
            "success_rate attempts p50_ms p95_ms in_flight backlog retries_waiting dead_letters "
            "oldest_pending_at circuit failing_since last_success_at last_failure_at ");
  EXPECT_DOUBLE_EQ(health.at("success_rate").as_double(), 0.6666);
  EXPECT_EQ(health.at("p95_ms").as_int64(), 10);
  EXPECT_TRUE(health.at("retries_waiting").at("more").as_bool());
  EXPECT_EQ(health.at("circuit").as_string(), "open");
  EXPECT_EQ(json::serialize(data(get(path_ + "/health"))), json::serialize(health));
  EXPECT_EQ(parsed(get("/api/v1/endpoints")).at("data").at(0), json::value(shown));
}

TEST_F(OwnRoutesTest, WhoMayOnlyReadIsShownNoSecrets) {
  ASSERT_EQ(call("PATCH", "/webhook_endpoints/" + endpoint_, R"({"headers":{"X-Token":"canary"}})")
                .status,
            200);
  const auto id = accounts_.account_by_key(sha256("key-a"))->value().id;
  for (const auto* path : {"/api/v1/endpoints", "/webhook_endpoints"}) {
    accounts_.set_scopes(id, Scopes::of_text("webhooks"));
    const auto whole = get(path).body;
    EXPECT_TRUE(whole.contains("whsec_") && whole.contains("canary")) << whole;
    accounts_.set_scopes(id, Scopes::of_text("webhooks.read"));
    const auto seen = get(path).body;
    EXPECT_FALSE(seen.contains("whsec_") || seen.contains("canary")) << seen;
    EXPECT_TRUE(seen.contains(R"("secret_key":"")") && seen.contains(R"("X-Token":"")")) << seen;
  }
  EXPECT_FALSE(get(path_).body.contains("canary"));
  EXPECT_EQ(get(path_ + "/health").status, 200);
  EXPECT_EQ(get(path_ + "/deliveries").status, 200);
  EXPECT_EQ(get(path_ + "/replays").status, 200);
  for (const auto* path : {"", "/rotate_secret", "/webhook_subscriptions"})
    EXPECT_EQ(call("POST", "/webhook_endpoints/" + endpoint_ + path).status, *path ? 403 : 405);
}

TEST_F(OwnRoutesTest, EndpointsAreListedByThePage) {
  for (int i = 0; i < 4; ++i) make_endpoint();
  std::size_t seen = 0;
  std::string cursor;
  do {
    const auto page = parsed(get("/api/v1/endpoints?limit=2&cursor=" + cursor));
    seen += page.at("data").as_array().size();
    const auto& next = page.at("page").at("next_cursor");
    cursor = next.is_null() ? "" : std::string(next.as_string());
  } while (!cursor.empty());
  EXPECT_EQ(seen, 5U);
}

TEST_F(OwnRoutesTest, DeliveriesAreListedWithWhatWasAskedFor) {
  book_.attempts_page = {.rows = {attempt()}, .next = AttemptPosition{5, 4, 3, 2, 1}};
  const auto answer = get(path_ + "/deliveries?status=dead&subdomain=green");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(keys(parsed(answer).at("data").at(0).as_object()),
            "event_id sequence institution_id webhook_subscription_id attempt attempted_at "
            "request_headers outcome status latency_ms response_excerpt ");
  const std::string cursor(parsed(answer).at("page").at("next_cursor").as_string());
  get(path_ + "/deliveries?status=failed&cursor=" + cursor);
  ASSERT_EQ(book_.queries.size(), 2U);
  EXPECT_EQ(book_.queries[0].state, DeliveryState::kDead);
  EXPECT_TRUE(book_.queries[1].failures_only);
  EXPECT_EQ(book_.queries[1].after->block, 4);
  EXPECT_EQ(book_.queries[1].institutions, std::vector{green_}) << "no others than the key's";
}

TEST_F(OwnRoutesTest, WhatWaitsIsListedWithoutWhatTheKeyMayNotSee) {
  const EndpointId id{std::stoll(endpoint_)};
  const WaitingRetry seen{.key = {green_, id, {2}}, .attempts = 4, .due = from_ms(INT64_MAX / 2)};
  const WaitingRetry hidden{.key = {blue_, id, {2}}};
  book_.retries_page = {.rows = {seen, hidden}, .next = hidden};
  const auto retries = get(path_ + "/retries");
  EXPECT_EQ(parsed(retries).at("count").as_int64(), 1);
  const auto row = parsed(retries).at("data").at(0).as_object();
  EXPECT_EQ(keys(row),
            "event_id sequence institution_id attempts first_attempt_at next_attempt_at ");
  EXPECT_TRUE(row.at("next_attempt_at").is_null());
  book_.dead_page = {.rows = {{.key = {green_, id, {3}}, .attempts = 11, .at = clock_.now()},
                              {.key = {blue_, id, {3}}}}};
  const auto dead = get(path_ + "/dead_letters");
  EXPECT_EQ(parsed(dead).at("count").as_int64(), 1);
  EXPECT_EQ(keys(parsed(dead).at("data").at(0).as_object()),
            "event_id sequence institution_id attempts failed_at ");
}

TEST_F(OwnRoutesTest, ADeliveryIsAskedForOnceMore) {
  const auto body = R"({"event_id":")" + event(green_, 2) + "\"}";
  const auto answer = call("POST", path_ + "/retry", body);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(keys(data(answer)), "event_id sequence state ");
  EXPECT_EQ(book_.retried, (std::vector<DeliveryKey>{{green_, {std::stoll(endpoint_)}, {2}}}));
  expect_refusal(call("POST", path_ + "/retry", "{}"), 400, "Missing parameter event_id");
  const auto failed = call("POST", path_ + "/retry_failed", R"({"since":"2024-01-01T00:00:00Z"})");
  EXPECT_EQ(data(failed).at("count").as_int64(), 3);
  EXPECT_EQ(call("POST", path_ + "/retry_failed", R"({"since":"monday"})").status, 400);
  EXPECT_EQ(call("POST", path_ + "/retry_failed").status, 400);
  call("PATCH", "/webhook_endpoints/" + endpoint_, R"({"active":false})");
  EXPECT_EQ(call("POST", path_ + "/retry", body).status, 409);
  EXPECT_EQ(call("POST", path_ + "/retry_failed", R"({"since":"2024-01-01T00:00:00Z"})").status,
            409);
}

TEST_F(OwnRoutesTest, AReplaysPartOfTheLogIsNamedInSeveralWays) {
  const auto range = [&](const std::string& members) {
    const auto made = call("POST", path_ + "/replays", R"({"subdomain":"green",)" + members + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return std::to_string(data(made).at("after_sequence").as_int64()) + ".." +
           std::to_string(data(made).at("to_sequence").as_int64());
  };
  EXPECT_EQ(range(R"("from":2)"), "1..3");
  EXPECT_EQ(range(R"("from":")" + event(green_, 2) + R"(","to":")" + event(green_, 2) + "\""),
            "1..2");
  EXPECT_EQ(range(R"("after_sequence":0,"to":99)"), "0..3") << "what is not there yet is left out";
  EXPECT_EQ(range(R"("since":"2023-11-14T22:13:22.000Z","until":"2023-11-14T22:13:23.000Z")"),
            "1..2");
  EXPECT_EQ(range(R"("since":"2033-11-14T22:13:22.000Z")"), "3..3");
  EXPECT_EQ(range(R"("from":3,"to":1)"), "2..2");
}

TEST_F(OwnRoutesTest, AReplayIsShownListedAndCancelled) {
  const auto made = call("POST", path_ + "/replays",
                         R"({"subdomain":"green","after_sequence":0,"event":"patient_created",)"
                         R"("undelivered_only":true})");
  EXPECT_EQ(keys(data(made)),
            "id endpoint_id institution_id after_sequence to_sequence resource_type event "
            "undelivered_only sent failed cursor total percent created_at done_at cancelled ");
  EXPECT_EQ(data(made).at("resource_type").as_string(), "Patient");
  EXPECT_EQ(data(made).at("percent").as_int64(), 0);
  const auto path = "/api/v1/replays/" + id_of(made);
  EXPECT_EQ(get(path).body, R"({"code":true,"description":null,"error":[],"data":)" +
                                json::serialize(data(made)) + "}");
  EXPECT_EQ(parsed(get(path_ + "/replays")).at("count").as_int64(), 1);
  const auto cancelled = call("DELETE", path);
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_TRUE(data(cancelled).at("cancelled").as_bool());
}

TEST_F(OwnRoutesTest, WrongReplaysAreRefused) {
  for (const auto* members :
       {R"("to":3)", R"("from":1,"since":"2024-01-01T00:00:00Z")", R"("from":0)", R"("from":"x")",
        R"("after_sequence":-1)", R"("since":"x")", R"("from":1,"to":"evt_t_999_1")",
        R"("from":1,"to":1,"until":"2024-01-01T00:00:00Z")", R"("from":1,"event":"nothing")",
        R"("from":1,"resource_type":"Nobody")", R"("from":1,"undelivered_only":"maybe")",
        R"("from":1,"resource_type":"Patient","event":"appointment_created")"})
    EXPECT_EQ(
        call("POST", path_ + "/replays", std::string(R"({"subdomain":"green",)") + members + "}")
            .status,
        400)
        << members;
  EXPECT_EQ(call("POST", path_ + "/replays", R"({"from":1})").status, 400);
  EXPECT_EQ(call("POST", path_ + "/replays", R"({"subdomain":"blue","from":1})").status, 403);
}

TEST_F(OwnRoutesTest, ATestEventIsTheSampleAndItsOutcomeTheAnswer) {
  std::optional<HttpResponse> answer;
  ask("POST", path_ + "/test?subdomain=green",
      R"({"resource_type":"Appointment","event":"appointment_insertion"})", "key-a",
      [&](HttpResponse given) { answer = std::move(given); });
  ASSERT_EQ(tests_.sent.size(), 1U);
  EXPECT_EQ(tests_.sent[0].first, EndpointId{std::stoll(endpoint_)});
  const auto& event = tests_.sent[0].second;
  EXPECT_EQ(event.event_name, "appointment_insertion.complete");
  const auto body = json::parse(body_for(event.body, {5}));
  EXPECT_EQ(body.at("subdomain").as_string(), "green");
  EXPECT_EQ(body.at("webhook_subscription_id").as_int64(), 5);
  EXPECT_FALSE(answer);
  tests_.waiting[0](attempt().outcome);
  ASSERT_TRUE(answer);
  EXPECT_EQ(keys(data(*answer)), "outcome status latency_ms response_excerpt ");
}

TEST_F(OwnRoutesTest, TestsUnderWayAreBounded) {
  const auto right = R"({"resource_type":"Patient","event":"patient_created"})";
  for (int i = 0; i < 16; ++i)
    ask("POST", path_ + "/test", right, "key-a", [](const HttpResponse&) {});
  EXPECT_EQ(call("POST", path_ + "/test", right).status, 429);
  tests_.waiting[0](Outcome{});
  tests_.waiting[0] = {};
  ask("POST", path_ + "/test", right, "key-a", [](const HttpResponse&) {});
  EXPECT_EQ(tests_.sent.size(), 17U);
  for (const auto* wrong :
       {R"({"resource_type":"Patient","event":"appointment_created"})",
        R"({"resource_type":"WebhookEndpoint","event":"webhook_endpoint_failing"})",
        R"({"resource_type":"Patient","event":"*"})", "{}"})
    EXPECT_EQ(call("POST", path_ + "/test", wrong).status, 400) << wrong;
}

TEST_F(OwnRoutesTest, EveryVendorEventHasASample) {
  for (const auto& row : catalogue())
    EXPECT_TRUE(sample_event(row, std::nullopt, clock_.now())) << row.event;
}

// Each route with what belongs to another account, and with what does not exist.
TEST_F(OwnRoutesTest, WhatBelongsToAnotherAccountLooksLikeWhatIsAbsent) {
  const auto theirs = make_endpoint("key-b");
  const auto made = call("POST", "/api/v1/endpoints/" + theirs + "/replays",
                         R"({"subdomain":"blue","from":1})", "key-b");
  ASSERT_EQ(made.status, 201);
  const auto their_event = event(blue_, 1);
  const auto no_event = event(green_, 99);
  struct Case {
    std::string method, before, theirs, absent, after, body;
  };
  const auto endpoints = std::string("/api/v1/endpoints/");
  const std::string replay_body = R"({"subdomain":"green","from":1})";
  const std::string retry_body = R"({"event_id":")" + event(green_, 1) + "\"}";
  const Case cases[] = {
      {"GET", "/api/v1/events/", their_event, no_event, "", ""},
      {"GET", "/api/v1/events/", their_event, "evt_t_9999_1", "", ""},
      {"GET", endpoints, theirs, "999999", "", ""},
      {"GET", endpoints, theirs, "999999", "/health", ""},
      {"GET", endpoints, theirs, "999999", "/deliveries", ""},
      {"GET", endpoints, theirs, "999999", "/retries", ""},
      {"GET", endpoints, theirs, "999999", "/dead_letters", ""},
      {"GET", endpoints, theirs, "999999", "/replays", ""},
      {"POST", endpoints, theirs, "999999", "/replays", replay_body},
      {"POST", endpoints, theirs, "999999", "/retry", retry_body},
      {"POST", endpoints, theirs, "999999", "/retry_failed", R"({"since":"2024-01-01T00:00:00Z"})"},
      {"POST", endpoints, theirs, "999999", "/test",
       R"({"resource_type":"Patient","event":"patient_created"})"},
      {"POST", "/webhook_endpoints/", theirs, "999999", "/rotate_secret", ""},
      {"GET", "/api/v1/replays/", id_of(made), "999999", "", ""},
      {"DELETE", "/api/v1/replays/", id_of(made), "999999", "", ""}};
  for (const auto& one : cases) {
    const auto other = call(one.method, one.before + one.theirs + one.after, one.body);
    const auto absent = call(one.method, one.before + one.absent + one.after, one.body);
    EXPECT_EQ(other.status, 404) << one.method << one.before << one.after << other.body;
    EXPECT_EQ(other.body, absent.body) << one.before << one.after;
    EXPECT_EQ(other.fields, absent.fields) << one.before << one.after;
  }
  // The same in a body.
  const auto retry = [&](const std::string& id) {
    return call("POST", path_ + "/retry", R"({"event_id":")" + id + "\"}");
  };
  EXPECT_EQ(retry(their_event).status, 404);
  EXPECT_EQ(retry(their_event).body, retry(no_event).body);
  EXPECT_EQ(data(call("GET", "/api/v1/replays/" + id_of(made), "", "key-b")).at("cancelled"),
            false);
  EXPECT_EQ(parsed(get("/api/v1/endpoints")).at("count").as_int64(), 1);
}

TEST_F(OwnRoutesTest, WithoutAKeyNothingIsAnswered) {
  for (const auto& target :
       {std::string("/api/v1/events?subdomain=green"), std::string("/api/v1/events/feed"),
        std::string("/api/v1/events/stream"), "/api/v1/events/" + event(green_, 1), path_,
        path_ + "/health", path_ + "/deliveries", path_ + "/retries", path_ + "/dead_letters",
        path_ + "/replays", std::string("/api/v1/replays/1"), std::string("/api/v1/endpoints")})
    expect_refusal(call("GET", target, "", "wrong"), 401, "Unauthorized");
  for (const auto* after : {"/retry", "/retry_failed", "/replays", "/test"})
    expect_refusal(call("POST", path_ + after, "{}", "wrong"), 401, "Unauthorized");
}

}  // namespace
}  // namespace chartbell
