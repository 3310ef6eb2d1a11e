#include "forms/site.h"

#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "forms/answers.h"
#include "forms/book_for_test.h"
#include "forms/session.h"
#include "support/fake_clock.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using testing::Test;

using Values = std::vector<std::pair<std::string, std::string>>;

std::string form_body(const Values& values) {
  std::string out;
  for (const auto& [name, value] : values)
    (out += out.empty() ? "" : "&") += percent_encoded(name) + '=' + percent_encoded(value);
  return out;
}

std::string template_text() {
  std::ifstream file(std::string(CHARTBELL_SOURCE_DIR) + "/tests/forms/wrong_templates.json");
  std::ostringstream text;
  text << file.rdbuf();
  return json::serialize(json::parse(text.str()).at("sound"));
}

class SiteTest : public Test {
 protected:
  SiteTest() {
    book_.hash = link_hash(token_);
    auto& open = book_.open;
    open.request = {.institution = {1},
                    .id = {77},
                    .name = "d2594a76862247209d4c35a92e0902f8",
                    .form = {9},
                    .patient = {415},
                    .source = {4},
                    .location = {3},
                    .language = "en",
                    .expires_at = clock_.now() + 24h};
    open.subdomain = "green";
    open.institution = "Green <b>Dental</b>";
    open.location = "Main & Street";
    open.timezone = "America/New_York";
    open.text = template_text();
    open.patient =
        Document(R"({"name":"Ana Núñez","first_name":"Ana","email":"ana@example.com",)"
                 R"("bio":{"date_of_birth":"1980-03-31","cell_phone_number":"+1 212 555 0101"}})");
  }

  HttpResponse call(std::string method, const std::string& path, std::string body = {},
                    HttpFields fields = {}) {
    if (!cookie_.empty()) fields.emplace_back("Cookie", cookie_);
    if (method == "POST" && !field(fields, "content-type"))
      fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    std::optional<HttpResponse> out;
    site_.answer({.method = std::move(method),
                  .target = path,
                  .fields = std::move(fields),
                  .body = std::move(body),
                  .peer = "192.0.2.1",
                  .network = network_},
                 [&](HttpResponse answer) { out = std::move(answer); });
    if (const auto set = out ? field(out->fields, "set-cookie") : std::nullopt)
      cookie_ = std::string(set->substr(0, set->find(';')));
    return out.value_or(HttpResponse{.status = 0, .fields = {}, .body = {}});
  }
  HttpResponse get(const std::string& path) { return call("GET", path); }
  HttpResponse say_date(std::string day, std::string month, std::string year) {
    return call("POST", form_,
                form_body({{"birth.day", std::move(day)},
                           {"birth.month", std::move(month)},
                           {"birth.year", std::move(year)}}));
  }
  HttpResponse say_wrong_date() { return say_date("1", "1", "1999"); }
  void open() { ASSERT_EQ(say_date("31", "3", "1980").status, 303); }

  std::string secret() {
    const auto page = get(form_).body;
    constexpr std::string_view kBefore = "name=\"_secret\" value=\"";
    const auto at = page.find(kBefore) + kBefore.size();
    return page.substr(at, page.find('"', at) - at);
  }
  HttpResponse send(std::string act, Values values) {
    values.emplace_back("_secret", secret());
    values.emplace_back("_act", std::move(act));
    return call("POST", form_ + "/answers", form_body(values));
  }
  static Values sound() {
    return {{"first_name", "Ana"},    {"born_on.day", "31"},     {"born_on.month", "3"},
            {"born_on.year", "1980"}, {"smoker", "false"},       {"allergies", "latex"},
            {"agreed", "true"},       {"signature", "Ana Núñez"}};
  }
  static Values with(std::string name, std::string value) {
    auto out = sound();
    std::erase_if(out, [&](const auto& pair) { return pair.first == name; });
    out.emplace_back(std::move(name), std::move(value));
    return out;
  }

  static bool holds(const HttpResponse& answer, std::string_view text) {
    return answer.body.find(text) != std::string::npos;
  }
  static std::string location(const HttpResponse& answer) {
    return std::string(field(answer.fields, "location").value_or("none"));
  }

