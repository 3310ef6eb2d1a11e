#include "store/delivery_store.h"

#include <set>

#include "store/store_for_test.h"
#include "support/delivery_store_contract.h"
#include "support/memory_delivery_store.h"

namespace chartbell {
namespace {

class SqliteWorld {
 public:
  DeliveryStore& store() { return *world_.deliveries; }
  FakeClock& clock() { return world_.clock; }
  InstitutionId institution() const { return institution_; }
  EndpointId endpoint() {
    return world_.accounts->create_endpoint(account_, "https://a.example/", true, "secret")->id;
  }
  void subscribe(EndpointId endpoint) {
    EXPECT_TRUE(world_.accounts->create_subscription(account_, endpoint, institution_,
                                                     row_named("patient_created"), true));
  }
  void append(int count) { EXPECT_TRUE(world_.append(institution_, count)); }
  // Opened anew, so that nothing is seen that is not on disk.
  void settle(Settlement settlement) {
    store().settle(std::move(settlement), [](const Result<void>& done) { EXPECT_TRUE(done); });
    world_.core->drain();
    world_.open();
  }
  void replay(EndpointId endpoint) {
    EXPECT_TRUE(world_.replays->create({.endpoint = endpoint,
                                        .institution = institution_,
                                        .to = {1},
                                        .topic = row_named("patient_created")}));
  }
  void turn_off(EndpointId endpoint) { turn(endpoint, false); }
  void turn_on(EndpointId endpoint) { turn(endpoint, true); }

 private:
  void turn(EndpointId endpoint, bool on) {
    EXPECT_TRUE(world_.accounts->change_endpoint(account_, endpoint, {{}, on}));
  }

  StoreWorld world_;
  InstitutionId institution_ = world_.institution();
  AccountId account_ = *world_.accounts->put_account("a", sha256("a"), {"*"});
};

class MemoryWorld {
 public:
  DeliveryStore& store() { return store_; }
  FakeClock& clock() { return clock_; }
  InstitutionId institution() const { return {1}; }
  EndpointId endpoint() { return store_.add_endpoint(); }
  void subscribe(EndpointId endpoint) {
    store_.subscribe(endpoint, institution(), row_named("patient_created"));
  }
  void append(int count) {
    for (int i = 0; i < count; ++i)
      store_.append(institution(), new_event(institution(), "patient_created", i));
  }
  void settle(Settlement settlement) {
    store_.settle(std::move(settlement), [](const Result<void>& done) { EXPECT_TRUE(done); });
    while (store_.write_next()) continue;
  }
  void replay(EndpointId endpoint) {
    store_.replay({.endpoint = endpoint,
                   .institution = institution(),
                   .to = {1},
                   .topic = row_named("patient_created")});
  }
  void turn_off(EndpointId endpoint) { store_.turn_off(endpoint); }
  void turn_on(EndpointId endpoint) { store_.turn_on(endpoint); }

