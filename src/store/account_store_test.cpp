#include "store/account_store.h"

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

class AccountStoreTest : public testing::Test, protected StoreWorld {
 protected:
  AccountId account(const std::string& name) {
    return *accounts->put_account(name, sha256(name), {"*"});
  }
  Endpoint endpoint(AccountId owner, bool active = true) {
    return *accounts->create_endpoint(owner, "https://a.example/", active, "whsec_secret");
  }
  Subscription subscription(const Endpoint& endpoint, std::string_view event = "patient_created") {
    return *accounts->create_subscription(endpoint.account, endpoint.id, green_, row_named(event),
                                          true);
  }
  template <class T>
  static Code code_of(const Result<T>& result) {
    return result ? Code::kInternal : result.error().code;
  }
  void settle(Settlement settlement) {
    deliveries->settle(std::move(settlement), [](const Result<void>& r) { EXPECT_TRUE(r); });
    core->drain();
  }

  InstitutionId green_ = institution("green");
  AccountId ours_ = account("ours");
  AccountId theirs_ = account("theirs");
};

TEST_F(AccountStoreTest, AKeysTermsAreKept) {
  Scopes scopes;
  scopes.add(Scope::kWrite);
  const auto end = clock.now() + Milliseconds(5000);
  const RateLimits limits{.per_second = 1, .records_per_minute = 2, .per_minute = 0};
  ASSERT_TRUE(accounts->put_account("some", sha256("some"), {"*"}, {scopes, end, limits}));
  const auto found = *accounts->account_by_key(sha256("some"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->scopes, scopes);
  EXPECT_EQ(found->expires_at, end);
  EXPECT_EQ(found->limits, limits);
  EXPECT_EQ((*accounts->account(ours_))->scopes, Scopes::all());
  EXPECT_EQ((*accounts->account(ours_))->limits, RateLimits());
}

TEST_F(AccountStoreTest, AnExpiredKeyIsNotFound) {
  const auto id = *accounts->put_account("some", sha256("some"), {"*"},
                                         {.expires_at = clock.now() + Milliseconds(1)});
  EXPECT_TRUE(*accounts->account(id));
  clock.advance(Milliseconds(1));
  EXPECT_FALSE(*accounts->account(id));
  EXPECT_FALSE(*accounts->account_by_key(sha256("some")));
}

TEST_F(AccountStoreTest, ARevokedKeyStaysRevokedAndAnotherOneBeginsAnew) {
  ASSERT_TRUE(accounts->revoke_account("ours"));
  ASSERT_TRUE(accounts->put_account("ours", sha256("ours"), {"*"}));
  EXPECT_FALSE(*accounts->account_by_key(sha256("ours")));
  ASSERT_TRUE(accounts->put_account("ours", sha256("new"), {"*"}));
  EXPECT_EQ((*accounts->account_by_key(sha256("new")))->generation, 3);
  ASSERT_TRUE(accounts->put_account("ours", sha256("new"), {"*"}));
  EXPECT_EQ((*accounts->account(ours_))->generation, 3) << "the same key is no other one";
}

TEST_F(AccountStoreTest, RevokedTokensAreRememberedUntilTheyExpire) {
  const auto end = clock.now() + Milliseconds(1000);
  ASSERT_TRUE(accounts->revoke_token(ours_, "one", end));
  ASSERT_TRUE(accounts->revoke_token(ours_, "one", end));
  EXPECT_TRUE(*accounts->is_token_revoked("one"));
  EXPECT_FALSE(*accounts->is_token_revoked("two"));
  clock.advance(Milliseconds(1000));
  ASSERT_TRUE(accounts->revoke_token(ours_, "two", end + Milliseconds(1000)));
  EXPECT_FALSE(*accounts->is_token_revoked("one"));
  EXPECT_TRUE(*accounts->is_token_revoked("two"));
}

TEST_F(AccountStoreTest, TooManyRevokedTokensRevokeThemAll) {
  const auto end = clock.now() + Milliseconds(1000);
  for (std::int64_t i = 0; i <= kRevokedTokensMax; ++i)
    ASSERT_TRUE(accounts->revoke_token(ours_, std::to_string(i), end));
  EXPECT_FALSE(*accounts->is_token_revoked("0"));
  EXPECT_EQ((*accounts->account(ours_))->generation, 2) << "of which no token is";
  EXPECT_EQ((*accounts->account(theirs_))->generation, 1);
}

TEST_F(AccountStoreTest, AKeyIsFoundByItsHashUntilItIsRevoked) {
  const auto found = accounts->account_by_key(sha256("ours"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, ours_);
  EXPECT_EQ((*found)->institutions, std::vector<std::string>{"*"});
  EXPECT_FALSE(*accounts->account_by_key(sha256("other")));
  ASSERT_TRUE(accounts->revoke_account("ours"));
  EXPECT_FALSE(*accounts->account_by_key(sha256("ours")));
  EXPECT_FALSE(*accounts->account(ours_));
  EXPECT_EQ(code_of(accounts->revoke_account("ours")), Code::kNotFound);
  EXPECT_EQ(code_of(accounts->revoke_account("nobody")), Code::kNotFound);
  EXPECT_EQ(accounts->accounts()->size(), 2U);
}

TEST_F(AccountStoreTest, AnAccountGivenAnotherKeyKeepsItsIdAndLosesTheOldOne) {
  EXPECT_EQ(accounts->put_account("ours", sha256("new"), {"green", "blue"}), ours_);
  EXPECT_FALSE(*accounts->account_by_key(sha256("ours")));
  EXPECT_EQ((*accounts->account_by_key(sha256("new")))->institutions,
            (std::vector<std::string>{"green", "blue"}));
  ASSERT_TRUE(accounts->revoke_account("ours"));
  EXPECT_EQ(accounts->put_account("ours", sha256("newer"), {"green"}), ours_);
  EXPECT_TRUE(*accounts->account_by_key(sha256("newer")));
}

TEST_F(AccountStoreTest, TwoAccountsCannotHaveTheSameKey) {
  EXPECT_EQ(code_of(accounts->put_account("more", sha256("ours"), {"*"})), Code::kConflict);
}

TEST_F(AccountStoreTest, AnEndpointIsKeptAsItWasMadeWithItsSecretSealed) {
  const auto made = endpoint(ours_, false);
  EXPECT_FALSE(made.active);
  EXPECT_EQ(made.created_at, clock.now());
  open();
  EXPECT_EQ(accounts->endpoints(ours_), std::vector{made});
  EXPECT_EQ(made.secret_key, "whsec_secret");
  auto db = core->reader();
  auto select = (*db)->prepare("SELECT sealed_secret FROM endpoint");
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.blob(0).find("whsec_secret"), std::string::npos);
}

TEST_F(AccountStoreTest, OnlyWhatWasGivenIsChanged) {
  const auto made = endpoint(ours_);
  clock.advance(Milliseconds(1000));
  const auto moved = accounts->change_endpoint(ours_, made.id, {"https://b.example/", {}});
  EXPECT_EQ(moved->target_url, "https://b.example/");
  EXPECT_TRUE(moved->active);
  EXPECT_EQ(moved->secret_key, made.secret_key);
  EXPECT_EQ(moved->updated_at, clock.now());
  EXPECT_EQ(moved->created_at, made.created_at);
  const auto off = accounts->change_endpoint(ours_, made.id, {{}, false});
  EXPECT_EQ(off->target_url, "https://b.example/");
  EXPECT_FALSE(off->active);
}

TEST_F(AccountStoreTest, OptionsAreKeptSealedAndAnEditSeesThoseThatWereThere) {
  const EndpointOptions wanted{.description = "the billing program",
                               .max_in_flight = 3,
                               .rate_per_second = 7,
                               .timeout = Milliseconds(2000),
                               .schedule = {std::chrono::seconds(1), std::chrono::seconds(9)},
                               .headers = {{"X-Key", "open sesame"}},
                               .legacy_header = "X-Old",
                               .ed25519_seed = std::string(32, 's'),
                               .client_certificate = "certificate",
                               .client_key = "key"};
  const auto made =
      *accounts->create_endpoint(ours_, "https://a.example/", true, "whsec_secret", wanted);
  open();
  EXPECT_EQ(accounts->endpoint(ours_, made.id)->options, wanted);
  {
    auto db = core->reader();
    auto select = (*db)->prepare("SELECT sealed_options FROM endpoint");
    ASSERT_TRUE(*select.step());
    EXPECT_EQ(select.blob(0).find("sesame"), std::string::npos);
  }
  const auto changed = accounts->change_endpoint(
      ours_, made.id,
      {.options = [](EndpointOptions& o) { o.max_in_flight = *o.max_in_flight + 1; }});
  EXPECT_EQ(changed->options.max_in_flight, 4);
  EXPECT_EQ(changed->options.headers, wanted.headers);
  const auto plain =
      accounts->change_endpoint(ours_, made.id, {.options = [](EndpointOptions& o) { o = {}; }});
  EXPECT_EQ(plain->options, EndpointOptions());
}

TEST_F(AccountStoreTest, AReplacedSecretSignsAlongUntilItsTimeIsOver) {
  const auto made = endpoint(ours_);
  const auto now = clock.now();
  const auto one = accounts->rotate_secret(ours_, made.id, "one", now + Milliseconds(1000));
  EXPECT_EQ(one->secret_key, "one");
  EXPECT_EQ(one->options.retired_secrets,
            (std::vector<RetiredSecret>{{"whsec_secret", now + Milliseconds(1000)}}));
  clock.advance(Milliseconds(1000));
  const auto two = accounts->rotate_secret(ours_, made.id, "two", clock.now());
  EXPECT_TRUE(two->options.retired_secrets.empty()) << "one expired, one had no time at all";
  for (int i = 0; i < 7; ++i)
    ASSERT_TRUE(
        accounts->rotate_secret(ours_, made.id, std::to_string(i), clock.now() + Milliseconds(5)));
  const auto held = accounts->endpoint(ours_, made.id)->options.retired_secrets;
  ASSERT_EQ(held.size(), kRetiredSecretsMax);
  EXPECT_EQ(held.back().secret, "5");
  EXPECT_EQ(code_of(accounts->rotate_secret(theirs_, made.id, "x", clock.now())), Code::kNotFound);
}

TEST_F(AccountStoreTest, OptionsOfASubscriptionAreKeptAndChanged) {
  const auto made = endpoint(ours_);
  const auto sub = *accounts->create_subscription(
      ours_, made.id, green_, *Topic::of("*", "*"), true,
      {.ordering = Ordering::kResource, .locations = {{1}, {17}}, .notify_red = true});
  EXPECT_EQ(sub.ordering, Ordering::kResource);
  EXPECT_EQ(sub.locations, (std::vector<LocationId>{{1}, {17}}));
  EXPECT_TRUE(sub.notify_red);
  const auto off = *accounts->change_subscription(ours_, made.id, sub.id, {.active = false});
  EXPECT_EQ(off.locations, sub.locations);
  EXPECT_EQ(off.ordering, sub.ordering);
  const auto plain = *accounts->change_subscription(
      ours_, made.id, sub.id,
      {.ordering = Ordering::kNone, .locations = std::vector<LocationId>(), .notify_red = false});
  EXPECT_EQ(plain.ordering, Ordering::kNone);
  EXPECT_TRUE(plain.locations.empty());
  EXPECT_FALSE(plain.notify_red);
}

TEST_F(AccountStoreTest, WhatBelongsToAnotherAccountIsNotFound) {
  const auto made = endpoint(ours_);
  const auto sub = subscription(made);
  const auto other = endpoint(theirs_);
  const auto& row = row_named("patient_updated");
  EXPECT_EQ(accounts->endpoints(theirs_)->size(), 1U);
  EXPECT_EQ(code_of(accounts->change_endpoint(theirs_, made.id, {{}, false})), Code::kNotFound);
  EXPECT_EQ(code_of(accounts->delete_endpoint(theirs_, made.id)), Code::kNotFound);
  EXPECT_EQ(code_of(accounts->subscriptions(theirs_, made.id)), Code::kNotFound);
  EXPECT_EQ(code_of(accounts->create_subscription(theirs_, made.id, green_, row, true)),
            Code::kNotFound);
  EXPECT_EQ(code_of(accounts->change_subscription(theirs_, made.id, sub.id, {false, {}})),
            Code::kNotFound);
  EXPECT_EQ(code_of(accounts->delete_subscription(theirs_, made.id, sub.id)), Code::kNotFound);
  EXPECT_EQ(code_of(accounts->delete_subscription(theirs_, other.id, sub.id)), Code::kNotFound);
  EXPECT_EQ(code_of(accounts->change_subscription(ours_, made.id, sub.id, {{}, other.id})),
            Code::kNotFound)
      << "moved into another account";
  EXPECT_EQ(accounts->subscriptions(ours_, made.id), std::vector{sub});
}

TEST_F(AccountStoreTest, ADeletedEndpointLeavesNothingAndItsIdIsNotGivenAgain) {
  const auto made = endpoint(ours_);
  subscription(made);
  settle({.lanes = {{{green_, made.id}, {0}, {}}},
          .retries_new = {{.key = {green_, made.id, {1}}, .due = clock.now()}}});
  ASSERT_TRUE(accounts->delete_endpoint(ours_, made.id));
  EXPECT_TRUE(accounts->endpoints(ours_)->empty());
  EXPECT_TRUE(deliveries->lane_positions({})->empty());
  EXPECT_TRUE(deliveries->retries(made.id, 10)->empty());
  EXPECT_TRUE(deliveries->directory({})->lanes().empty());
  auto db = core->reader();
  for (const auto* count : {"SELECT count(*) FROM held", "SELECT count(*) FROM dead_letter",
                            "SELECT count(*) FROM replay"})
    EXPECT_EQ(*(*db)->integer(count), 0) << count;
  EXPECT_GT(endpoint(ours_).id, made.id);
}

TEST_F(AccountStoreTest, ASecondSubscriptionToTheSameIsTheFirst) {
  const auto made = endpoint(ours_);
  const auto first = subscription(made);
  ASSERT_TRUE(append(green_, 3));
  EXPECT_EQ(subscription(made), first);
  EXPECT_NE(subscription(made, "patient_updated").id, first.id);
  EXPECT_EQ(accounts->subscriptions(ours_, made.id)->size(), 2U);
}

TEST_F(AccountStoreTest, ASubscriptionIsOwedWhatComesAfterIt) {
  ASSERT_TRUE(append(green_, 3));
  const auto made = subscription(endpoint(ours_));
  EXPECT_EQ(made.from, EventSeq{3});
  ASSERT_TRUE(append(green_, 2));
  const auto change = [&](std::optional<bool> active) {
    return *accounts->change_subscription(ours_, made.endpoint, made.id, {active, {}});
  };
  EXPECT_EQ(change(true).from, EventSeq{3}) << "it was on already";
  EXPECT_EQ(change(false).from, EventSeq{3});
  EXPECT_EQ(change(true).from, EventSeq{5}) << "what passed while it was off is not owed";
}

TEST_F(AccountStoreTest, AMovedSubscriptionStartsAnewAtItsNewEndpoint) {
  const auto one = endpoint(ours_);
  const auto two = endpoint(ours_);
  const auto made = subscription(one);
  ASSERT_TRUE(append(green_, 4));
  const auto moved = accounts->change_subscription(ours_, one.id, made.id, {{}, two.id});
  EXPECT_EQ(moved->endpoint, two.id);
  EXPECT_EQ(moved->from, EventSeq{4});
  EXPECT_EQ(code_of(accounts->change_subscription(ours_, one.id, made.id, {{}, two.id})),
            Code::kNotFound);
}

TEST_F(AccountStoreTest, ASubscriptionCannotMoveOntoOneOfTheSameEvent) {
  const auto one = endpoint(ours_);
  const auto two = endpoint(ours_);
  const auto made = subscription(one);
  subscription(two);
  EXPECT_EQ(code_of(accounts->change_subscription(ours_, one.id, made.id, {{}, two.id})),
            Code::kConflict);
  EXPECT_EQ(accounts->subscriptions(ours_, one.id), std::vector{made});
}

TEST_F(AccountStoreTest, ReactivationMakesAllRetriesDueWithACleanSheet) {
  for (const bool by_subscription : {false, true}) {
    const auto made = endpoint(ours_);
    const auto sub = subscription(made);
    const DeliveryKey key{green_, made.id, {1}};
    const DeliveryKey later{green_, made.id, {2}};
    const auto due = clock.now() + std::chrono::hours(5);
    settle({.retries_new = {{.key = key, .attempts = 11, .first_at = clock.now(), .due = due},
                            {.key = later, .attempts = 2, .first_at = clock.now(), .due = due}},
            .health = {{made.id, clock.now(), true, "gone"}}});
    ASSERT_FALSE(accounts->endpoints(ours_)->back().active);
    clock.advance(std::chrono::hours(1));
    if (by_subscription) {
      ASSERT_TRUE(accounts->change_subscription(ours_, made.id, sub.id, {true, {}}));
    } else {
      ASSERT_TRUE(accounts->change_endpoint(ours_, made.id, {{}, true}));
    }
    const auto woken = accounts->endpoints(ours_)->back();
    EXPECT_TRUE(woken.active);
    EXPECT_EQ(woken.failing_since, std::nullopt);
    const std::vector<Retry> wanted = {
        {.key = key, .attempts = 0, .first_at = clock.now(), .due = clock.now()},
        {.key = later, .attempts = 0, .first_at = clock.now(), .due = clock.now()}};
    EXPECT_EQ(deliveries->retries(made.id, 10), wanted);
    ASSERT_TRUE(accounts->delete_endpoint(ours_, made.id));
  }
}

TEST_F(AccountStoreTest, InstitutionsKeepTheirIdsOverConfigurationChanges) {
  const InstitutionSpec spec{.subdomain = "blue",
                             .name = "Blue",
                             .locations = {{"Main", "America/New_York", "1"}},
                             .sources = {"front"}};
  const auto first = accounts->register_institution(spec);
  auto changed = spec;
  changed.name = "Blue Dental";
  changed.locations[0].timezone = "America/Chicago";
  changed.sources.push_back("back");
  const auto second = accounts->register_institution(changed);
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->locations, first->locations);
  EXPECT_EQ(second->sources.front(), first->sources.front());
  ASSERT_EQ(second->sources.size(), 2U);
  const auto all = accounts->institutions();
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->back().name, "Blue Dental");
  EXPECT_EQ(all->back().locations.front().timezone, "America/Chicago");
}