  const std::string token_ = to_base64url(std::string(32, 'T'));
  const std::string form_ = "/f/" + token_;
  FakeClock clock_;
  MemoryFormBook book_{clock_};
  ScriptedFormSource source_;
  bool busy_ = false;
  std::string cookie_;
  std::string network_ = "192.0.2.1";
  FormSite site_{{.book = book_,
                  .source = source_,
                  .clock = clock_,
                  .session_key = std::string(32, 'k'),
                  .work = [this](const std::function<void()>& job) {
                    if (!busy_) job();
                    return !busy_;
                  }}};
};

// ---- the question -------------------------------------------------------------------------------

TEST_F(SiteTest, NothingPersonalIsShownBeforeTheDateOfBirth) {
  const auto answer = get(form_);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(holds(answer, "Date of birth"));
  EXPECT_TRUE(holds(answer, "Green &lt;b&gt;Dental&lt;/b&gt;"));
  for (const auto* secret : {"Ana", "example.com", "1980", "Visit", "Main", "555"})
    EXPECT_FALSE(holds(answer, secret)) << secret;
  EXPECT_FALSE(field(answer.fields, "set-cookie"));
}

TEST_F(SiteTest, EveryAnswerIsGuarded) {
  open();
  for (const auto& answer : {get(form_), get("/f/nonsense"), get("/f/style.css"), say_wrong_date(),
                             call("PUT", form_), send("submit", {}), send("submit", sound())}) {
    const auto& fields = answer.fields;
    const auto policy = std::string(field(fields, "content-security-policy").value_or(""));
    EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"));
    for (const auto* part : {"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"})
      EXPECT_NE(policy.find(part), std::string::npos) << part;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(field(fields, "referrer-policy"), "no-referrer");
    EXPECT_EQ(field(fields, "x-content-type-options"), "nosniff");
    EXPECT_EQ(field(fields, "x-frame-options"), "DENY");
    EXPECT_EQ(field(fields, "cross-origin-opener-policy"), "same-origin");
    EXPECT_TRUE(field(fields, "permissions-policy"));
    EXPECT_TRUE(field(fields, "cache-control"));
    EXPECT_FALSE(holds(answer, "<style") || holds(answer, " style=") || holds(answer, " onclick"));
  }
}

TEST_F(SiteTest, PagesAreKeptByNoCacheAndFilesAre) {
  EXPECT_EQ(field(get(form_).fields, "cache-control"), "no-store");
  for (const auto* file : {"/f/style.css", "/f/form.js?x", "/f/icon.svg"}) {
    const auto answer = get(file);
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.body.empty());
    EXPECT_NE(field(answer.fields, "cache-control"), "no-store");
    const auto tag = std::string(field(answer.fields, "etag").value_or(""));
    const auto again = call("GET", file, {}, {{"If-None-Match", tag}});
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.body.empty());
  }
}

TEST_F(SiteTest, TheRightDateOpensTheForm) {
  const auto answer = say_date("31", "3", "1980");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(location(answer), form_ + "?lang=en");
  const auto set = std::string(field(answer.fields, "set-cookie").value_or(""));
  EXPECT_NE(set.find("; Path=" + form_ + "; HttpOnly; SameSite=Strict; Secure"), std::string::npos);
  const auto page = get(location(answer));
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(holds(page, "<h1>Visit</h1>"));
  EXPECT_TRUE(holds(page, "<bdi>Ana Núñez</bdi>"));
  EXPECT_TRUE(holds(page, "value=\"ana@example.com\""));
  EXPECT_TRUE(field(page.fields, "set-cookie"));
}

TEST_F(SiteTest, WhatIsNoDateIsNotCounted) {
  const auto answer = say_date("31", "2", "1980");
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(holds(answer, "Enter a date of birth"));
  EXPECT_TRUE(holds(answer, "<title>Error: "));
  EXPECT_EQ(book_.open.request.wrong_dates, 0);
}

