// How people become users: the first one, passwords, codes, what locks and what ends.
#include "api/sign_in.h"

#include "support/browser.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class SignInTest : public SessionTest {
 protected:
  HttpResponse set_up(Browser& browser, std::string_view token, std::string_view name = "Ada") {
    return send(browser, "POST", "/api/v1/setup",
                json::serialize(json::object{{"token", json::string(token)},
                                             {"name", json::string(name)},
                                             {"display_name", "Ada"},
                                             {"password", kPassword}}));
  }
  static constexpr const char* kCodes = "/api/v1/session/second_factor";
};

TEST_F(SignInTest, TheTokenMakesTheFirstUserAndNoOther) {
  Browser browser;
  expect_refusal(set_up(browser, "wrong"), 403,
                 "This is not the setup token that the server printed");
  const auto made = set_up(browser, "setup-token");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(data(made).at("user").at("name").as_string(), "ada");
  EXPECT_EQ(data(made).at("user").at("role").as_string(), "admin");
  EXPECT_EQ(send(browser, "GET", "/api/v1/users").status, 200);
  Browser other;
  expect_refusal(set_up(other, "setup-token", "eve"), 409, "There is a user already");
}

TEST_F(SignInTest, TheSetupTokenCannotBeGuessedForLong) {
  Browser browser;
  int tries = 0;
  while (set_up(browser, "guess " + std::to_string(tries)).status == 403) ++tries;
  EXPECT_EQ(tries, 30);
  EXPECT_EQ(set_up(browser, "setup-token").status, 429);
}

TEST_F(SignInTest, APasswordSignsIn) {
  make_user("ada", Role::kOperator);
  Browser browser;
  const auto answer = enter(browser, "ADA");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(keys(data(answer)),
            "user scopes csrf_token second_factor_missing idle_ends_at ends_at accounts ");
  EXPECT_EQ(trail_.acts().back(), "signed_in");
}

TEST_F(SignInTest, AWrongPasswordAndANameThatNobodyHasLookTheSame) {
  make_user("ada", Role::kOperator);
  auto gone = make_user("gone", Role::kOperator);
  UserChange change;
  change.disabled = true;
  ASSERT_TRUE(users_.change_user(gone.id, change, {}));
  Browser browser;
  for (const auto& [name, password] :
       {std::pair("ada", "wrong"), std::pair("nobody", kPassword), std::pair("gone", kPassword)}) {
    const auto answer = enter(browser, name, password);
    expect_refusal(answer, 401, "Wrong name or password");
    EXPECT_FALSE(field(answer.fields, "set-cookie"));
    EXPECT_FALSE(field(answer.fields, "x-chartbell-sign-in"));
  }
}

TEST_F(SignInTest, ANameIsLockedAfterTenTriesWhetherItExistsOrNot) {
  make_user("ada", Role::kOperator);
  for (const std::string name : {"ada", "nobody"}) {
    Browser browser{.network = "for " + name};
    for (int i = 0; i < 10; ++i) ASSERT_EQ(enter(browser, name, "wrong").status, 401) << i;
    browser.network = "another";
    const auto locked = enter(browser, name);
    EXPECT_EQ(locked.status, 429);
    EXPECT_EQ(field(locked.fields, "retry-after"), "90");
  }
  clock_.advance(90s);
  Browser browser;
  EXPECT_EQ(enter(browser, "ada").status, 200);
}

TEST_F(SignInTest, SigningInOftenLocksNobody) {
  make_user("ada", Role::kOperator);
  Browser browser;
  for (int i = 0; i < 50; ++i) ASSERT_EQ(enter(browser, "ada").status, 200);
}

TEST_F(SignInTest, TooManyAtOnceAreToldToComeBack) {
  make_user("ada", Role::kOperator);
  busy_ = true;
  Browser browser;
  const auto answer = enter(browser, "ada");
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(field(answer.fields, "retry-after"));
}

TEST_F(SignInTest, NothingSecretIsTakenFromAUrl) {
  make_user("ada", Role::kOperator);
  Browser browser;
  const auto answer =
      send(browser, "POST", "/api/v1/session?name=ada&password=four+words+or+something");
  EXPECT_EQ(answer.status, 400) << answer.body;
}