TEST_F(AccountStoreTest, ALocationsDetailsAreThoseOfTheFirstSourceThatKnowsIt) {
  const auto made = accounts->register_institution(
      {.subdomain = "two",
       .name = "Two",
       .locations = {{"Main", "America/New_York", "0"}, {"Side", "America/New_York", "a"}},
       .sources = {"front", "back"}});
  ASSERT_TRUE(made);
  const auto put = [&](std::size_t source, ForeignKey key, std::string text) {
    HeldResource held{
        .known = {.key = std::move(key), .id = resources->allot_id(), .presence = Presence::kLive},
        .document = Document(std::move(text))};
    return resources->commit({.source = {made->id, made->sources[source]},
                              .writes = {{ResourceKind::kLocation, std::move(held)}}});
  };
  ASSERT_TRUE(put(1, 0, R"({"city":"back"})"));
  ASSERT_TRUE(put(1, "a", R"({"city":"back a"})"));
  ASSERT_TRUE(put(0, 0, R"({"city":"front"})"));
  const auto institutions = accounts->institutions();
  ASSERT_TRUE(institutions);
  const auto& locations = institutions->back().locations;
  ASSERT_EQ(locations.size(), 2U);
  EXPECT_EQ(locations[0].details.expose(), R"({"city":"front"})");
  EXPECT_EQ(locations[1].details.expose(), R"({"city":"back a"})");
}