TEST_F(SiteTest, WrongDatesLockAndThenEndTheLink) {
  for (int i = 1; i <= 4; ++i) {
    const auto answer = say_wrong_date();
    EXPECT_EQ(answer.status, 422);
    EXPECT_TRUE(holds(answer, "not the date of birth that we have"));
    EXPECT_EQ(book_.open.request.wrong_dates, i);
  }
  for (int i = 5; i <= 9; ++i) {
    EXPECT_EQ(say_wrong_date().status, 429);
    EXPECT_EQ(book_.open.request.wrong_dates, i);
    clock_.advance(15min - 1s);
    const auto locked = say_date("31", "3", "1980");
    EXPECT_EQ(locked.status, 429);
    EXPECT_EQ(field(locked.fields, "retry-after"), "1");
    EXPECT_EQ(get(form_).status, 429);
    EXPECT_EQ(book_.open.request.wrong_dates, i);
    clock_.advance(1s);
    EXPECT_EQ(get(form_).status, 200);
  }
  const auto last = say_wrong_date();
  EXPECT_EQ(last.status, 404);
  EXPECT_EQ(book_.open.request.status, FormRequestStatus::kRevoked);
  EXPECT_EQ(say_date("31", "3", "1980").body, last.body);
}

TEST_F(SiteTest, TheRightDateForgetsWrongOnes) {
  say_wrong_date();
  open();
  EXPECT_EQ(book_.open.request.wrong_dates, 0);
}

TEST_F(SiteTest, APatientWithoutADateOfBirthIsNobodys) {
  book_.open.patient = Document(R"({"bio":{"date_of_birth":null}})");
  EXPECT_EQ(say_date("", "", "").status, 422);
  EXPECT_EQ(say_date("31", "3", "1980").status, 422);
  EXPECT_EQ(book_.open.request.wrong_dates, 1);
}

// ---- links that lead nowhere --------------------------------------------------------------------

TEST_F(SiteTest, AllLinksThatLeadNowhereGetOneAnswer) {
  const auto guessed = get("/f/" + to_base64url(std::string(32, 'G')));
  EXPECT_EQ(guessed.status, 404);
  const auto expect_same = [&](const HttpResponse& answer) {
    EXPECT_EQ(answer.status, guessed.status);
    EXPECT_EQ(answer.fields, guessed.fields);
    EXPECT_EQ(answer.body, guessed.body);
  };
  expect_same(get("/f/"));
  expect_same(get("/f/nonsense"));
  expect_same(get(form_ + "x"));
  expect_same(get(form_ + "/other"));
  expect_same(get(form_ + "/done"));

  book_.open.request.status = FormRequestStatus::kRevoked;
  expect_same(get(form_));
  expect_same(say_date("31", "3", "1980"));
  book_.open.request.status = FormRequestStatus::kCompleted;
  expect_same(get(form_ + "?lang=es"));
  expect_same(call("POST", form_ + "/answers"));
  book_.open.request.status = FormRequestStatus::kOpen;
  clock_.advance(24h);
  expect_same(get(form_));
}

TEST_F(SiteTest, AnOpenSessionDoesNotOutliveItsLink) {
  open();
  const auto own = secret();
  book_.open.request.status = FormRequestStatus::kRevoked;
  EXPECT_EQ(get(form_).status, 404);
  EXPECT_EQ(call("POST", form_ + "/answers", form_body({{"_secret", own}})).status, 404);
}

TEST_F(SiteTest, ANetworkMayGuessTwentyLinksAMinute) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get("/f/nonsense").status, 404);
  const auto answer = get("/f/nonsense");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(field(answer.fields, "retry-after"), "3");
  EXPECT_EQ(get(form_).status, 200);
  network_ = "192.0.2.2";
  EXPECT_EQ(get("/f/nonsense").status, 404);
}

TEST_F(SiteTest, ANetworkMayAskForManyPagesButNotForAnyNumber) {
  for (int i = 0; i < 120; ++i) EXPECT_EQ(get(form_).status, 200);
  EXPECT_EQ(get(form_).status, 429);
  EXPECT_EQ(say_date("31", "3", "1980").status, 429);
  EXPECT_EQ(get("/f/style.css").status, 200);
  clock_.advance(500ms);
  EXPECT_EQ(get(form_).status, 200);
}

