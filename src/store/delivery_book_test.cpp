#include "store/delivery_book.h"

#include <future>
#include <set>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

using std::chrono::seconds;

class DeliveryBookTest : public testing::Test, protected StoreWorld {
 protected:
  void SetUp() override {
    ASSERT_TRUE(accounts->create_subscription(ours_, endpoint_.id, green_,
                                              row_named("patient_created"), true));
    ASSERT_TRUE(append(green_, 10));
  }

  Attempt attempt(std::int64_t seq, OutcomeClass result, int number = 1,
                  std::optional<EndpointId> endpoint = {}) {
    return {.key = {green_, endpoint.value_or(endpoint_.id), {seq}},
            .subscription = {1},
            .number = number,
            .at = clock.now(),
            .outcome = {.result = result,
                        .status = result == OutcomeClass::kDelivered ? 200 : 500,
                        .latency = Microseconds(1500),
                        .excerpt = result == OutcomeClass::kDelivered ? "" : "busy"}};
  }
  void settle(Settlement settlement) {
    deliveries->settle(std::move(settlement), [](const Result<void>& r) { EXPECT_TRUE(r); });
    core->drain();
  }
  void put_dead(std::int64_t seq, WallTime at) {
    ASSERT_TRUE(core->write([&](SqliteDb& db) {
      return db.prepare("INSERT INTO dead_letter VALUES (?,?,?,?,11)")
          .bind(endpoint_.id.value)
          .bind(green_.value)
          .bind(seq)
          .bind(to_ms(at))
          .run();
    }));
  }
  void put_retry(std::int64_t seq, std::int64_t resource = 0) {
    ASSERT_TRUE(core->write([&](SqliteDb& db) {
      return db.prepare("INSERT INTO retry VALUES (?,?,?,?,4,?,?)")
          .bind(endpoint_.id.value)
          .bind(to_ms(clock.now() + seconds(60 + seq)))
          .bind(green_.value)
          .bind(seq)
          .bind(to_ms(clock.now()))
          .bind(resource)
          .run();
    }));
  }
  void set_lane(std::int64_t cursor, std::vector<EventSeq> beyond = {}) {
    settle({.lanes = {{{green_, endpoint_.id}, {cursor}, std::move(beyond)}}});
  }
  std::optional<Delivery> delivery_of(std::int64_t seq) {
    const auto found = book->deliveries_of(ours_, **archive->event(green_, {seq}));
    EXPECT_TRUE(found);
    if (found->empty()) return std::nullopt;
    EXPECT_EQ(found->size(), 1U);
    return found->front();
  }
  std::string state_of(std::int64_t seq) {
    const auto found = delivery_of(seq);
    return found ? std::string(name(found->state)) : "none";
  }
  std::int64_t retry_failed(EndpointId endpoint) {
    std::promise<std::int64_t> count;
    book->retry_failed(endpoint, clock.now(),
                       [&](Result<std::int64_t> done) { count.set_value(done.value_or(-1)); });
    return count.get_future().get();
  }
  AttemptQuery query(std::size_t limit = 50) {
    return {.endpoint = endpoint_.id, .institutions = {green_}, .limit = limit};
  }
  std::vector<Attempt> all(AttemptQuery query) {
    std::vector<Attempt> out;
    for (pages_ = 1;; ++pages_) {
      auto page = book->attempts(query);
      EXPECT_TRUE(page);
      EXPECT_LE(page->rows.size(), query.limit);
      out.insert(out.end(), page->rows.begin(), page->rows.end());
      if (!page->next) return out;
      query.after = page->next;
    }
  }

  InstitutionId green_ = institution();
  AccountId ours_ = *accounts->put_account("ours", sha256("ours"), {"*"});
  AccountId theirs_ = *accounts->put_account("theirs", sha256("theirs"), {"*"});
  Endpoint endpoint_ = *accounts->create_endpoint(ours_, "https://a.example/", true, "secret");
  int pages_ = 0;
};

TEST_F(DeliveryBookTest, HowADeliveryStandsIsFoundByElimination) {
  set_lane(7, {{9}});
  settle({.attempts = {attempt(1, OutcomeClass::kDelivered)}});
  put_retry(2);
  put_dead(3, clock.now());
  ASSERT_TRUE(core->write([&](SqliteDb& db) {
    return db.prepare("INSERT INTO held VALUES (?,?,4,4)")
        .bind(endpoint_.id.value)
        .bind(green_.value)
        .run();
  }));
  EXPECT_EQ(state_of(1), "delivered");
  EXPECT_EQ(state_of(2), "retrying");
  EXPECT_EQ(delivery_of(2)->next_attempt_at, clock.now() + seconds(62));
  EXPECT_EQ(state_of(3), "dead");
  EXPECT_EQ(state_of(4), "held");
  EXPECT_EQ(state_of(5), "delivered") << "nothing else is left";
  EXPECT_EQ(state_of(8), "pending");
  EXPECT_EQ(state_of(9), "delivered");
  EXPECT_EQ(state_of(10), "pending");
}