TEST_F(AccountStoreTest, LightsAreKept) {
  EXPECT_EQ(accounts->lights(green_, {1}), StoredLights());
  const StoredLights wanted{.read = Light::kGreen, .read_at = clock.now()};
  ASSERT_TRUE(accounts->save_lights(green_, {1}, wanted));
  open();
  EXPECT_EQ(accounts->lights(green_, {1}), wanted);
}

TEST_F(AccountStoreTest, EachChangeOfTheDirectoryMovesItsVersion) {
  auto last = deliveries->directory_version();
  const auto moved = [&] { return std::exchange(last, deliveries->directory_version()) != last; };
  const auto made = endpoint(ours_);
  EXPECT_TRUE(moved());
  const auto sub = subscription(made);
  EXPECT_TRUE(moved());
  ASSERT_TRUE(accounts->change_subscription(ours_, made.id, sub.id, {false, {}}));
  EXPECT_TRUE(moved());
  ASSERT_TRUE(accounts->change_endpoint(ours_, made.id, {{}, false}));
  EXPECT_TRUE(moved());
  ASSERT_TRUE(accounts->delete_subscription(ours_, made.id, sub.id));
  EXPECT_TRUE(moved());
  ASSERT_TRUE(accounts->delete_endpoint(ours_, made.id));
  EXPECT_TRUE(moved());
  ASSERT_TRUE(append(green_, 1));
  EXPECT_FALSE(moved());
}