// ---- sessions -----------------------------------------------------------------------------------

TEST_F(SiteTest, ASessionEndsAfterRestAndIsAskedForAgain) {
  open();
  clock_.advance(29min);
  EXPECT_TRUE(holds(get(form_), "<h1>Visit</h1>"));
  clock_.advance(29min);
  EXPECT_TRUE(holds(get(form_), "<h1>Visit</h1>"));
  const auto own = secret();
  clock_.advance(30min);
  EXPECT_FALSE(holds(get(form_), "Visit"));
  const auto answer = call("POST", form_ + "/answers",
                           form_body({{"_secret", own}, {"_act", "submit"}, {"email", "a@b.cd"}}));
  EXPECT_EQ(answer.status, 403);
  EXPECT_TRUE(holds(answer, "closed after some time"));
  EXPECT_FALSE(holds(answer, "a@b.cd"));
  open();
  EXPECT_TRUE(holds(get(form_), "value=\"a@b.cd\""));
}

TEST_F(SiteTest, WhoNeverHadASessionGivesNoAnswers) {
  const auto answer = call("POST", form_ + "/answers", form_body({{"email", "a@b.cd"}}));
  EXPECT_EQ(answer.status, 403);
  EXPECT_TRUE(holds(answer, "Date of birth"));
  EXPECT_TRUE(book_.open.draft.empty());
}

TEST_F(SiteTest, AnotherLinksCookieOpensNothing) {
  const SessionKeeper keeper(std::string(32, 'k'), SessionKeeper::Cookies::kSecure);
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  cookie_ = keeper.cookie(to_base64url(std::string(32, 'G')), {.begun = now, .seen = now});
  EXPECT_FALSE(holds(get(form_), "Visit"));
  cookie_ = "form=1.o.1700000000.1700000000.AAAA";
  EXPECT_FALSE(holds(get(form_), "Visit"));
}

TEST_F(SiteTest, AnswersNeedTheFormsSecret) {
  open();
  for (const auto& body : {form_body({{"_act", "keep"}}),
                           form_body({{"_act", "keep"}, {"_secret", "x"}}), std::string()}) {
    EXPECT_EQ(call("POST", form_ + "/answers", body).status, 403);
    EXPECT_TRUE(book_.open.draft.empty());
  }
}

TEST_F(SiteTest, OtherSitesAndOtherBodiesAreRefused) {
  const auto body = form_body({{"birth.day", "31"}, {"birth.month", "3"}, {"birth.year", "1980"}});
  for (const auto& [name, value] : HttpFields{{"Sec-Fetch-Site", "cross-site"},
                                              {"Sec-Fetch-Site", "same-site"},
                                              {"Origin", "https://evil.example"}})
    EXPECT_EQ(call("POST", form_, body, {{name, value}, {"Host", "forms.example"}}).status, 403);
  EXPECT_EQ(call("POST", form_, body, {{"Content-Type", "application/json"}}).status, 415);
  EXPECT_EQ(call("POST", form_, "birth.day=%zz").status, 400);
  EXPECT_TRUE(cookie_.empty());
}

TEST_F(SiteTest, OtherMethodsAreNotAllowed) {
  for (const auto* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    const auto answer = call(method, form_);
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(field(answer.fields, "allow"), "GET, HEAD, POST");
  }
  EXPECT_EQ(call("POST", form_ + "/done").status, 405);
  EXPECT_EQ(call("HEAD", form_).status, 200);
  EXPECT_EQ(get(form_ + "/answers").status, 303);
}

// ---- the form -----------------------------------------------------------------------------------

TEST_F(SiteTest, WhatIsWrongComesBackWithWhatWasTyped) {
  open();
  auto values = with("born_on.month", "13");
  values.emplace_back("email", "no address");
  const auto answer = send("submit", values);
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(holds(answer, "<title>Error: Visit"));
  EXPECT_TRUE(holds(answer, "<a href=\"#f-email\">Email: Enter an email address"));
  EXPECT_TRUE(holds(answer, "<a href=\"#f-born_on\">Born on: Enter a real date"));
  EXPECT_TRUE(holds(answer, "value=\"no address\""));
  EXPECT_TRUE(
      holds(answer, "name=\"born_on.month\" type=\"text\" inputmode=\"numeric\" value=\"13\""));
  EXPECT_TRUE(holds(answer, "value=\"latex\" checked"));
  EXPECT_TRUE(book_.completed.empty());
}

