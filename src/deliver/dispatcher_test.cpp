// Lanes: what is sent, in which order, how much at a time, and what is recorded of it.
#include "deliver/dispatcher.h"

#include <gtest/gtest.h>

#include "deliver/dispatcher_world_for_test.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class DispatcherTest : public testing::Test, protected DispatcherWorld {};

TEST_F(DispatcherTest, EachEventOwedIsSentOnceWithItsOwnBodyAndHeaders) {
  const auto endpoint = subscriber();
  start();
  append(3);
  answer_all(delivered());
  tick(1h);
  ASSERT_EQ(sent_seqs(endpoint), numbers(1, 3));
  const auto& first = transport.sent().front();
  EXPECT_EQ(url_of(first), "https://receiver.example/1");
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(field_of(first, "webhook-id"), "evt_t_1_1");
  EXPECT_EQ(first.body, body_for((*store.event(kGreen, {1}))->content.body, {2}));
  const auto found =
      verify("secret-1", [&](std::string_view name) { return field_of(first, name); }, first.body);
  EXPECT_EQ(found.vendor, Verdict::kGenuine);
  EXPECT_EQ(found.standard, Verdict::kGenuine);
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{3});
  EXPECT_EQ(store.attempts().size(), 3U);
  EXPECT_TRUE(store.retries().empty());
}

TEST_F(DispatcherTest, EachSubscriberGetsItsOwnNumber) {
  const auto one = store.add_endpoint();
  const auto two = store.add_endpoint();
  const auto first = store.subscribe(one, kGreen, row_named("patient_created"));
  const auto second = store.subscribe(two, kGreen, row_named("patient_created"));
  start();
  append(1);
  ASSERT_EQ(transport.sent().size(), 2U);
  EXPECT_EQ(transport.sent()[0].subscription, first);
  EXPECT_EQ(transport.sent()[1].subscription, second);
  EXPECT_NE(transport.sent()[0].body, transport.sent()[1].body);
  EXPECT_EQ(field_of(transport.sent()[0], "webhook-id"),
            field_of(transport.sent()[1], "webhook-id"));
}

TEST_F(DispatcherTest, EventsThatAreNotOwedMoveTheCursorWithoutARecordEach) {
  const auto endpoint = subscriber();
  start();
  append(500, kGreen, "patient_updated");
  settle();
  EXPECT_EQ(store.settlements(), 0U);
  append(1);
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(endpoint), numbers(501, 501));
  EXPECT_EQ(store.settlements(), 1U);
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{501});
}

TEST_F(DispatcherTest, ALongRunOfEventsNotOwedIsRecordedOnce) {
  const auto endpoint = subscriber();
  start();
  append(5000, kGreen, "patient_updated");
  tick();
  tick();
  EXPECT_EQ(store.settlements(), 1U);
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{5000});
}

TEST_F(DispatcherTest, AnEndpointHasAtMostItsShareInFlight) {
  options.in_flight_per_endpoint = 4;
  subscriber();
  start();
  append(10);
  EXPECT_EQ(transport.open(), 4U);
  transport.answer_next(delivered());
  EXPECT_EQ(transport.open(), 4U);
  EXPECT_EQ(transport.sent().size(), 5U);
}

TEST_F(DispatcherTest, AnEndpointsShareCountsOverAllInstitutions) {
  options.in_flight_per_endpoint = 4;
  const auto endpoint = subscriber(kGreen);
  store.subscribe(endpoint, kBlue, row_named("patient_created"));
  start();
  append(3, kGreen);
  append(3, kBlue);
  EXPECT_EQ(transport.open(), 4U);
  answer_all(delivered());
  tick();
  answer_all(delivered());
  EXPECT_EQ(transport.sent().size(), 6U);
}

TEST_F(DispatcherTest, AllEndpointsTogetherKeepTheTotalLimitAndNobodyStarves) {
  options.in_flight_max = 6;
  options.first_attempts_reserved = 1;
  std::vector<EndpointId> endpoints;
  for (int i = 0; i < 5; ++i) endpoints.push_back(subscriber());
  start();
  append(40);
  std::size_t most = 0;
  while (transport.open() > 0) {
    most = std::max(most, transport.open());
    transport.answer_next(delivered());
    settle();
  }
  EXPECT_EQ(most, 6U);
  for (const auto endpoint : endpoints) EXPECT_EQ(sent_seqs(endpoint), numbers(1, 40));
}

