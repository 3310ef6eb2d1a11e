// What every DeliveryStore does (deliver/ports.h), as one suite.
//
// A `World` has: store(), endpoint(), subscribe(endpoint), append(count), settle(Settlement) that
// returns once it is on disk, clock(), institution(), turn_off(endpoint), turn_on(endpoint),
// replay(endpoint), of its institution's first events.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include "deliver/ports.h"

namespace chartbell {

template <class World>
class DeliveryStoreContract : public testing::Test {
 protected:
  Retry retry(std::int64_t seq, WallTime due, EndpointId endpoint) {
    return {.key = {world_.institution(), endpoint, {seq}},
            .attempts = 3,
            .first_at = world_.clock().now(),
            .due = due};
  }
  std::vector<std::int64_t> waiting(EndpointId endpoint, std::size_t limit = 100) {
    std::vector<std::int64_t> out;
    const auto retries = world_.store().retries(endpoint, limit);
    for (const auto& one : *retries) out.push_back(one.key.seq.value);
    return out;
  }
  Attempt delivered(std::int64_t seq, EndpointId endpoint) {
    return {.key = {world_.institution(), endpoint, {seq}},
            .subscription = {1},
            .at = world_.clock().now(),
            .outcome = {.result = OutcomeClass::kDelivered, .status = 200}};
  }
  World world_;
};

TYPED_TEST_SUITE_P(DeliveryStoreContract);

TYPED_TEST_P(DeliveryStoreContract, ALanesPositionIsKeptAndReplaced) {
  auto& world = this->world_;
  const LaneKey lane{world.institution(), world.endpoint()};
  world.settle({.lanes = {{lane, {5}, {{7}, {9}, {300}}}}});
  auto positions = *world.store().lane_positions({});
  ASSERT_EQ(positions.size(), 1U);
  EXPECT_EQ(positions[0].lane, lane);
  EXPECT_EQ(positions[0].cursor, EventSeq{5});
  EXPECT_EQ(positions[0].settled_beyond, (std::vector<EventSeq>{{7}, {9}, {300}}));
  world.settle({.lanes = {{lane, {300}, {}}}});
  positions = *world.store().lane_positions({});
  ASSERT_EQ(positions.size(), 1U);
  EXPECT_EQ(positions[0].cursor, EventSeq{300});
  EXPECT_TRUE(positions[0].settled_beyond.empty());
}

TYPED_TEST_P(DeliveryStoreContract, SuccessesAreToldUntilTheNextCheckpoint) {
  auto& world = this->world_;
  const auto endpoint = world.endpoint();
  world.settle({.attempts = {this->delivered(1, endpoint), this->delivered(3, endpoint)}});
  const auto seqs = [&] {
    std::vector<std::int64_t> out;
    for (const auto& key : *world.store().delivered_since_checkpoint({}))
      out.push_back(key.seq.value);
    return out;
  };
  EXPECT_EQ(seqs(), (std::vector<std::int64_t>{1, 3}));
  world.settle({.attempts = {this->delivered(4, endpoint)},
                .lanes = {{{world.institution(), endpoint}, {1}, {{3}, {4}}}},
                .checkpoint = true});
  EXPECT_EQ(seqs(), std::vector<std::int64_t>{});
  world.settle({.attempts = {this->delivered(5, endpoint)}});
  EXPECT_EQ(seqs(), std::vector<std::int64_t>{5});
}

TYPED_TEST_P(DeliveryStoreContract, RetriesOfAnEndpointComeInTheOrderInWhichTheyAreDue) {
  auto& world = this->world_;
  using std::chrono::seconds;
  const auto endpoint = world.endpoint();
  const auto other = world.endpoint();
  const auto now = world.clock().now();
  world.settle(
      {.retries_new = {this->retry(1, now + seconds(3), endpoint),
                       this->retry(2, now + seconds(1), endpoint),
                       this->retry(3, now + seconds(2), endpoint), this->retry(4, now, other)}});
  EXPECT_EQ(this->waiting(endpoint), (std::vector<std::int64_t>{2, 3, 1}));
  EXPECT_EQ(this->waiting(endpoint, 1), (std::vector<std::int64_t>{2}));
  EXPECT_EQ(this->waiting(other), (std::vector<std::int64_t>{4}));
  const auto dues = *world.store().first_dues({});
  EXPECT_EQ(dues, (std::vector<std::pair<EndpointId, WallTime>>{{endpoint, now + seconds(1)},
                                                                {other, now}}));
}

TYPED_TEST_P(DeliveryStoreContract, ARetryIsReadAsItWasWrittenAndGoneWhenDone) {
  auto& world = this->world_;
  const auto endpoint = world.endpoint();
  const auto first = this->retry(1, world.clock().now(), endpoint);
  world.settle({.retries_new = {first}});
  EXPECT_EQ(world.store().retries(endpoint, 10), std::vector{first});
  auto again = first;
  ++again.attempts;
  again.due += std::chrono::seconds(30);
  world.settle({.retries_done = {first}, .retries_new = {again}});
  EXPECT_EQ(world.store().retries(endpoint, 10), std::vector{again});
  world.settle({.retries_done = {again}});
  EXPECT_TRUE(this->waiting(endpoint).empty());
}

TYPED_TEST_P(DeliveryStoreContract, OnBeingTurnedOnAllRetriesAreDueAnew) {
  auto& world = this->world_;
  const auto endpoint = world.endpoint();
  world.turn_off(endpoint);
  world.settle(
      {.retries_new = {this->retry(1, world.clock().now() + std::chrono::hours(9), endpoint)}});
  world.turn_on(endpoint);
  const auto due = *world.store().retries(endpoint, 10);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].attempts, 0);
  EXPECT_EQ(due[0].first_at, world.clock().now());
  EXPECT_EQ(due[0].due, world.clock().now());
}

