#include "deliver/shard_store.h"

#include <gtest/gtest.h>

#include "support/events.h"
#include "support/fake_clock.h"
#include "support/memory_delivery_store.h"

namespace chartbell {
namespace {

constexpr InstitutionId kGreen{1};

// Four endpoints, half of them of each shard.
class ShardTest : public testing::Test {
 protected:
  ShardTest() {
    for (int i = 0; i < 4; ++i) {
      endpoints.push_back(whole.add_endpoint());
      whole.subscribe(endpoints.back(), kGreen, row_named("patient_created"));
    }
  }
  // What the two of them have of each endpoint, in the order of the shards.
  template <class Count>
  void expect_each_once(Count count) {
    for (const auto endpoint : endpoints) {
      const auto mine = Shard::of(endpoint, 2);
      EXPECT_EQ(count(*shards[mine], endpoint), 1) << endpoint.value;
      EXPECT_EQ(count(*shards[1 - mine], endpoint), 0) << endpoint.value;
    }
  }
  template <class Row, class EndpointOf>
  void expect_each_row_once(Result<std::vector<Row>> (DeliveryStore::*rows)(),
                            EndpointOf endpoint_of) {
    expect_each_once([&](DeliveryStore& shard, EndpointId endpoint) {
      return std::ranges::count(*(shard.*rows)(), endpoint, endpoint_of);
    });
  }
  void settle(DeliveryStore& shard, Settlement settlement) {
    shard.settle(std::move(settlement), [](const Result<void>& done) { EXPECT_TRUE(done); });
    while (whole.write_next()) continue;
  }
  Settlement about_all() {
    Settlement out;
    for (const auto endpoint : endpoints) {
      out.lanes.push_back({{kGreen, endpoint}, {3}, {}});
      out.attempts.push_back(
          {.key = {kGreen, endpoint, {1}}, .outcome = {.result = OutcomeClass::kDelivered}});
      out.retries_new.push_back({.key = {kGreen, endpoint, {2}}, .holds_back = {7}});
      whole.replay({.endpoint = endpoint,
                    .institution = kGreen,
                    .to = {3},
                    .topic = Topic(row_named("patient_created"))});
    }
    return out;
  }

  FakeClock clock;
  MemoryDeliveryStore whole{clock, 2};
  std::vector<EndpointId> endpoints;
  ShardStore even{whole, {.index = 0, .count = 2}};
  ShardStore odd{whole, {.index = 1, .count = 2}};
  std::vector<DeliveryStore*> shards{&even, &odd};
};

TEST_F(ShardTest, EachEndpointIsOfOneAndAllThatIsKnownOfItGoesThere) {
  settle(even, about_all());
  expect_each_once([](DeliveryStore& shard, EndpointId endpoint) {
    const auto directory = *shard.directory();
    EXPECT_EQ(directory.lanes().size(), 2U);
    return directory.endpoint(endpoint) == nullptr ? 0 : 1;
  });
  expect_each_row_once(&DeliveryStore::lane_positions,
                       [](const LanePosition& row) { return row.lane.endpoint; });
  expect_each_row_once(&DeliveryStore::delivered_since_checkpoint,
                       [](const DeliveryKey& key) { return key.endpoint; });
  expect_each_row_once(&DeliveryStore::open_replays,
                       [](const OpenReplay& row) { return row.replay.endpoint; });
  expect_each_row_once(&DeliveryStore::first_dues, [](const auto& row) { return row.first; });
  expect_each_row_once(&DeliveryStore::held_back,
                       [](const HeldBack& row) { return row.lane.endpoint; });
}

TEST_F(ShardTest, ACheckpointIsOfTheShardThatMakesIt) {
  settle(odd, about_all());
  settle(even, {.checkpoint = true});
  EXPECT_TRUE(even.delivered_since_checkpoint()->empty());
  EXPECT_EQ(odd.delivered_since_checkpoint()->size(), 2U);
}

TEST_F(ShardTest, TheLogIsSharedByAll) {
  whole.append(kGreen, new_event(kGreen, "patient_created", 1));
  for (auto* shard : shards) {
    EXPECT_EQ(shard->head(kGreen), EventSeq{1});
    EXPECT_EQ(shard->events_after(kGreen, {0}, 10)->size(), 1U);
    EXPECT_NE(*shard->event(kGreen, {1}), nullptr);
    EXPECT_EQ(shard->directory_version(), whole.directory_version());
  }
}

}  // namespace
}  // namespace chartbell