TEST_F(DispatcherTest, AHangingEndpointHoldsUpNoOther) {
  const auto hanging = subscriber();
  const auto well = subscriber();
  start();
  append(100);
  while (true) {
    std::size_t index = 0;
    while (index < transport.open() && transport.waiting(index).key.endpoint == hanging) ++index;
    if (index == transport.open()) break;
    transport.answer(index, delivered());
  }
  EXPECT_EQ(sent_seqs(well), numbers(1, 100));
  EXPECT_EQ(sent_seqs(hanging).size(), Flow::kProbation) << "nobody knows it yet";
}

TEST_F(DispatcherTest, ALaneRunsNoFurtherAheadOfItsCursorThanItsWindow) {
  options.window = 20;
  const auto endpoint = subscriber();
  start();
  append(100);
  // The oldest is never answered, all others are at once.
  while (transport.open() > 1) transport.answer(1, delivered());
  const auto sent = sent_seqs(endpoint);
  EXPECT_GE(sent.back(), 20);
  EXPECT_LE(sent.back(), 21);
  settle();
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{0});
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(endpoint), numbers(1, 100));
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{100});
}

TEST_F(DispatcherTest, AFailureBecomesARetryRowAndTheLaneGoesOn) {
  const auto endpoint = subscriber();
  start();
  append(2);
  transport.answer_next(rejected(503));
  transport.answer_next(delivered());
  settle();
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{2});
  ASSERT_EQ(store.retries().size(), 1U);
  EXPECT_EQ(store.retries()[0].key, (DeliveryKey{kGreen, endpoint, {1}}));
  EXPECT_EQ(store.retries()[0].attempts, 1);
  EXPECT_EQ(store.retries()[0].first_at, clock.now());
  append(1);
  EXPECT_EQ(sent_seqs(endpoint), numbers(1, 3));
}