TEST_F(SignInTest, AHashOfAnEarlierCostIsMadeAnew) {
  make_user("ada", Role::kOperator);
  SignIn dearer({.users = users_,
                 .audit = trail_,
                 .clock = clock_,
                 .new_seed = [this] { return drawn(); },
                 .key = "door",
                 .work = {},
                 .cost = {.memory_kib = 128, .passes = 1}});
  const auto before = (*users_.secrets("ada"))->password_hash;
  ASSERT_TRUE(dearer.enter("ada", kPassword, ""));
  const auto after = (*users_.secrets("ada"))->password_hash;
  EXPECT_TRUE(after.contains("m=128,")) << after;
  EXPECT_NE(before, after);
  Browser browser;
  EXPECT_EQ(enter(browser, "ada").status, 200);
}

TEST_F(SignInTest, ASecondFactorIsOnOnceACodeHasConfirmedIt) {
  auto browser = browser_of("ada", Role::kOperator);
  auto elsewhere = browser;
  elsewhere.cookie.clear();
  ASSERT_EQ(enter(elsewhere, "ada").status, 200);
  const auto offered = send(browser, "POST", "/api/v1/users/me/second_factor",
                            R"({"password":"four words or something"})");
  ASSERT_EQ(offered.status, 201) << offered.body;
  EXPECT_TRUE(data(offered)
                  .at("otpauth_uri")
                  .as_string()
                  .starts_with("otpauth://totp/Chartbell:ada?secret=" +
                               std::string(data(offered).at("secret").as_string())));
  EXPECT_EQ(give(browser, "/api/v1/users/me/second_factor/confirm", "000000").status, 401);
  Browser third;
  EXPECT_EQ(enter(third, "ada").status, 200) << "it is not on yet";
  const auto before = browser;
  const auto confirmed = give(browser, "/api/v1/users/me/second_factor/confirm", code_of("ada"));
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(data(confirmed).at("recovery_codes").as_array().size(), 10U);
  EXPECT_EQ(status_of_session(browser), 200);
  for (const auto& ended : {before, elsewhere, third}) EXPECT_EQ(status_of_session(ended), 401);
  EXPECT_EQ(enter(third, "ada").status, 401);
}

TEST_F(SignInTest, ASecondFactorNeedsThePassword) {
  auto browser = browser_of("ada", Role::kOperator);
  EXPECT_EQ(send(browser, "POST", "/api/v1/users/me/second_factor", R"({"password":"no"})").status,
            401);
  turn_on_second_factor(browser, "ada");
  EXPECT_EQ(
      send(browser, "DELETE", "/api/v1/users/me/second_factor", R"({"password":"no"})").status,
      401);
  EXPECT_EQ(send(browser, "DELETE", "/api/v1/users/me/second_factor",
                 R"({"password":"four words or something"})")
                .status,
            200);
  Browser other;
  EXPECT_EQ(enter(other, "ada").status, 200);
}

TEST_F(SignInTest, BetweenPasswordAndCodeNothingIsLet) {
  auto first = browser_of("ada", Role::kAdmin);
  turn_on_second_factor(first, "ada");
  Browser browser;
  const auto half = enter(browser, "ada");
  expect_refusal(half, 401, "Second factor needed");
  EXPECT_EQ(field(half.fields, "x-chartbell-sign-in"), "second_factor");
  for (const auto* path : {"/institutions", "/api/v1/users", "/api/v1/session"}) {
    const auto answer = send(browser, "GET", path);
    EXPECT_EQ(answer.status, 401) << path;
    EXPECT_EQ(field(answer.fields, "x-chartbell-sign-in"), "second_factor");
  }
  const auto before = browser;
  clock_.advance(30s);
  ASSERT_EQ(give(browser, kCodes, code_of("ada")).status, 200);
  EXPECT_NE(browser.cookie, before.cookie) << "the id is another one";
  EXPECT_EQ(status_of_session(before), 401);
  EXPECT_EQ(send(browser, "GET", "/api/v1/users").status, 200);
}

TEST_F(SignInTest, ACodeIsGoodOnce) {
  auto first = browser_of("ada", Role::kAdmin);
  turn_on_second_factor(first, "ada");
  Browser browser;
  enter(browser, "ada");
  EXPECT_EQ(give(browser, kCodes, code_of("ada")).status, 401) << "it confirmed already";
  clock_.advance(30s);
  const auto code = code_of("ada");
  EXPECT_EQ(give(browser, kCodes, code).status, 200);
  Browser thief;
  enter(thief, "ada");
  EXPECT_EQ(give(thief, kCodes, code).status, 401);
}