TEST_F(DeliveryBookTest, WhatIsNotOwedHasNoDelivery) {
  ASSERT_TRUE(append(green_, {new_event(green_, "patient_updated", 1)}));
  EXPECT_EQ(state_of(11), "none");
  EXPECT_TRUE(book->deliveries_of(theirs_, **archive->event(green_, {1}))->empty());
}

TEST_F(DeliveryBookTest, AnEventsAttemptsAreThereWithWhatWasAnswered) {
  settle({.attempts = {attempt(1, OutcomeClass::kRejected)}});
  clock.advance(std::chrono::hours(5));
  settle(
      {.attempts = {attempt(1, OutcomeClass::kTimedOut, 2), attempt(2, OutcomeClass::kRejected)}});
  clock.advance(std::chrono::hours(5));
  settle({.attempts = {attempt(1, OutcomeClass::kDelivered, 3)}});
  const auto found = delivery_of(1);
  EXPECT_EQ(found->state, DeliveryState::kDelivered);
  ASSERT_EQ(found->attempts.size(), 3U);
  EXPECT_EQ(found->attempts[0].number, 3);
  EXPECT_EQ(found->attempts[2].number, 1);
  EXPECT_EQ(found->attempts[2].outcome.excerpt, "busy");
}

TEST_F(DeliveryBookTest, ASuccessFarBehindTheEventIsFoundBehindItsLastFailure) {
  settle({.attempts = {attempt(1, OutcomeClass::kRejected)}});
  std::vector<Attempt> others;
  for (int i = 0; i < 1000; ++i)
    others.push_back(attempt(2, OutcomeClass::kDelivered, 1, EndpointId{77}));
  for (int i = 0; i < 150; ++i) {
    clock.advance(seconds(10));
    for (auto& one : others) one.at = clock.now();
    settle({.attempts = others});
  }
  settle({.attempts = {attempt(1, OutcomeClass::kRejected, 2)}});
  clock.advance(seconds(30));
  settle({.attempts = {attempt(1, OutcomeClass::kDelivered, 3)}});
  EXPECT_EQ(delivery_of(1)->attempts.size(), 3U);
}

TEST_F(DeliveryBookTest, AHundredThousandAttemptsArePagedOnceEach) {
  constexpr int kBlocks = 250;
  constexpr int kEach = 400;
  const EndpointId other{77};
  std::int64_t seq = 0;
  for (int block = 0; block < kBlocks; ++block) {
    Settlement settlement;
    for (int i = 0; i < kEach; ++i) {
      ++seq;
      auto one = attempt(seq, seq % 100 == 0 ? OutcomeClass::kRejected : OutcomeClass::kDelivered,
                         1, seq % 5 == 3 ? other : endpoint_.id);
      one.at += Milliseconds(i % 7);
      settlement.attempts.push_back(one);
    }
    settle(std::move(settlement));
    clock.advance(Milliseconds(3));
  }
  const auto found = all(query(500));
  std::set<EventSeq> seqs;
  for (const auto& one : found) seqs.insert(one.key.seq);
  EXPECT_EQ(found.size(), 80'000U);
  EXPECT_EQ(seqs.size(), 80'000U);
  EXPECT_LE(pages_, 165);
  auto failed = query(500);
  failed.failures_only = true;
  EXPECT_EQ(all(failed).size(), 1000U);
  EXPECT_EQ(pages_, 2);
  auto delivered = query(7);
  delivered.state = DeliveryState::kDelivered;
  delivered.since = clock.now() - Milliseconds(30);
  EXPECT_GT(all(delivered).size(), 2000U);
  for (const auto& one : all(delivered)) EXPECT_GE(one.at, *delivered.since);
}

TEST_F(DeliveryBookTest, AttemptsAreFilteredByHowTheirDeliveryStands) {
  for (const auto seq : {1, 2, 3}) {
    settle({.attempts = {attempt(seq, OutcomeClass::kRejected)}});
    clock.advance(seconds(1));
  }
  put_retry(2);
  put_dead(3, clock.now());
  auto retrying = query();
  retrying.state = DeliveryState::kRetrying;
  ASSERT_EQ(all(retrying).size(), 1U);
  EXPECT_EQ(all(retrying)[0].key.seq, EventSeq{2});
  auto dead = query();
  dead.state = DeliveryState::kDead;
  EXPECT_EQ(all(dead)[0].key.seq, EventSeq{3});
  auto none = query();
  none.institutions = {{99}};
  EXPECT_TRUE(all(none).empty());
  auto window = query();
  window.since = from_ms(1'700'000'001'000);
  window.until = from_ms(1'700'000'002'000);
  ASSERT_EQ(all(window).size(), 1U);
  EXPECT_EQ(all(window)[0].key.seq, EventSeq{2});
}

TEST_F(DeliveryBookTest, WhatWaitsIsCountedAndListedByThePage) {
  set_lane(8, {{10}});
  for (const auto seq : {1, 2, 3}) put_retry(seq);
  for (const auto seq : {4, 5}) put_dead(seq, clock.now());
  const auto waiting = *book->waiting(endpoint_);
  EXPECT_EQ(waiting.backlog, 1);
  EXPECT_EQ(waiting.retries.value, 3);
  EXPECT_FALSE(waiting.retries.more);
  EXPECT_EQ(waiting.dead_letters.value, 2);
  EXPECT_EQ(waiting.oldest_at, clock.now());
  auto page = *book->retries(endpoint_.id, {}, 2);
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].key.seq, EventSeq{1});
  EXPECT_EQ(page.rows[0].attempts, 4);
  page = *book->retries(endpoint_.id, page.next, 2);
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].key.seq, EventSeq{3});
  EXPECT_FALSE(page.next);
  auto dead = *book->dead_letters(endpoint_.id, {}, 1);
  EXPECT_EQ(dead.rows[0].key.seq, EventSeq{4});
  dead = *book->dead_letters(endpoint_.id, dead.next, 1);
  EXPECT_EQ(dead.rows[0].key.seq, EventSeq{5});
  EXPECT_FALSE(dead.next);
}