TEST_F(DispatcherTest, ARetryIsSentWhenItIsDueAsTheSameMessageWithTheNextNumber) {
  subscriber();
  start();
  append(1);
  answer_all(rejected());
  tick(29'999ms);
  EXPECT_EQ(transport.sent().size(), 1U);
  tick(3'001ms);
  ASSERT_EQ(transport.sent().size(), 2U);
  const auto& first = transport.sent()[0];
  const auto& second = transport.sent()[1];
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(field_of(second, "webhook-id"), field_of(first, "webhook-id"));
  EXPECT_NE(field_of(second, "timestamp"), field_of(first, "timestamp"));
  EXPECT_NE(field_of(second, "signature"), field_of(first, "signature"));
  tick(1h);
  EXPECT_EQ(transport.sent().size(), 2U) << "sent again while it is in flight";
  answer_all(delivered());
  tick(48h);
  EXPECT_EQ(transport.sent().size(), 2U);
  EXPECT_TRUE(store.retries().empty());
}

TEST_F(DispatcherTest, ASuccessClearsFailingSince) {
  const auto endpoint = subscriber();
  start();
  append(1);
  const auto failed_at = clock.now();
  answer_all(rejected());
  EXPECT_EQ(store.endpoint(endpoint).failing_since, failed_at);
  clock.advance(1s);
  append(1);
  answer_all(delivered());
  EXPECT_EQ(store.endpoint(endpoint).failing_since, std::nullopt);
}

TEST_F(DispatcherTest, NothingIsRecordedBeforeItsAttemptEnded) {
  const auto endpoint = subscriber();
  start();
  append(3);
  settle();
  tick(1h);
  EXPECT_EQ(store.settlements(), 0U);
  transport.answer(1, delivered());
  settle();
  ASSERT_EQ(store.attempts().size(), 1U);
  EXPECT_EQ(store.attempts()[0].key.seq, EventSeq{2});
  EXPECT_EQ(store.cursor({kGreen, endpoint}), EventSeq{0});
  const auto positions = store.lane_positions({});
  ASSERT_EQ(positions->size(), 1U);
  EXPECT_EQ(positions->front().settled_beyond, std::vector<EventSeq>{{2}});
}

TEST_F(DispatcherTest, WhatEndsWhileTheDiskIsBusyIsRecordedTogetherNext) {
  subscriber();
  start();
  append(10);
  while (transport.open() > 0) transport.answer_next(delivered());
  settle();
  EXPECT_EQ(store.settlements(), 2U);
  EXPECT_EQ(store.attempts().size(), 10U);
}

TEST_F(DispatcherTest, AnErrorOfTheStoreStopsSending) {
  subscriber();
  start();
  append(20);
  store.fail_from_now_on();
  transport.answer_next(delivered());
  settle();
  EXPECT_FALSE(dispatcher->health());
  const auto sent = transport.sent().size();
  append(5);
  tick(1h);
  while (transport.open() > 0) transport.answer_next(delivered());
  tick(1h);
  EXPECT_EQ(transport.sent().size(), sent);
}

TEST_F(DispatcherTest, AfterStopNothingNewIsSentAndWhatEndsIsRecorded) {
  subscriber();
  start();
  append(20);
  const auto sent = transport.sent().size();
  dispatcher->stop();
  append(5);
  tick(1h);
  answer_all(delivered());
  EXPECT_EQ(transport.sent().size(), sent);
  EXPECT_EQ(store.attempts().size(), sent);
  EXPECT_TRUE(dispatcher->at_rest());
}

TEST_F(DispatcherTest, WhatIsAbandonedIsNotRecordedAndSentAgainByTheNext) {
  const auto endpoint = subscriber();
  start();
  append(2);
  dispatcher->stop();
  dispatcher->abandon();
  answer_all({.result = OutcomeClass::kNotConnected});
  EXPECT_EQ(store.settlements(), 0U);
  start();
  EXPECT_EQ(sent_seqs(endpoint), (std::vector<std::int64_t>{1, 2, 1, 2}));
}

TEST_F(DispatcherTest, ADeletedEndpointGetsNothingMoreThoughAttemptsAreInFlight) {
  const auto endpoint = subscriber();
  const auto other = subscriber();
  start();
  append(30);
  const auto sent = sent_seqs(endpoint).size();
  store.remove_endpoint(endpoint);
  ASSERT_TRUE(dispatcher->reload());
  answer_all(rejected());
  tick(1h);
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(endpoint).size(), sent);
  EXPECT_EQ(store.cursor({kGreen, other}), EventSeq{30});
  tick(1h);
  for (const auto& retry : store.retries()) EXPECT_NE(retry.key.endpoint, endpoint);
}

TEST_F(DispatcherTest, RetriesOfADeletedSubscriptionAreDropped) {
  const auto endpoint = store.add_endpoint();
  const auto kept = store.subscribe(endpoint, kGreen, row_named("patient_updated"));
  const auto deleted = store.subscribe(endpoint, kGreen, row_named("patient_created"));
  start();
  append(1, kGreen, "patient_updated");
  append(1, kGreen, "patient_created");
  answer_all(rejected());
  ASSERT_EQ(store.retries().size(), 2U);
  append(1, kGreen, "patient_created");  // in flight when the subscription goes
  store.unsubscribe(deleted);
  ASSERT_TRUE(dispatcher->reload());
  answer_all(rejected());
  const auto before = transport.sent().size();
  append(1, kGreen, "patient_created");
  tick(40s);
  ASSERT_EQ(transport.sent().size(), before + 1);
  EXPECT_EQ(transport.sent().back().subscription, kept);
  answer_all(delivered());
  tick(1h);
  EXPECT_TRUE(store.retries().empty());
  EXPECT_EQ(transport.sent().size(), before + 1);
}

TEST_F(DispatcherTest, ANewSubscriptionMissesNothingThoughNobodyCalledReload) {
  const auto endpoint = subscriber();
  start();
  append(3);
  answer_all(delivered());
  store.subscribe(endpoint, kGreen, row_named("patient_updated"));
  append(2, kGreen, "patient_updated");
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(endpoint), numbers(1, 5));
}

TEST_F(DispatcherTest, ANewEndpointIsFoundAtTheNextTickAndOwedWhatCameSince) {
  start();
  append(3);
  const auto endpoint = subscriber();
  append(2);
  EXPECT_TRUE(transport.sent().empty());
  tick();
  EXPECT_EQ(sent_seqs(endpoint), numbers(4, 5));
}

TEST_F(DispatcherTest, AChangedSecretSignsTheNextAttempt) {
  const auto endpoint = subscriber();
  start();
  append(1);
  answer_all(delivered());
  store.change_secret(endpoint, "another");
  append(1);
  const auto signed_with = [](const PendingAttempt& attempt, std::string_view secret) {
    return field_of(attempt, "signature") ==
           vendor_signature(secret, field_of(attempt, "timestamp"), attempt.body);
  };
  ASSERT_EQ(transport.sent().size(), 2U);
  EXPECT_TRUE(signed_with(transport.sent()[0], "secret-1"));
  EXPECT_TRUE(signed_with(transport.sent()[1], "another"));
}

