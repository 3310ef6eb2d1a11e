// Keys, tokens, limits and the names of requests (docs/api.md, "Authentication").
#include "api/rate_limiter.h"
#include "api/request_ids.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class AccountsTest : public ApiTest {
 protected:
  std::string token_of(const std::string& key) {
    return std::string(data(call("POST", "/authenticates", "", key)).at("token").as_string());
  }
  int status_with(const std::string& credential) {
    return call("GET", "/institutions", "", credential).status;
  }
  HttpResponse with_fields(HttpFields fields) {
    std::optional<HttpResponse> out;
    ask(
        "GET", "/healthz", "", "", [&](HttpResponse answer) { out = std::move(answer); },
        std::move(fields));
    return *std::move(out);
  }
};

TEST_F(AccountsTest, AKeyAndItsTokensEndWhenItExpires) {
  const auto id = accounts_.add_account("key-c", {"*"});
  accounts_.set_expiry(id, clock_.now() + 10min);
  const auto token = token_of("key-c");
  clock_.advance(10min - 1ms);
  EXPECT_EQ(status_with("key-c"), 200);
  EXPECT_EQ(status_with(token), 200);
  clock_.advance(1ms);
  EXPECT_EQ(status_with("key-c"), 401);
  EXPECT_EQ(status_with(token), 401);
}

TEST_F(AccountsTest, ATokenRevokesItself) {
  const auto one = token_of("key-a");
  const auto two = token_of("key-a");
  EXPECT_EQ(call("POST", "/api/v1/tokens/revoke", "", "Bearer " + one).status, 200);
  EXPECT_EQ(status_with(one), 401);
  EXPECT_EQ(status_with(two), 200);
  EXPECT_EQ(status_with("key-a"), 200);
}

TEST_F(AccountsTest, AKeyRevokesATokenOfItsOwnAndNoOther) {
  const auto ours = token_of("key-a");
  const auto theirs = token_of("key-b");
  const auto revoke = [&](const std::string& token) {
    return call("POST", "/api/v1/tokens/revoke", "{\"token\":\"" + token + "\"}", "key-a");
  };
  const auto good = revoke(ours);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(revoke(theirs).body, good.body) << "what is another's is answered alike";
  EXPECT_EQ(revoke("no token").body, good.body);
  EXPECT_EQ(status_with(ours), 401);
  EXPECT_EQ(status_with(theirs), 200);
  expect_refusal(call("POST", "/api/v1/tokens/revoke", "", "key-a"), 400,
                 "Missing parameter token");
}

TEST_F(AccountsTest, TokensDoNotOutliveTheKeyThatMadeThem) {
  const auto id = accounts_.add_account("key-c", {"*"});
  const auto token = token_of("key-c");
  accounts_.revoke(id);
  accounts_.restore(id);
  EXPECT_EQ(status_with("key-c"), 200);
  EXPECT_EQ(status_with(token), 401);
}

TEST_F(AccountsTest, AKeyBeyondItsLimitIsToldWhenToComeBack) {
  const auto id = accounts_.add_account("key-c", {"*"});
  accounts_.set_limits(id, {.per_second = 3, .records_per_minute = 0, .per_minute = 0});
  const auto token = token_of("key-c");
  EXPECT_EQ(status_with("key-c"), 200);
  EXPECT_EQ(status_with(token), 200) << "tokens count as their key";
  const auto over = call("GET", "/institutions", "", token);
  expect_refusal(over, 429, "Too many requests");
  EXPECT_EQ(field(over.fields, "retry-after"), "1");
  EXPECT_EQ(status_with("key-a"), 200);
  EXPECT_EQ(call("GET", "/healthz", "", "").status, 200);
  clock_.advance(1s);
  EXPECT_EQ(status_with("key-c"), 200);
}

TEST_F(AccountsTest, AnAddressThatIsWrongTooOftenIsToldSoAndLocksNobodyOut) {
  peer_ = "192.0.2.7";
  for (int i = 0; i < RateLimiter::kFailuresPerMinute; ++i)
    EXPECT_EQ(status_with("wrong " + std::to_string(i)), 401);
  const auto over = call("GET", "/institutions", "", "wrong again");
  EXPECT_EQ(over.status, 429);
  EXPECT_EQ(field(over.fields, "connection"), "close");
  EXPECT_EQ(status_with("key-a"), 200);
  peer_ = "192.0.2.8";
  EXPECT_EQ(status_with("wrong"), 401);
}

TEST_F(AccountsTest, EachAnswerNamesItsRequest) {
  for (const auto* path : {"/healthz", "/institutions", "/nothing", "/webhook_endpoints/1%"}) {
    const auto answer = call("GET", path, "", "");
    const auto id = field(answer.fields, "x-request-id");
    ASSERT_TRUE(id) << path;
    EXPECT_TRUE(is_request_id(*id)) << *id;
  }
  const auto unread = api_.refused_unread(431, "the head is too long");
  EXPECT_TRUE(field(unread.fields, "x-request-id"));
}

TEST(RequestIdsTest, AreNotTheSameTwice) {
  SeededRandom random(1);
  RequestIds ids([&] { return random.hex(8); });
  EXPECT_NE(ids.next(), ids.next());
  EXPECT_EQ(ids.next().size(), 16U);
}

TEST_F(AccountsTest, AClientsOwnNameIsTakenWhereItIsShortAndPlain) {
  const auto named = [&](const std::string& id) {
    return std::string(field(with_fields({{"X-Request-Id", id}}).fields, "x-request-id").value());
  };
  EXPECT_EQ(named("order-7.a_B"), "order-7.a_B");
  EXPECT_EQ(named(std::string(64, 'a')), std::string(64, 'a'));
  for (const auto& bad : {std::string(), std::string(65, 'a'), std::string("a b"),
                          std::string("a\r\nb"), std::string("ä"), std::string("<a>")})
    EXPECT_NE(named(bad), bad);
}

TEST_F(AccountsTest, AnswersSayHowTheyMayBeUsed) {
  const auto answer = call("GET", "/institutions");
  EXPECT_EQ(field(answer.fields, "cache-control"), "no-store");
  EXPECT_EQ(field(answer.fields, "x-content-type-options"), "nosniff");
  EXPECT_EQ(field(call("GET", "/institutions", "", "").fields, "www-authenticate"), "Bearer");
  EXPECT_EQ(field(call("PUT", "/webhook_endpoints").fields, "allow"), "GET, POST");
}

}  // namespace
}  // namespace chartbell
