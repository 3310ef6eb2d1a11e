// What roles let users do, users as admins see them, and what is put down of it all.
#include "api/routes.h"
#include "support/browser.h"

namespace chartbell {
namespace {

class UserRoutesTest : public SessionTest {
 protected:
  int status(Browser& browser, const char* method, const std::string& path,
             const std::string& body = {}) {
    return send(browser, method, path, body).status;
  }
  std::string id_of_user(const std::string& name) {
    return to_string((*users_.secrets(name))->user.id);
  }

  static bool may(Role role, Access access) {
    if (access == Access::kAccount) return false;
    if (const auto least = role_of(access)) return role >= *least;
    return access == Access::kRead || access == Access::kWebhooksRead || role >= Role::kOperator;
  }
  static std::string filled(std::string_view path) {
    std::string out(path);
    for (const auto& [hole, text] : {std::pair("{text}", "patient"), std::pair("{}", "4711")})
      for (auto at = out.find(hole); at != std::string::npos; at = out.find(hole))
        out.replace(at, std::string_view(hole).size(), text);
    return out;
  }
  static constexpr std::string_view kSignOut = "DELETE/api/v1/session";

  Browser viewer_ = browser_of("vic", Role::kViewer);
  Browser operator_ = browser_of("otto", Role::kOperator);
  Browser admin_ = browser_of("ada", Role::kAdmin);
};

TEST_F(UserRoutesTest, EveryRouteRefusesRolesBelowItsOwn) {
  for (const auto& route : all_routes()) {
    if (route.access == Access::kOpen ||
        std::string(route.method) + std::string(route.path) == kSignOut)
      continue;
    for (auto* browser : {&viewer_, &operator_, &admin_}) {
      const auto role = browser == &viewer_     ? Role::kViewer
                        : browser == &operator_ ? Role::kOperator
                                                : Role::kAdmin;
      const auto answer = send(*browser, std::string(route.method), filled(route.path));
      EXPECT_EQ(answer.status != 403, may(role, route.access))
          << name(role) << " " << route.method << " " << route.path << " " << answer.body;
    }
  }
}

TEST_F(UserRoutesTest, AUserSeesEveryInstitution) {
  const auto answer = send(viewer_, "GET", "/institutions");
  EXPECT_EQ(parsed(answer).at("count").as_int64(), 2);
}

TEST_F(UserRoutesTest, AUserSeesTheEndpointsOfOneKeyAtATime) {
  make_endpoint("key-a");
  make_endpoint("key-b");
  make_endpoint("key-b");
  const auto count = [&](HttpFields more) {
    const auto answer = send(operator_, "GET", "/webhook_endpoints", {}, std::move(more));
    return answer.status == 200 ? parsed(answer).at("data").as_array().size() : 0U;
  };
  const auto session = data(send(operator_, "GET", "/api/v1/session"));
  const auto& names = session.at("accounts").as_array();
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(count({}), 1U);
  EXPECT_EQ(count({{"X-Chartbell-Account", std::string(names[0].as_string())}}), 1U);
  EXPECT_EQ(count({{"X-Chartbell-Account", std::string(names[1].as_string())}}), 2U);
  expect_refusal(send(operator_, "GET", "/webhook_endpoints", {}, {{"X-Chartbell-Account", "x"}}),
                 400, "X-Chartbell-Account names no key");
}

TEST_F(UserRoutesTest, AUserCannotMakeATokenOfAKey) {
  expect_refusal(send(admin_, "POST", "/authenticates"), 403,
                 "This is for API keys, not for users");
}

TEST_F(UserRoutesTest, AKeyIsNoUser) {
  expect_refusal(call("GET", "/api/v1/users"), 403,
                 "This is for users who have signed in, not for API keys");
  EXPECT_EQ(call("GET", "/api/v1/audit").status, 403);
  EXPECT_EQ(call("POST", "/api/v1/audit/reveals", R"({"resource_type":"Patient","id":1})").status,
            403);
}

TEST_F(UserRoutesTest, AnAdminMakesChangesAndDeletesUsers) {
  const auto made = send(admin_, "POST", "/api/v1/users",
                         R"({"name":"Bob","display_name":"Bob","role":"viewer",)"
                         R"("password":"until you choose another"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(keys(data(made)), "id name display_name role second_factor disabled created_at ");
  const auto path = "/api/v1/users/" + id_of(made);
  Browser bob;
  ASSERT_EQ(enter(bob, "bob", "until you choose another").status, 200);
  const auto changed = send(admin_, "PATCH", path, R"({"role":"operator"})");
  EXPECT_EQ(data(changed).at("role").as_string(), "operator");
  EXPECT_EQ(status_of_session(bob), 401) << "another role is another session";
  EXPECT_EQ(status(admin_, "PATCH", path, R"({"password":"short"})"), 400);
  EXPECT_EQ(status(admin_, "PATCH", path, "{}"), 400);
  EXPECT_EQ(status(admin_, "PATCH", path, R"({"second_factor":true})"), 400);
  EXPECT_EQ(status(admin_, "PATCH", path, R"({"disabled":true})"), 200);
  EXPECT_EQ(enter(bob, "bob", "until you choose another").status, 401);
  EXPECT_EQ(status(admin_, "PATCH", path, R"({"disabled":false})"), 200);
  EXPECT_EQ(enter(bob, "bob", "until you choose another").status, 200);
  EXPECT_EQ(parsed(send(admin_, "GET", "/api/v1/users")).at("count").as_int64(), 4);
  EXPECT_EQ(status(admin_, "DELETE", path), 200);
  EXPECT_EQ(status_of_session(bob), 401);
  EXPECT_EQ(status(admin_, "DELETE", path), 404);
}

TEST_F(UserRoutesTest, AnAdminSeesWhatKeysMayAndNoKey) {
  const auto answer = send(admin_, "GET", "/api/v1/keys");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parsed(answer).at("count").as_int64(), 2);
  const auto first = parsed(answer).at("data").at(0).as_object();
  EXPECT_EQ(keys(first),
            "id name institutions scopes created_at expires_at revoked_at requests_per_second ");
  EXPECT_EQ(first.at("scopes").as_array().size(), kScopes.size());
  EXPECT_FALSE(answer.body.contains("key-a"));
  EXPECT_FALSE(answer.body.contains(sha256("key-a")));
}

TEST_F(UserRoutesTest, AnAdminTurnsOffASecondFactorThatWasLost) {
  turn_on_second_factor(operator_, "otto");
  EXPECT_EQ(
      status(admin_, "PATCH", "/api/v1/users/" + id_of_user("otto"), R"({"second_factor":false})"),
      200);
  Browser browser;
  EXPECT_EQ(enter(browser, "otto").status, 200);
}

TEST_F(UserRoutesTest, WhatIsWrongWithANewUserIsNamed) {
  const auto refused = [&](const char* body) {
    const auto answer = send(admin_, "POST", "/api/v1/users", body);
    EXPECT_EQ(answer.status, 400) << answer.body;
    return answer.body;
  };
  EXPECT_TRUE(refused(R"({"name":"a b","display_name":"x","role":"viewer","password":"x"})")
                  .contains("name: must be"));
  EXPECT_TRUE(refused(R"({"name":"bob","display_name":"\u0007","role":"viewer","password":"x"})")
                  .contains("display_name: has control characters"));
  EXPECT_TRUE(refused(R"({"name":"bob","display_name":"x","role":"boss","password":"x"})")
                  .contains("role must be"));
  EXPECT_TRUE(refused(R"({"name":"bob","display_name":"x","role":"viewer","password":"bob"})")
                  .contains("password: must have 12"));
}

TEST_F(UserRoutesTest, AnAdminWithoutASecondFactorMayOnlyTurnItOnWhereThatIsAsked) {
  SignIn strict({.users = users_,
                 .audit = trail_,
                 .clock = clock_,
                 .new_seed = [this] { return drawn(); },
                 .key = "door",
                 .work =
                     [](const std::function<void()>& step) {
                       step();
                       return true;
                     },
                 .public_url = "https://bell.example",
                 .admins_need_second_factor = true,
                 .cost = {.memory_kib = 64, .passes = 1}});
  auto parts = this->parts();
  parts.sign_in = &strict;
  Api api(std::move(parts));
  EXPECT_EQ(send(api, operator_, "GET", "/institutions").status, 200);
  expect_refusal(send(api, admin_, "GET", "/institutions"), 403, "Turn on a second factor first");
  expect_refusal(send(api, admin_, "GET", "/api/v1/users"), 403, "Turn on a second factor first");
  EXPECT_TRUE(
      data(send(api, admin_, "GET", "/api/v1/session")).at("second_factor_missing").as_bool());
  ASSERT_EQ(send(api, admin_, "POST", "/api/v1/users/me/second_factor",
                 R"({"password":"four words or something"})")
                .status,
            201);
  ASSERT_EQ(send(api, admin_, "POST", "/api/v1/users/me/second_factor/confirm",
                 json::serialize(json::object{{"code", code_of("ada")}}))
                .status,
            200);
  EXPECT_EQ(send(api, admin_, "GET", "/api/v1/users").status, 200);
}

TEST_F(UserRoutesTest, WhatUsersDoThroughOtherRoutesIsPutDown) {
  trail_.rows.clear();
  const auto made =
      send(operator_, "POST", "/webhook_endpoints", R"({"target_url":"https://a.example/"})");
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(status(operator_, "DELETE", "/webhook_endpoints/" + id_of(made)), 204);
  EXPECT_EQ(status(operator_, "DELETE", "/webhook_endpoints/4711"), 404);
  EXPECT_EQ(status(operator_, "GET", "/webhook_endpoints"), 200);
  ASSERT_EQ(trail_.rows.size(), 3U);
  EXPECT_EQ(trail_.rows[0].note.act, "POST /webhook_endpoints");
  EXPECT_EQ(trail_.rows[0].note.who, "otto");
  EXPECT_EQ(trail_.rows[0].note.detail, "201");
  EXPECT_EQ(trail_.rows[1].note.act, "DELETE /webhook_endpoints/{}");
  EXPECT_EQ(trail_.rows[1].note.about, id_of(made));
  EXPECT_EQ(trail_.rows[2].note.detail, "404");
}

TEST_F(UserRoutesTest, WhatTheyDidItToIsPutDownUnlessARecordSystemNamedIt) {
  const auto about = [&](const char* method, const std::string& path) {
    send(operator_, method, path, R"({"subdomain":"green","removals":1})");
    return trail_.rows.back().note.about;
  };
  EXPECT_EQ(about("POST", "/api/v1/sources/front-office/confirm_removals"), "front-office");
  EXPECT_EQ(about("DELETE", "/form_requests/d2594a76862247209d4c35a92e0902f8"),
            "d2594a76862247209d4c35a92e0902f8");
  EXPECT_EQ(about("DELETE", "/form_requests/Ada%20Lovelace"), "");
  EXPECT_EQ(about("PUT", "/api/v1/sources/vendor/resources/patient/Lovelace"), "");
}

TEST_F(UserRoutesTest, AKeysCallsAreNotPutDown) {
  const auto before = trail_.rows.size();
  make_endpoint();
  EXPECT_EQ(trail_.rows.size(), before);
}

TEST_F(UserRoutesTest, RevealsArePutDownForOperators) {
  EXPECT_EQ(
      status(viewer_, "POST", "/api/v1/audit/reveals", R"({"resource_type":"Patient","id":41})"),
      403);
  const auto answer =
      send(operator_, "POST", "/api/v1/audit/reveals", R"({"resource_type":"Patient","id":41})");
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(keys(data(answer)), "id at user_id who act about detail ");
  EXPECT_EQ(trail_.rows.back().note.about, "Patient 41");
  for (const auto* body : {R"({"resource_type":"Patient"})", R"({"id":41})",
                           R"({"resource_type":"Patient","id":"Ada Lovelace"})",
                           R"({"resource_type":"the patient","id":41})"})
    EXPECT_EQ(status(operator_, "POST", "/api/v1/audit/reveals", body), 400) << body;
}

TEST_F(UserRoutesTest, TheTrailIsReadByThePage) {
  trail_.next = AuditId{3};
  const auto answer = send(
      admin_, "GET",
      "/api/v1/audit?user_id=2&act=revealed&since=2024-01-02T03:04:05Z&until=2024-01-03T00:00:00Z&"
      "limit=7");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(trail_.asked.user, UserId{2});
  EXPECT_EQ(trail_.asked.act, "revealed");
  EXPECT_EQ(to_ms(*trail_.asked.since), 1'704'164'645'000);
  EXPECT_TRUE(trail_.asked.until);
  EXPECT_EQ(trail_.asked.limit, 7U);
  const std::string cursor(parsed(answer).at("page").at("next_cursor").as_string());
  send(admin_, "GET", "/api/v1/audit?cursor=" + cursor);
  EXPECT_EQ(trail_.asked.before, AuditId{3});
  EXPECT_EQ(status(admin_, "GET", "/api/v1/audit?cursor=zzz"), 400);
  EXPECT_EQ(status(admin_, "GET", "/api/v1/audit?user_id=0"), 400);
}

TEST_F(UserRoutesTest, NothingThatProvesAUserIsInTheTrail) {
  turn_on_second_factor(operator_, "otto");
  Browser browser;
  enter(browser, "otto", "a wrong password");
  for (const auto& row : trail_.rows) {
    const auto all = row.note.who + row.note.act + row.note.about + row.note.detail;
    for (const auto* secret : {kPassword, "a wrong password"})
      EXPECT_EQ(all.find(secret), std::string::npos);
  }
}

}  // namespace
}  // namespace chartbell