TEST_F(SignInTest, ARecoveryCodeIsGoodOnceHoweverItIsTyped) {
  auto first = browser_of("ada", Role::kAdmin);
  const auto codes = turn_on_second_factor(first, "ada");
  EXPECT_EQ(codes.at(0).size(), 11U);
  Browser browser;
  enter(browser, "ada");
  EXPECT_EQ(give(browser, kCodes, codes.at(0)).status, 200);
  enter(browser, "ada");
  EXPECT_EQ(give(browser, kCodes, codes.at(0)).status, 401);
  auto typed = codes.at(1).substr(0, 5) + " " + codes.at(1).substr(6);
  std::ranges::transform(typed, typed.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  EXPECT_EQ(give(browser, kCodes, typed).status, 200);
  EXPECT_EQ(std::ranges::count(trail_.acts(), "used_recovery_code"), 2);
}

TEST_F(SignInTest, CodesCannotBeTriedForLongEvenByWhoHasThePassword) {
  auto first = browser_of("ada", Role::kAdmin);
  turn_on_second_factor(first, "ada");
  int codes = 0;
  for (int i = 0; i < 40; ++i) {
    Browser browser{.network = "network " + std::to_string(i)};
    if (enter(browser, "ada").status == 429) break;
    for (int j = 0; j < 10; ++j)
      if (give(browser, kCodes, "000000").body.contains("Wrong code")) ++codes;
  }
  EXPECT_LE(codes, 10);
}

TEST_F(SignInTest, FiveWrongCodesEndWhatThePasswordBegan) {
  auto first = browser_of("ada", Role::kAdmin);
  turn_on_second_factor(first, "ada");
  clock_.advance(30s);
  Browser browser;
  enter(browser, "ada");
  for (int i = 0; i < 5; ++i) expect_refusal(give(browser, kCodes, "000000"), 401, "Wrong code");
  expect_refusal(give(browser, kCodes, code_of("ada")), 401, "Give name and password first");
}

TEST_F(SignInTest, ACodeComesWithinFiveMinutes) {
  auto first = browser_of("ada", Role::kAdmin);
  turn_on_second_factor(first, "ada");
  Browser browser;
  enter(browser, "ada");
  clock_.advance(5min);
  EXPECT_EQ(give(browser, kCodes, code_of("ada")).status, 401);
}

TEST_F(SignInTest, ANewPasswordEndsOtherSessionsAndKeepsThisBrowserIn) {
  auto browser = browser_of("ada", Role::kViewer);
  Browser elsewhere;
  enter(elsewhere, "ada");
  const auto before = browser;
  const auto change = [&](const char* current, const char* wanted) {
    return send(browser, "POST", "/api/v1/users/me/password",
                json::serialize(json::object{{"current_password", current}, {"password", wanted}}));
  };
  expect_refusal(change("wrong", "another good one"), 401, "The password is wrong");
  expect_refusal(change(kPassword, kPassword), 400, "password: is the one that you have");
  EXPECT_EQ(change(kPassword, "short").status, 400);
  EXPECT_EQ(change(kPassword, "the name ada is in it").status, 400);
  EXPECT_EQ(status_of_session(elsewhere), 200);
  ASSERT_EQ(change(kPassword, "another good one").status, 200);
  EXPECT_EQ(status_of_session(browser), 200);
  EXPECT_EQ(status_of_session(before), 401);
  EXPECT_EQ(status_of_session(elsewhere), 401);
  EXPECT_EQ(enter(elsewhere, "ada").status, 401);
  EXPECT_EQ(enter(elsewhere, "ada", "another good one").status, 200);
}

TEST_F(SignInTest, SigningOutEndsThisSessionOrAll) {
  auto one = browser_of("ada", Role::kViewer);
  Browser two, three;
  enter(two, "ada");
  enter(three, "ada");
  auto leaving = one;
  const auto out = send(leaving, "DELETE", "/api/v1/session");
  EXPECT_EQ(out.status, 200);
  EXPECT_TRUE(field(out.fields, "set-cookie")->contains("Max-Age=0"));
  EXPECT_EQ(status_of_session(one), 401);
  EXPECT_EQ(status_of_session(two), 200);
  leaving = two;
  EXPECT_EQ(send(leaving, "DELETE", "/api/v1/session", R"({"everywhere":true})").status, 200);
  EXPECT_EQ(status_of_session(two), 401);
  EXPECT_EQ(status_of_session(three), 401);
}

}  // namespace
}  // namespace chartbell