TYPED_TEST_P(DeliveryStoreContract, WhatIsHeldFollowsWhenThoseBeforeItAreReleased) {
  auto& world = this->world_;
  const auto endpoint = world.endpoint();
  const ResourceId resource{77};
  auto failing = this->retry(1, world.clock().now() + std::chrono::seconds(30), endpoint);
  failing.holds_back = resource;
  const DeliveryKey second{world.institution(), endpoint, {2}};
  world.settle({.retries_new = {failing}, .held_new = {{second, resource}}});
  const auto held = *world.store().held_back({});
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].lane, (LaneKey{world.institution(), endpoint}));
  EXPECT_EQ(held[0].resource, resource);
  EXPECT_EQ(held[0].count, 2U);
  world.settle({.retries_done = {failing}, .released = {{failing.key, resource}}});
  const auto due = *world.store().retries(endpoint, 10);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].key, second);
  EXPECT_EQ(due[0].attempts, 0);
  EXPECT_EQ(due[0].due, world.clock().now());
  EXPECT_EQ(due[0].holds_back, resource);
  world.settle({.retries_done = {due[0]}, .released = {{second, resource}}});
  EXPECT_TRUE(world.store().held_back({})->empty());
  EXPECT_TRUE(this->waiting(endpoint).empty());
}

TYPED_TEST_P(DeliveryStoreContract, HealthIsWrittenToTheEndpoint) {
  auto& world = this->world_;
  const auto endpoint = world.endpoint();
  const auto since = world.clock().now();
  const auto held = [&] { return *world.store().directory({})->endpoint(endpoint); };
  world.settle({.health = {{endpoint, since, true, ""}}});
  EXPECT_EQ(held().failing_since, since);
  EXPECT_TRUE(held().warned);
  EXPECT_TRUE(held().active);
  world.settle({.health = {{endpoint, std::nullopt, false, ""}}});
  EXPECT_EQ(held().failing_since, std::nullopt);
  world.settle({.health = {{endpoint, since, true, "answered 410 Gone"}}});
  EXPECT_FALSE(held().active);
  EXPECT_EQ(held().disabled_reason, "answered 410 Gone");
}

TYPED_TEST_P(DeliveryStoreContract, WhatIsSettledForADeletedEndpointLeavesNothing) {
  auto& world = this->world_;
  const EndpointId nobody{4711};
  auto retry = this->retry(1, world.clock().now(), nobody);
  retry.holds_back = {7};
  world.settle({.lanes = {{{world.institution(), nobody}, {3}, {}}},
                .retries_new = {retry},
                .held_new = {{{world.institution(), nobody, {2}}, {7}}},
                .dead = {this->retry(3, world.clock().now(), nobody)},
                .health = {{nobody, world.clock().now(), true, "gone"}}});
  EXPECT_EQ(world.store().directory({})->endpoint(nobody), nullptr);
  EXPECT_TRUE(world.store().lane_positions({})->empty());
  EXPECT_TRUE(world.store().first_dues({})->empty());
  EXPECT_TRUE(world.store().held_back({})->empty());
}