// A change that runs until it is told to end, and says when it has begun.
class HeldChange {
 public:
  void queue(StoreCore& core) {
    core.write_async(
        [this](SqliteDb&) -> Result<void> {
          begun_.set_value();
          end_.get_future().wait();
          return {};
        },
        [](const Result<void>&) {});
  }
  void wait_until_begun() { begun_.get_future().wait(); }
  void end() { end_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> end_;
};

// Whoever reads the directory while a change waits for the disk sees the old one, and must learn
// afterwards that it is old. The subscription has to come between two held changes; when it was
// queued too late for that, it is tried again.
TEST_F(AccountStoreTest, ADirectoryReadWhileAChangeIsBeingWrittenIsKnownToBeOld) {
  const auto made = endpoint(ours_);
  bool met = false;
  for (int round = 0; round < 1000 && !met; ++round) {
    HeldChange before;
    HeldChange behind;
    before.queue(*core);
    before.wait_until_begun();
    const auto version_before = deliveries->directory_version();
    auto subscribing = std::async(std::launch::async, [&] { return subscription(made); });
    for (int turn = 0; turn < 1000; ++turn) std::this_thread::yield();
    behind.queue(*core);
    before.end();
    behind.wait_until_begun();
    const auto version = deliveries->directory_version();
    met = version != version_before && deliveries->directory({})->lanes().empty();
    behind.end();
    const auto id = subscribing.get().id;
    if (met) EXPECT_NE(deliveries->directory_version(), version) << "nobody would read it again";
    ASSERT_TRUE(accounts->delete_subscription(ours_, made.id, id));
  }
  EXPECT_TRUE(met);
}

// By number or by text, and never one that only looks alike: "a" is no 0.
TEST_F(AccountStoreTest, ALocationsDetailsAreFoundByItsKeyWhateverItsType) {
  const auto registered = accounts->register_institution(
      {.subdomain = "blue",
       .name = "Blue",
       .locations = {{.name = "A", .timezone = "UTC", .foreign_id = "7"},
                     {.name = "B", .timezone = "UTC", .foreign_id = "main"},
                     {.name = "C", .timezone = "UTC", .foreign_id = "a"}},
       .sources = {"read", "pushed"}});
  const auto put = [&](std::size_t source, ForeignKey key, std::string document) {
    HeldResource held;
    held.known = {.key = std::move(key), .id = resources->allot_id(), .presence = Presence::kLive};
    held.document = Document(std::move(document));
    DetectedBatch batch{.source = {registered->id, registered->sources.at(source)}};
    batch.writes.push_back({ResourceKind::kLocation, std::move(held)});
    ASSERT_TRUE(resources->commit(std::move(batch)));
  };
  put(0, std::int64_t{7}, R"({"city":"Oslo"})");
  put(0, std::int64_t{0}, R"({"city":"Rome"})");
  put(1, "main", R"({"city":"Paris"})");
  const auto institutions = accounts->institutions().value();
  const auto blue = std::ranges::find(institutions, registered->id, &Institution::id);
  ASSERT_NE(blue, institutions.end());
  EXPECT_EQ(blue->locations.at(0).details.expose(), R"({"city":"Oslo"})");
  EXPECT_EQ(blue->locations.at(1).details.expose(), R"({"city":"Paris"})");
  EXPECT_TRUE(blue->locations.at(2).details.empty());
}

}  // namespace
}  // namespace chartbell