TEST_F(DispatcherTest, FirstAttemptsKeepTheirShareAgainstAStormOfRetries) {
  options.in_flight_max = 20;
  options.first_attempts_reserved = 8;
  std::vector<EndpointId> failing;
  for (int i = 0; i < 4; ++i) failing.push_back(subscriber());
  const auto well = subscriber(kBlue);
  start();
  append(1, kBlue);
  answer_all(delivered());
  append(20);
  while (transport.open() > 0) answer_all(rejected());
  tick(40s);
  EXPECT_EQ(transport.open(), 12U) << "retries took the share of first attempts";
  append(4, kBlue);
  EXPECT_EQ(sent_seqs(well), numbers(1, 5));
}

TEST_F(DispatcherTest, AnEndpointsOwnOptionsBindIt) {
  const auto endpoint = subscriber();
  store.change_endpoint(endpoint).options = {
      .max_in_flight = 2, .timeout = 3s, .schedule = {5s, 60s}};
  start();
  append(5);
  EXPECT_EQ(transport.open(), 2U);
  EXPECT_EQ(transport.waiting(0).deadline, 3s);
  answer_all(delivered());
  append(1);
  const auto first_at = clock.now();
  answer_all(rejected());
  ASSERT_EQ(store.retries().size(), 1U);
  EXPECT_GE(store.retries()[0].due, first_at + 5s);
  EXPECT_LE(store.retries()[0].due, first_at + 5500ms);
  ASSERT_TRUE(tick_to_next_retry());
  answer_all(rejected());
  ASSERT_TRUE(tick_to_next_retry());
  answer_all(rejected());
  EXPECT_TRUE(store.retries().empty());
  ASSERT_EQ(store.dead().size(), 1U);
  EXPECT_EQ(store.dead()[0].attempts, 3);
}

TEST_F(DispatcherTest, ARateIsKeptOverTimeWithASmallBurst) {
  const auto endpoint = subscriber();
  store.change_endpoint(endpoint).options.rate_per_second = 50;
  start();
  append(1);
  answer_all(delivered());
  append(400);
  const auto began = transport.sent().size();
  for (int i = 0; i < 200; ++i) {
    answer_all(delivered());
    tick(10ms);
  }
  const auto sent = transport.sent().size() - began;
  EXPECT_GE(sent, 95U);
  EXPECT_LE(sent, 110U);
}

TEST_F(DispatcherTest, SequenceAndAttemptAreToldInHeaders) {
  subscriber();
  start();
  append(2);
  transport.answer_next(delivered());
  transport.answer_next(rejected());
  settle();
  ASSERT_TRUE(tick_to_next_retry());
  EXPECT_EQ(field_of(transport.sent().back(), "chartbell-sequence"), "2");
  EXPECT_EQ(field_of(transport.sent().back(), "chartbell-attempt"), "2");
}

TEST_F(DispatcherTest, AnEndpointThatCannotBeReachedIsProbedByOneDelivery) {
  const auto endpoint = subscriber();
  start();
  append(100);
  for (int i = 0; i < 5; ++i) transport.answer_next({.result = OutcomeClass::kNotConnected});
  while (transport.open() > 0) transport.answer_next({.result = OutcomeClass::kTimedOut});
  settle();
  EXPECT_EQ(board.stats(endpoint).circuit, Circuit::kOpen);
  const auto sent = transport.sent().size();
  EXPECT_LE(sent, 9U);
  tick(500ms);
  EXPECT_EQ(transport.sent().size(), sent) << "too early for a probe";
  for (int i = 0; i < 10; ++i) tick(10s);
  ASSERT_EQ(transport.open(), 1U) << "one probe, not a window";
  answer_all(delivered());
  while (transport.open() > 0) answer_all(delivered());
  EXPECT_EQ(board.stats(endpoint).circuit, Circuit::kClosed);
  tick(1h);
  while (transport.open() > 0) answer_all(delivered());
  auto seqs = sent_seqs(endpoint);
  std::set<std::int64_t> all(seqs.begin(), seqs.end());
  EXPECT_EQ(all.size(), 100U);
}

TEST_F(DispatcherTest, AThousandDeadEndpointsLeaveRoomForOneThatIsWell) {
  options.in_flight_max = 64;
  options.suspects_max = 32;
  const auto well = subscriber(kBlue);
  for (int i = 0; i < 1000; ++i) subscriber(kGreen);
  start();
  append(1, kBlue);
  answer_all(delivered());
  append(3, kGreen);
  EXPECT_EQ(transport.open(), 32U);
  append(20, kBlue);
  EXPECT_EQ(sent_seqs(well), numbers(1, 5)) << "its whole window";
}