TYPED_TEST_P(DeliveryStoreContract, AShardIsToldOfItsEndpointsAlone) {
  auto& world = this->world_;
  std::vector<EndpointId> endpoints;
  Settlement about_all;
  world.append(3);
  for (int i = 0; i < 6; ++i) {
    const auto endpoint = world.endpoint();
    endpoints.push_back(endpoint);
    world.subscribe(endpoint);
    world.replay(endpoint);
    about_all.attempts.push_back(this->delivered(1, endpoint));
    about_all.lanes.push_back({{world.institution(), endpoint}, {3}, {}});
    auto retry = this->retry(2, world.clock().now(), endpoint);
    retry.holds_back = {7};
    about_all.retries_new.push_back(retry);
  }
  world.settle(about_all);
  auto& store = world.store();
  for (const Shard shard : {Shard{0, 2}, Shard{1, 2}, Shard{}}) {
    std::vector<EndpointId> own;
    std::ranges::copy_if(endpoints, std::back_inserter(own),
                         [&](auto id) { return shard.has(id); });
    ASSERT_FALSE(own.empty());
    const auto of = [](const auto& rows, auto endpoint_of) {
      std::vector<EndpointId> out;
      for (const auto& row : rows) out.push_back(endpoint_of(row));
      std::ranges::sort(out);
      return out;
    };
    const auto directory = *store.directory(shard);
    EXPECT_EQ(of(directory.endpoints(), [](const auto& row) { return row.first; }), own);
    EXPECT_EQ(of(directory.lanes(), [](const auto& row) { return row.second; }), own);
    EXPECT_EQ(of(*store.lane_positions(shard), [](const auto& row) { return row.lane.endpoint; }),
              own);
    EXPECT_EQ(of(*store.delivered_since_checkpoint(shard), [](auto& key) { return key.endpoint; }),
              own);
    EXPECT_EQ(of(*store.open_replays(shard), [](const auto& row) { return row.replay.endpoint; }),
              own);
    EXPECT_EQ(of(*store.first_dues(shard), [](const auto& row) { return row.first; }), own);
    EXPECT_EQ(of(*store.held_back(shard), [](const auto& row) { return row.lane.endpoint; }), own);
  }
}

TYPED_TEST_P(DeliveryStoreContract, TheLogIsReadInOrderWithoutAGap) {
  auto& world = this->world_;
  world.append(5);
  EXPECT_EQ(world.store().head(world.institution()), EventSeq{5});
  EXPECT_EQ(world.store().head({99}), EventSeq{0});
  const auto events = *world.store().events_after(world.institution(), {2}, 2);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]->seq, EventSeq{3});
  EXPECT_EQ(events[1]->seq, EventSeq{4});
  EXPECT_TRUE(world.store().events_after(world.institution(), {5}, 2)->empty());
  EXPECT_EQ((*world.store().event(world.institution(), {5}))->seq, EventSeq{5});
  EXPECT_EQ(*world.store().event(world.institution(), {6}), nullptr);
}

TYPED_TEST_P(DeliveryStoreContract, ASubscriptionIsOwedWhatComesAfterItAndMovesTheVersion) {
  auto& world = this->world_;
  world.append(2);
  const auto endpoint = world.endpoint();
  const auto version = world.store().directory_version();
  world.subscribe(endpoint);
  EXPECT_NE(world.store().directory_version(), version);
  EXPECT_EQ(world.store().directory({})->first_owed(world.institution(), endpoint), EventSeq{2});
  world.append(1);
  const auto directory = *world.store().directory({});
  for (const auto& event : *world.store().events_after(world.institution(), {0}, 10))
    EXPECT_EQ(directory.owed(endpoint, *event) != nullptr, event->seq == EventSeq{3});
}

REGISTER_TYPED_TEST_SUITE_P(
    DeliveryStoreContract, ALanesPositionIsKeptAndReplaced, SuccessesAreToldUntilTheNextCheckpoint,
    RetriesOfAnEndpointComeInTheOrderInWhichTheyAreDue, ARetryIsReadAsItWasWrittenAndGoneWhenDone,
    OnBeingTurnedOnAllRetriesAreDueAnew, WhatIsHeldFollowsWhenThoseBeforeItAreReleased,
    HealthIsWrittenToTheEndpoint, WhatIsSettledForADeletedEndpointLeavesNothing,
    AShardIsToldOfItsEndpointsAlone, TheLogIsReadInOrderWithoutAGap,
    ASubscriptionIsOwedWhatComesAfterItAndMovesTheVersion);

}  // namespace chartbell