 private:
  FakeClock clock_;
  MemoryDeliveryStore store_{clock_};
};

using Worlds = testing::Types<SqliteWorld, MemoryWorld>;
INSTANTIATE_TYPED_TEST_SUITE_P(Stores, DeliveryStoreContract, Worlds);

class DeliveryStoreTest : public testing::Test, protected StoreWorld {
 protected:
  // Returns once it is on disk.
  void settle(Settlement settlement) {
    deliveries->settle(std::move(settlement), [](const Result<void>& done) { EXPECT_TRUE(done); });
    core->drain();
  }
};

TEST_F(DeliveryStoreTest, SuccessesCostABlockAndFailuresARowWithASealedExcerpt) {
  const auto green = institution();
  const auto attempt = [&](std::int64_t seq, OutcomeClass result) {
    return Attempt{.key = {green, {1}, {seq}},
                   .subscription = {1},
                   .at = clock.now(),
                   .outcome = {.result = result, .status = 200, .excerpt = "echo: Wilhelmina"}};
  };
  settle({.attempts = {attempt(1, OutcomeClass::kDelivered), attempt(2, OutcomeClass::kRejected),
                       attempt(3, OutcomeClass::kDelivered)}});
  open();
  auto db = core->reader();
  EXPECT_EQ(*(*db)->integer("SELECT count(*) FROM attempt_block"), 1);
  EXPECT_EQ(*(*db)->integer("SELECT attempts FROM attempt_block"), 2);
  EXPECT_EQ(*(*db)->integer("SELECT count(*) FROM failed_attempt"), 1);
  auto select = (*db)->prepare("SELECT sealed_excerpt FROM failed_attempt");
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.blob(0).find("Wilhelmina"), std::string::npos);
}

// Endpoints 2 and 3 are of shards 0 and 1 while there are two.
class ShardedStoreTest : public DeliveryStoreTest {
 protected:
  ShardedStoreTest() { open_for(2); }
  void open_for(std::size_t count) {
    shards = count;
    open();
  }
  void deliver(EndpointId endpoint, std::int64_t seq) {
    settle({.attempts = {{.key = {{1}, endpoint, {seq}},
                          .at = clock.now(),
                          .outcome = {.result = OutcomeClass::kDelivered}}},
            .shard = Shard::of(endpoint, shards)});
  }
  void checkpoint(std::size_t shard) { settle({.checkpoint = true, .shard = shard}); }
  std::set<std::int64_t> told() {
    std::set<std::int64_t> out;
    for (const auto& key : *deliveries->delivered_since_checkpoint({}))
      out.insert(key.endpoint.value * 100 + key.seq.value);
    return out;
  }
};

TEST_F(ShardedStoreTest, ACheckpointOfOneShardHidesNoSuccessOfAnother) {
  deliver({2}, 1);
  deliver({3}, 1);
  checkpoint(0);
  EXPECT_EQ(told(), std::set<std::int64_t>{301});
  deliver({2}, 2);
  checkpoint(1);
  EXPECT_EQ(told(), std::set<std::int64_t>{202});
  checkpoint(0);
  EXPECT_TRUE(told().empty());
}

TEST_F(ShardedStoreTest, AShardThatDeliversNothingHoldsNoCheckpointUp) {
  deliver({2}, 1);
  checkpoint(0);
  EXPECT_TRUE(told().empty());
  open_for(2);
  deliver({2}, 2);
  checkpoint(0);
  EXPECT_TRUE(told().empty());
}

TEST_F(ShardedStoreTest, AfterACrashWhatEachShardDeliveredStandsUntilItsOwnCheckpoint) {
  for (const std::size_t count : {2U, 3U}) {
    deliver({3}, 1);
    deliver({2}, 1);
    open_for(count);
    checkpoint(Shard::of({2}, count));
    EXPECT_TRUE(told().contains(301));
    checkpoint(Shard::of({3}, count));
    EXPECT_TRUE(told().empty());
  }
}

TEST_F(DeliveryStoreTest, AllPartsOfASettlementAreThereAfterReopening) {
  const auto green = institution();
  const auto account = *accounts->put_account("a", sha256("a"), {"*"});
  const auto endpoint =
      accounts->create_endpoint(account, "https://a.example/", true, "secret")->id;
  settle({.lanes = {{{green, endpoint}, {3}, {}}},
          .retries_new = {{.key = {green, endpoint, {2}}, .due = clock.now()}}});
  open();
  EXPECT_EQ(deliveries->lane_positions({})->size(), 1U);
  EXPECT_EQ(deliveries->retries(endpoint, 10)->size(), 1U);
}

TEST_F(DeliveryStoreTest, OperatorsHearOfAFailingEndpointInTheLogsItSubscribesTo) {
  const auto green = institution();
  institution("blue");
  const auto account = *accounts->put_account("a", sha256("a"), {"*"});
  const auto endpoint = accounts->create_endpoint(account, "https://a.example/", true, "s")->id;
  ASSERT_TRUE(
      accounts->create_subscription(account, endpoint, green, row_named("patient_created"), true));
  const auto tell = [&](bool warned, std::string reason) {
    settle({.health = {{endpoint, clock.now(), warned, std::move(reason)}}});
  };
  tell(false, "");
  EXPECT_EQ(log->head(green), EventSeq{0});
  tell(true, "");
  tell(true, "");
  EXPECT_EQ(log->head(green), EventSeq{1});
  tell(true, "no success for 48 hours");
  EXPECT_EQ(log->head(green), EventSeq{2});
  EXPECT_EQ(log->head({2}), EventSeq{0});
  const auto events = *deliveries->events_after(green, {0}, 10);
  EXPECT_EQ(events[0]->content.event_name, "webhook_endpoint_failing");
  EXPECT_EQ(events[1]->content.event_name, "webhook_endpoint_disabled");
  const auto body = body_for(events[1]->content.body, {5});
  EXPECT_NE(body.find(R"("disabled_reason":"no success for 48 hours")"), std::string::npos) << body;
  EXPECT_NE(body.find(R"("resource_type":"WebhookEndpoint")"), std::string::npos);
}

}  // namespace
}  // namespace chartbell