TEST_F(DispatcherTest, ManySuspectsTakeOneTurnEachAndOneThatIsWellGoesBetweenThem) {
  const auto well = subscriber(kBlue);
  for (int i = 0; i < 100; ++i) subscriber(kGreen);
  start();
  append(1, kBlue);
  answer_all(delivered());
  store.append(kGreen, new_event(kGreen, "patient_created", 1));
  dispatcher->on_events(kGreen);
  EXPECT_LE(transport.open(), 2U);
  store.append(kBlue, new_event(kBlue, "patient_created", 2));
  dispatcher->on_events(kBlue);
  EXPECT_EQ(sent_seqs(well), numbers(1, 2));
  EXPECT_LE(transport.open(), 5U);
  take_turns();
  EXPECT_EQ(transport.open(), 101U) << "nobody is forgotten";
}

// Each end wakes one of the suspects that wait for a place. One that has nothing to send makes no
// end of its own, so that all behind it wait for as long as nobody else sends anything.
TEST_F(DispatcherTest, ASuspectWithNothingToSendHoldsUpNoneBehindIt) {
  options.suspects_max = 1;
  const auto first = subscriber();
  const auto idle = subscriber(kBlue);
  const auto last = subscriber();
  store.append(kGreen, new_event(kGreen, "patient_created", 1));
  start();
  answer_all(delivered());
  tick(1s);
  append(1);
  answer_all(delivered());
  tick(1s);
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(first).size(), 2U);
  EXPECT_TRUE(sent_seqs(idle).empty());
  EXPECT_EQ(sent_seqs(last).size(), 2U);
}

// What was read of the store and found no room is in nobody's alarm: neither those who make room
// nor time wake its endpoint.
TEST_F(DispatcherTest, RetriesThatFoundNoRoomGoWhenThereIsSome) {
  options.in_flight_max = 8;
  options.first_attempts_reserved = 4;
  const auto retrying = subscriber(kBlue);
  subscriber(kGreen);
  start();
  append(6, kBlue);
  answer_all(rejected());
  tick(35s);
  const auto under_way = transport.open();
  EXPECT_LT(under_way, 6U);
  append(8, kGreen);
  for (std::size_t i = 0; i < under_way; ++i) transport.answer_next(delivered());
  settle();
  answer_all(delivered());
  tick(1s);
  answer_all(delivered());
  EXPECT_EQ(sent_seqs(retrying).size(), 12U);
}

TEST_F(DispatcherTest, GoneTurnsAnEndpointOffAtOnce) {
  const auto endpoint = subscriber();
  start();
  append(3);
  transport.answer_next(rejected(410));
  settle();
  EXPECT_FALSE(store.endpoint(endpoint).active);
  EXPECT_EQ(store.endpoint(endpoint).disabled_reason, "answered 410 Gone");
  answer_all(delivered());
  append(5);
  tick(1h);
  EXPECT_EQ(transport.open(), 0U);
}

TEST_F(DispatcherTest, OperatorsAreToldADayBeforeAndAtTheEnd) {
  const auto endpoint = subscriber();
  start();
  append(1);
  answer_all(rejected());
  while (store.endpoint(endpoint).active && tick_to_next_retry()) answer_all(rejected());
  std::vector<std::string> told;
  for (const auto& health : store.told()) {
    if (health.disabled())
      told.push_back(health.disabled_reason);
    else if (health.warned)
      told.emplace_back("warned");
  }
  EXPECT_EQ(told, (std::vector<std::string>{"warned", "no success for 48 hours"}));
}

TEST_F(DispatcherTest, ATestEventIsSignedAndLeavesNoTrace) {
  const auto endpoint = subscriber();
  start();
  int answered = 0;
  ASSERT_TRUE(dispatcher->send_test(endpoint, new_event(kGreen, "patient_created", 1),
                                    [&](const Outcome& outcome) { answered = outcome.status; }));
  EXPECT_EQ(field_of(transport.sent().back(), "chartbell-test"), "1");
  EXPECT_TRUE(field_of(transport.sent().back(), "webhook-id").starts_with("test_"));
  answer_all(delivered());
  EXPECT_EQ(answered, 200);
  EXPECT_EQ(store.settlements(), 0U);
  EXPECT_FALSE(dispatcher->send_test({99}, new_event(kGreen, "patient_created", 1), {}));
}

}  // namespace
}  // namespace chartbell
