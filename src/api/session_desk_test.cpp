// Sessions as browsers and others' sites meet them: cookies, ends, tokens, origins.
#include "support/browser.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class SessionDeskTest : public SessionTest {
 protected:
  int get(Browser browser, HttpFields more = {}) {
    return send(browser, "GET", "/institutions", {}, std::move(more)).status;
  }
  int post(Browser browser, HttpFields more = {}) {
    return send(browser, "POST", "/webhook_endpoints", R"({"target_url":"https://a.example/"})",
                std::move(more))
        .status;
  }
};

TEST_F(SessionDeskTest, TheCookieIsForThisHostAloneAndNoScriptSeesIt) {
  make_user("ada", Role::kOperator);
  Browser browser;
  const auto answer = enter(browser, "ada");
  const std::string cookie(*field(answer.fields, "set-cookie"));
  EXPECT_TRUE(cookie.starts_with("__Host-chartbell=")) << cookie;
  EXPECT_TRUE(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure")) << cookie;
  EXPECT_EQ(field(answer.fields, "cache-control"), "no-store");
}

TEST_F(SessionDeskTest, WithoutTlsTheCookieHasAPlainName) {
  SessionDesk plain({.users = users_,
                     .clock = clock_,
                     .new_seed = [this] { return drawn(); },
                     .key = "door",
                     .public_url = "http://127.0.0.1:8040"});
  const auto begun = plain.begin(make_user("ada", Role::kViewer), SignInState::kSignedIn, "", {});
  EXPECT_TRUE(begun->cookie.starts_with("chartbell="));
  EXPECT_TRUE(begun->cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"));
}

TEST_F(SessionDeskTest, TheStoreDoesNotHaveWhatTheCookieHas) {
  const auto browser = browser_of("ada", Role::kViewer);
  const auto id = browser.cookie.substr(browser.cookie.find('=') + 1);
  EXPECT_EQ(id.size(), 43U);
  ASSERT_EQ(users_.sessions.size(), 1U);
  EXPECT_EQ(users_.sessions.begin()->first, sha256(id));
  EXPECT_EQ(browser.csrf.find(id), std::string::npos);
}

TEST_F(SessionDeskTest, AQuarterOfAnHourWithoutARequestEndsIt) {
  const auto browser = browser_of("ada", Role::kViewer);
  for (int i = 0; i < 10; ++i) {
    clock_.advance(14min);
    ASSERT_EQ(get(browser), 200) << i;
  }
  clock_.advance(15min);
  EXPECT_EQ(get(browser), 401);
}

TEST_F(SessionDeskTest, TwelveHoursEndItHoweverBusyItIs) {
  const auto browser = browser_of("ada", Role::kViewer);
  for (int i = 0; i < 71; ++i) {
    clock_.advance(10min);
    ASSERT_EQ(get(browser), 200) << i;
  }
  clock_.advance(10min);
  EXPECT_EQ(get(browser), 401);
}

TEST_F(SessionDeskTest, WhatAPageAsksByItselfDoesNotKeepItOpen) {
  const auto browser = browser_of("ada", Role::kViewer);
  clock_.advance(14min);
  EXPECT_EQ(get(browser, {{"X-Chartbell-Background", "1"}}), 200);
  EXPECT_EQ(status_of_session(browser), 200);
  Browser feed = browser;
  EXPECT_EQ(send(feed, "GET", "/api/v1/events/feed?subdomain=green").status, 200);
  clock_.advance(1min);
  EXPECT_EQ(get(browser), 401);
}

TEST_F(SessionDeskTest, ThatItWasSeenIsWrittenOnceAMinute) {
  const auto browser = browser_of("ada", Role::kViewer);
  const auto& session = users_.sessions.begin()->second;
  const auto begun = clock_.now();
  clock_.advance(59s);
  EXPECT_EQ(get(browser), 200);
  EXPECT_EQ(session.seen_at, begun);
  clock_.advance(1s);
  EXPECT_EQ(get(browser), 200);
  EXPECT_EQ(session.seen_at, clock_.now());
}

TEST_F(SessionDeskTest, AChangeNeedsTheSessionsToken) {
  auto browser = browser_of("ada", Role::kOperator);
  EXPECT_EQ(post(browser), 201);
  auto forged = browser;
  forged.csrf.clear();
  EXPECT_EQ(post(forged), 403);
  EXPECT_EQ(get(forged), 200);
  forged.csrf = browser.csrf;
  forged.csrf[7] ^= 1;
  EXPECT_EQ(post(forged), 403);
  forged.csrf = browser_of("bob", Role::kOperator).csrf;
  EXPECT_EQ(post(forged), 403);
}

TEST_F(SessionDeskTest, TheTokenStaysAsItIsWhileTheSessionLasts) {
  auto browser = browser_of("ada", Role::kOperator);
  const auto before = browser.csrf;
  EXPECT_EQ(status_of_session(browser), 200);
  send(browser, "GET", "/api/v1/session");
  EXPECT_EQ(browser.csrf, before);
}

TEST_F(SessionDeskTest, AnotherSitesRequestsAreRefusedEvenWithCookieAndToken) {
  const auto browser = browser_of("ada", Role::kOperator);
  for (const auto* site : {"cross-site", "same-site", "what"}) {
    EXPECT_EQ(post(browser, {{"Sec-Fetch-Site", site}}), 403) << site;
    EXPECT_EQ(get(browser, {{"Sec-Fetch-Site", site}}), 403) << site;
  }
  for (const auto* origin : {"https://evil.example", "null", "https://bell.example.evil.example",
                             "https://bell.example:8"})
    EXPECT_EQ(post(browser, {{"Origin", origin}}), 403) << origin;
  for (const auto* site : {"same-origin", "none"})
    EXPECT_EQ(post(browser, {{"Sec-Fetch-Site", site}, {"Origin", "https://bell.example"}}), 201);
}

TEST_F(SessionDeskTest, NobodyCanBeSignedInByAnotherSite) {
  make_user("ada", Role::kViewer);
  Browser browser;
  EXPECT_EQ(send(browser, "POST", "/api/v1/session", credentials("ada"),
                 {{"Origin", "https://evil.example"}})
                .status,
            403);
  EXPECT_TRUE(browser.cookie.empty());
}

TEST_F(SessionDeskTest, AnIdThatSomebodyElseChoseIsNeverTakenOver) {
  make_user("ada", Role::kViewer);
  const std::string planted = "__Host-chartbell=" + std::string(43, 'A');
  Browser browser{.cookie = planted};
  EXPECT_EQ(enter(browser, "ada").status, 200);
  EXPECT_NE(browser.cookie, planted);
  EXPECT_EQ(get({.cookie = planted}), 401);
}

TEST_F(SessionDeskTest, SigningInAgainEndsWhatTheBrowserHadBefore) {
  auto browser = browser_of("ada", Role::kViewer);
  const auto before = browser;
  EXPECT_EQ(enter(browser, "ada").status, 200);
  EXPECT_EQ(get(before), 401);
  EXPECT_EQ(get(browser), 200);
}

TEST_F(SessionDeskTest, AmongManyCookiesOursIsFound) {
  auto browser = browser_of("ada", Role::kViewer);
  browser.cookie = "a=b; __Host-chartbell=short; x__Host-chartbell=no;" + browser.cookie + "; c=d";
  EXPECT_EQ(get(browser), 200);
}

TEST_F(SessionDeskTest, AnEndedSessionIsNoWrongCredential) {
  Browser browser{.cookie = "__Host-chartbell=" + std::string(43, 'A')};
  for (int i = 0; i < 100; ++i) ASSERT_EQ(get(browser), 401);
}

TEST_F(SessionDeskTest, AKeyCountsMoreThanACookie) {
  const auto browser = browser_of("ada", Role::kViewer);
  EXPECT_EQ(post(browser), 403);
  EXPECT_EQ(post(browser, {{"Authorization", "key-a"}}), 201);
  EXPECT_EQ(get(browser, {{"Authorization", "wrong"}}), 401);
}

}  // namespace
}  // namespace chartbell