TEST_F(DeliveryBookTest, ABacklogBeyondTheLookCountsWhole) {
  ASSERT_TRUE(append(green_, 6000));
  EXPECT_EQ(book->waiting(endpoint_)->backlog, 6010);
}

TEST_F(DeliveryBookTest, MoreThanTenThousandAreNotCounted) {
  ASSERT_TRUE(core->write([&](SqliteDb& db) {
    return db
        .prepare(
            "INSERT INTO retry WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM "
            "n WHERE i<10001) SELECT ?, i, ?, i, 1, 1, 0 FROM n")
        .bind(endpoint_.id.value)
        .bind(green_.value)
        .run();
  }));
  const auto waiting = *book->waiting(endpoint_);
  EXPECT_EQ(waiting.retries.value, 10'000);
  EXPECT_TRUE(waiting.retries.more);
}

TEST_F(DeliveryBookTest, ADeliveryAskedForByHandIsDueNowWithAScheduleAnew) {
  set_lane(8);
  put_retry(2, 17);
  put_dead(3, clock.now());
  const auto retry = [&](std::int64_t seq) {
    return *book->retry(endpoint_, **archive->event(green_, {seq}));
  };
  EXPECT_EQ(retry(2), DeliveryState::kRetrying);
  EXPECT_EQ(retry(3), DeliveryState::kRetrying);
  EXPECT_EQ(retry(4), DeliveryState::kRetrying) << "delivered, and wanted again";
  EXPECT_EQ(retry(9), DeliveryState::kPending);
  EXPECT_EQ(retried.size(), 3U);
  const auto page = *book->retries(endpoint_.id, {}, 10);
  ASSERT_EQ(page.rows.size(), 3U);
  for (const auto& row : page.rows) {
    EXPECT_EQ(row.due, clock.now());
    EXPECT_EQ(row.attempts, 0);
    EXPECT_EQ(row.first_at, clock.now());
  }
  EXPECT_EQ(book->waiting(endpoint_)->dead_letters.value, 0);
  auto db = core->reader();
  EXPECT_EQ(*(*db)->integer("SELECT resource FROM retry WHERE seq=2"), 17);
  ASSERT_TRUE(append(green_, {new_event(green_, "patient_updated", 1)}));
  EXPECT_EQ(book->retry(endpoint_, **archive->event(green_, {11})).error().code, Code::kInvalid);
}

TEST_F(DeliveryBookTest, WhatFailedSinceIsDueNowInChunks) {
  put_retry(1);
  put_dead(2, clock.now() - seconds(10));
  put_dead(3, clock.now());
  ASSERT_TRUE(core->write([&](SqliteDb& db) {
    return db
        .prepare(
            "INSERT INTO dead_letter WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT "
            "i+1 FROM n WHERE i<12099) SELECT ?, ?, i, ?, 11 FROM n")
        .bind(endpoint_.id.value)
        .bind(green_.value)
        .bind(to_ms(clock.now()))
        .run();
  }));
  EXPECT_EQ(retry_failed(endpoint_.id), 12'002);
  EXPECT_EQ(retried, std::vector{endpoint_.id});
  const auto waiting = *book->waiting(endpoint_);
  EXPECT_EQ(waiting.dead_letters.value, 1) << "the one before";
  auto db = core->reader();
  EXPECT_EQ(*(*db)->integer("SELECT count(*) FROM retry WHERE attempts=0"), 12'002);
  EXPECT_EQ(retry_failed(EndpointId{99}), 0);
}

TEST_F(DeliveryBookTest, ABookThatGoesLeavesItsWorkWhereItIs) {
  ASSERT_TRUE(core->write([&](SqliteDb& db) {
    return db
        .prepare(
            "INSERT INTO dead_letter WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
            "FROM n WHERE i<60000) SELECT ?, ?, i, ?, 11 FROM n")
        .bind(endpoint_.id.value)
        .bind(green_.value)
        .bind(to_ms(clock.now()))
        .run();
  }));
  book->retry_failed(endpoint_.id, clock.now(), [](const auto&) {});
  open();
  EXPECT_EQ(retry_failed(endpoint_.id), 60'000) << "those that were due already among them";
}

}  // namespace
}  // namespace chartbell