TEST_F(SiteTest, ADraftIsKeptAndGoneOnWith) {
  open();
  const auto answer = send("keep", {{"first_name", "Eva"}, {"born_on.day", "3x"}});
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(location(answer), form_ + "?lang=en&kept=1");
  EXPECT_TRUE(holds(get(location(answer)), "Your answers are saved"));
  cookie_.clear();
  open();
  const auto page = get(form_);
  EXPECT_TRUE(holds(page, "value=\"Eva\""));
  EXPECT_TRUE(holds(page, "value=\"3x\""));
  EXPECT_FALSE(holds(page, "ana@example.com"));
}

TEST_F(SiteTest, ADraftThatIsTooLongSaysSo) {
  open();
  const auto answer = send("keep", {{"first_name", std::string(100'000, 'x')}, {"email", "a@b.c"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(holds(answer, "First name: Use 50 characters or fewer"));
  EXPECT_LT(book_.open.draft.expose().size(), 100u);
}

TEST_F(SiteTest, AnotherLanguageKeepsWhatWasTyped) {
  open();
  const auto answer = send("language-es", {{"first_name", "Eva"}, {"_lang", "en"}});
  EXPECT_EQ(location(answer), form_ + "?lang=es");
  const auto page = get(location(answer));
  EXPECT_TRUE(holds(page, "<html lang=\"es\" dir=\"ltr\">"));
  EXPECT_TRUE(holds(page, "Nombre"));
  EXPECT_TRUE(holds(page, "value=\"Eva\""));
  EXPECT_EQ(location(send("language-xx", {{"_lang", "es"}})), form_ + "?lang=en");
}

TEST_F(SiteTest, WordsInAnotherLanguageThanTheTemplatesSaySo) {
  auto text = template_text();
  for (auto at = text.find("\"es\""); at != std::string::npos; at = text.find("\"es\"", at))
    text.replace(at, 4, "\"ar\"");
  book_.open.text = text;
  book_.open.request.language = "ar";
  EXPECT_TRUE(holds(get(form_), "<html lang=\"en\" dir=\"ltr\">"));
  open();
  const auto page = get(form_);
  EXPECT_TRUE(holds(page, "<html lang=\"ar\" dir=\"rtl\">"));
  EXPECT_TRUE(holds(page, "<span class=\"required\" lang=\"en\">required</span>"));
  EXPECT_TRUE(holds(page, "value=\"submit\" lang=\"en\">Send the form</button>"));
  book_.open.request.language = "en";
  EXPECT_FALSE(holds(get(form_ + "?lang=en"), "lang=\"en\">Send"));
}

TEST_F(SiteTest, TheFormIsCompletedOnce) {
  open();
  auto values = sound();
  values.emplace_back("_lang", "es");
  const auto own = secret();
  const auto answer = send("submit", values);
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(location(answer), form_ + "/done?lang=es");
  ASSERT_EQ(book_.completed.size(), 1u);
  const auto& done = book_.completed[0];
  EXPECT_EQ(done.response.language, "es");
  EXPECT_EQ(done.response.request, "d2594a76862247209d4c35a92e0902f8");
  EXPECT_NE(done.response.answers.expose().find(R"("born_on":"1980-03-31")"), std::string::npos);
  ASSERT_TRUE(done.document.file);
  EXPECT_TRUE(done.document.file->bytes.expose().starts_with("%PDF-"));
  EXPECT_EQ(done.document.file->name.size(), 32u);
  EXPECT_EQ(source_.woken, std::vector<SourceId>{SourceId{4}});

  const auto thanks = get(location(answer));
  EXPECT_EQ(thanks.status, 200);
  EXPECT_TRUE(holds(thanks, "<h1>Gracias</h1>"));
  EXPECT_EQ(get(form_).status, 404);
  values.emplace_back("_secret", own);
  EXPECT_EQ(call("POST", form_ + "/answers", form_body(values)).status, 404);
  EXPECT_EQ(book_.completed.size(), 1u);
  cookie_.clear();
  EXPECT_EQ(get(form_ + "/done").status, 404);
}

TEST_F(SiteTest, NobodyIsWokenForWhatIsNotWritten) {
  source_.fate_of_all = DocumentFate::kKeptHere;
  open();
  EXPECT_EQ(send("submit", sound()).status, 303);
  EXPECT_TRUE(source_.woken.empty());
}

TEST_F(SiteTest, WhereTooMuchWaitsNothingIsLost) {
  open();
  busy_ = true;
  const auto answer = send("submit", sound());
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(field(answer.fields, "retry-after"));
  EXPECT_TRUE(holds(answer, "Your answers are saved"));
  EXPECT_TRUE(holds(answer, "href=\"" + form_ + "?lang=en\""));
  EXPECT_TRUE(holds(get(form_), "value=\"Ana Núñez\""));
  busy_ = false;
  EXPECT_EQ(send("submit", sound()).status, 303);
}

TEST_F(SiteTest, WhatCannotBeCompletedCanBeSentAgain) {
  book_.open.timezone = "Mars/Olympus";
  open();
  EXPECT_EQ(send("submit", sound()).status, 503);
  book_.open.timezone = "Europe/Berlin";
  EXPECT_EQ(send("submit", sound()).status, 303);
}

TEST_F(SiteTest, AFaultOfOursTellsNothing) {
  book_.broken = true;
  const auto answer = get(form_);
  EXPECT_EQ(answer.status, 500);
  EXPECT_FALSE(holds(answer, "broken by the test"));
}

// ---- hostile texts ------------------------------------------------------------------------------

constexpr std::string_view kHostile[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea></title></style><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "<!--<![CDATA[",
    "&lt;script&gt;",
    "\xe2\x80\xae<b>evil",
    "👩‍⚕️\xf0\x9f\x92\xa9 ﷽ 田中 नमस्ते",
};

TEST_F(SiteTest, HostileTextsAreShownAsTexts) {
  open();
  for (const auto hostile : kHostile) {
    Values values;
    for (const auto* name : {"first_name", "email", "phone", "born_on.day", "born_on.month",
                             "born_on.year", "cups", "weight", "smoker", "cigarettes", "sex",
                             "allergies", "reaction", "agreed", "signature", "signature.strokes"})
      values.emplace_back(name, hostile);
    values.emplace_back("_lang", hostile);
    for (const auto* act : {"submit", "keep"}) {
      const auto answer = send(act, values);
      ASSERT_TRUE(answer.status == 422 || answer.status == 303);
      const auto page = answer.status == 303 ? get(location(answer)) : answer;
      for (const auto* raw : {"<script>a", "<img src", "<svg", "<b>evil", "<!--<", "' onmouse"})
        EXPECT_FALSE(holds(page, raw)) << raw;
    }
  }
}

TEST_F(SiteTest, HostileNamesOfThePracticeAndThePatientAreTexts) {
  const std::string hostile = "</bdi></title><script>alert(1)</script>";
  book_.open.institution = book_.open.location = hostile;
  book_.open.patient =
      Document(R"({"name":"</bdi><script>alert(1)</script>","first_name":"\"><b>x",)"
               R"("bio":{"date_of_birth":"1980-03-31"}})");
  EXPECT_FALSE(holds(get(form_), "<script>"));
  open();
  const auto page = get(form_);
  EXPECT_FALSE(holds(page, "<script>") || holds(page, "<b>x"));
  EXPECT_TRUE(holds(page, "value=\"&quot;&gt;&lt;b&gt;x\""));
}

TEST_F(SiteTest, HostileQueriesAreNothing) {
  for (const auto hostile : kHostile) {
    EXPECT_EQ(get(form_ + "?lang=" + percent_encoded(hostile)).status, 200);
    EXPECT_FALSE(holds(get(form_ + "?lang=" + std::string(hostile)), hostile));
  }
  EXPECT_EQ(get(form_ + "?%zz=%").status, 200);
}

}  // namespace
}  // namespace chartbell
