// The stores on a real file: what is told to be on disk is there when the file is opened again.
#include <algorithm>
#include <future>

#include <gtest/gtest.h>

#include "store/account_store.h"
#include "store/core.h"
#include "store/delivery_store.h"
#include "store/resource_store.h"
#include "support/fake_clock.h"
#include "support/temporary_folder.h"

namespace chartbell {
namespace {

constexpr InstitutionId kPractice{1};
constexpr SourceRef kSource{{1}, {1}};
const CatalogueRow& kRow = *find_row("Patient", "patient_updated");

template <class T>
T must(Result<T> result) {
  if constexpr (std::is_void_v<T>) {
    if (!result) throw std::runtime_error(result.error().detail);
  } else {
    if (!result) throw std::runtime_error(result.error().detail);
    return *std::move(result);
  }
}

// Everything over one file; made anew, it is a restart.
struct Stores {
  explicit Stores(const std::string& path) {
    core = must(StoreCore::open({.path = path, .master_key = std::string(32, 'm'), .fatal = {}},
                                clock, random));
    log = std::make_unique<EventLog>(*core);
    must(log->load());
    accounts = std::make_unique<SqliteAccountStore>(*core, *log);
    resources = must(SqliteResourceStore::open(*core, *log));
    deliveries = std::make_unique<SqliteDeliveryStore>(*core, *log, accounts->directory_version());
    must(accounts->register_institution({.subdomain = "green",
                                         .name = "Green",
                                         .locations = {{"Main", "UTC", "0"}},
                                         .sources = {"office"}}));
  }
  Result<void> settle(Settlement settlement) {
    std::promise<Result<void>> done;
    deliveries->settle(std::move(settlement),
                       [&](Result<void> result) { done.set_value(std::move(result)); });
    return done.get_future().get();
  }

  FakeClock clock;
  SeededRandom random{9};
  std::unique_ptr<StoreCore> core;
  std::unique_ptr<EventLog> log;
  std::unique_ptr<SqliteAccountStore> accounts;
  std::unique_ptr<SqliteResourceStore> resources;
  std::unique_ptr<SqliteDeliveryStore> deliveries;
};

NewEvent event_of(const std::string& data) {
  NewEvent event{.row = &kRow, .event_name = std::string(kRow.event), .time = from_ms(5)};
  event.body = envelope(kRow, {kPractice, "green", event.event_name, from_ms(5)}, data);
  return event;
}

DetectedBatch::Write write_of(ForeignKey key, ResourceId id, const std::string& text) {
  HeldResource held;
  held.known = {.key = std::move(key), .id = id, .presence = Presence::kLive};
  held.known.digest[0] = static_cast<unsigned char>(text.size());
  held.created_at = held.updated_at = from_ms(7);
  held.document = Document(text);
  return {ResourceKind::kPatient, std::move(held)};
}

struct StoreTest : ::testing::Test {
  void restart() {
    stores.reset();
    stores = std::make_unique<Stores>(path);
  }
  TemporaryFolder folder;
  std::string path = folder.file("test.db");
  std::unique_ptr<Stores> stores = std::make_unique<Stores>(path);
};

TEST_F(StoreTest, AChangeThatFailsIsUndoneAloneAmongOthers) {
  auto& core = *stores->core;
  std::promise<void> gate;
  std::vector<std::future<Result<void>>> results;
  core.write_async([&](SqliteDb&) { return gate.get_future().get(), Result<void>(); },
                   [](const Result<void>&) {});
  for (int i = 0; i < 10; ++i)
    results.push_back(std::async(std::launch::async, [&core, i] {
      return core.write([i](SqliteDb& db) -> Result<void> {
        const std::string name = "n" + std::to_string(i);
        TRY_DO(db.prepare("INSERT INTO setting VALUES (?,'x')").bind(name).run());
        if (i % 3 == 0) return failure(Code::kConflict, "planted");
        return {};
      });
    }));
  gate.set_value();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(results[static_cast<std::size_t>(i)].get().has_value(), i % 3 != 0);
  restart();
  auto db = must(stores->core->reader());
  EXPECT_EQ(must(db->integer("SELECT count(*) FROM setting WHERE name LIKE 'n%'")), 6);
}

TEST_F(StoreTest, ASecondServerIsRefusedAndAToolIsNot) {
  StoreOptions options{.path = path, .master_key = std::string(32, 'm'), .fatal = {}};
  const auto second = StoreCore::open(options, stores->clock, stores->random);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().detail.find("already serves"), std::string::npos);
  options.role = StoreOptions::Role::kTool;
  EXPECT_TRUE(StoreCore::open(options, stores->clock, stores->random));
}

TEST_F(StoreTest, AnotherMasterKeyAndALaterSchemaAreRefused) {
  const auto tag = stores->core->tag();
  stores.reset();
  FakeClock clock;
  SeededRandom random{1};
  const auto other = StoreCore::open(
      {.path = path, .master_key = std::string(32, 'x'), .fatal = {}}, clock, random);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kConfig);
  stores = std::make_unique<Stores>(path);
  EXPECT_EQ(stores->core->tag(), tag);
  must(stores->core->write([](SqliteDb& db) { return db.execute("PRAGMA user_version=99"); }));
  stores.reset();
  const auto later = StoreCore::open(
      {.path = path, .master_key = std::string(32, 'm'), .fatal = {}}, clock, random);
  ASSERT_FALSE(later);
  EXPECT_NE(later.error().detail.find("later version"), std::string::npos);
}

TEST_F(StoreTest, StateEventAndPositionAreThereAfterARestart) {
  DetectedBatch batch{.source = kSource};
  const auto id = stores->resources->allot_id();
  batch.writes.push_back(write_of(ForeignKey(42), id, R"({"name":"Zoë"})"));
  batch.events.push_back(event_of("{}"));
  batch.events.push_back(event_of(R"({"b":2})"));
  batch.pass = {ResourceKind::kPatient, PassState{true, "v1"}};
  must(stores->resources->commit(std::move(batch)));
  restart();
  const auto held = must(stores->resources->held(kSource, ResourceKind::kPatient, ForeignKey(42)));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->document.expose(), R"({"name":"Zoë"})");
  EXPECT_EQ(held->known.id, id);
  EXPECT_EQ(must(stores->resources->held(kSource, ResourceKind::kPatient, id))->known.key,
            ForeignKey(42));
  EXPECT_GT(stores->resources->allot_id(), id);
  EXPECT_TRUE(must(stores->resources->pass_state(kSource, ResourceKind::kPatient)).baseline_done);
  EXPECT_EQ(stores->deliveries->head(kPractice), EventSeq{2});
  const auto events = must(stores->deliveries->events_after(kPractice, {0}, 10));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].seq, EventSeq{2});
  EXPECT_EQ(events[1].content.body, event_of(R"({"b":2})").body);
}

TEST_F(StoreTest, EventsFromMemoryAndFromDiskAreTheSame) {
  for (int i = 0; i < 30; ++i) {
    DetectedBatch batch{.source = kSource};
    batch.events.push_back(event_of("{\"n\":" + std::to_string(i) + "}"));
    must(stores->resources->commit(std::move(batch)));
  }
  const auto recent = must(stores->deliveries->events_after(kPractice, {10}, 7));
  restart();
  const auto stored = must(stores->deliveries->events_after(kPractice, {10}, 7));
  ASSERT_EQ(recent.size(), 7u);
  ASSERT_EQ(stored.size(), 7u);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(recent[i].seq, stored[i].seq);
    EXPECT_EQ(recent[i].content.body, stored[i].content.body);
    EXPECT_EQ(recent[i].content.row, stored[i].content.row);
  }
}

TEST_F(StoreTest, KeysComeInOrderIntegersBeforeTextsAndRangesAreHalfOpen) {
  DetectedBatch batch{.source = kSource};
  for (const auto& key : {ForeignKey(10), ForeignKey(9), ForeignKey(std::string("b")),
                          ForeignKey(std::string("B")), ForeignKey(-3)})
    batch.writes.push_back(write_of(key, stores->resources->allot_id(), "{}"));
  must(stores->resources->commit(std::move(batch)));
  const auto all =
      must(stores->resources->known_between(kSource, ResourceKind::kPatient, {}, {}, 9));
  std::vector<ForeignKey> keys;
  for (const auto& known : all) keys.push_back(known.key);
  EXPECT_EQ(keys, (std::vector<ForeignKey>{-3, 9, 10, std::string("B"), std::string("b")}));
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  const auto some = must(stores->resources->known_between(
      kSource, ResourceKind::kPatient, ForeignKey(9), ForeignKey(std::string("B")), 9));
  EXPECT_EQ(some.size(), 2u);
}

TEST_F(StoreTest, AReferenceNeverOverwritesWhatIsKnown) {
  DetectedBatch batch{.source = kSource};
  const auto id = stores->resources->allot_id();
  batch.writes.push_back(write_of(ForeignKey(1), id, R"({"a":1})"));
  must(stores->resources->commit(std::move(batch)));
  HeldResource bare;
  bare.known = {.key = ForeignKey(1), .id = id};
  DetectedBatch again{.source = kSource};
  again.writes.push_back({ResourceKind::kPatient, bare});
  must(stores->resources->commit(std::move(again)));
  const auto held = must(stores->resources->held(kSource, ResourceKind::kPatient, ForeignKey(1)));
  EXPECT_EQ(held->known.presence, Presence::kLive);
  EXPECT_EQ(held->document.expose(), R"({"a":1})");
  EXPECT_EQ(must(stores->resources->count_live(kSource, ResourceKind::kPatient)), 1);
}

TEST_F(StoreTest, LanesRetriesAndHealthSurviveARestart) {
  const auto account = must(stores->accounts->put_account("a", "hash", {"*"}));
  const auto endpoint =
      must(stores->accounts->create_endpoint(account, "https://example.org/", true, "s"));
  const LanePosition lane{{kPractice, endpoint.id}, {5}, {{7}, {9}, {300}}};
  const Retry retry{{kPractice, endpoint.id, {4}}, 2, from_ms(10), from_ms(20)};
  must(stores->settle(
      {.lanes = {lane}, .retries_new = {retry}, .health = {{endpoint.id, from_ms(3), false}}}));
  restart();
  const auto lanes = must(stores->deliveries->lane_positions());
  ASSERT_EQ(lanes.size(), 1u);
  EXPECT_EQ(lanes[0].cursor, lane.cursor);
  EXPECT_EQ(lanes[0].settled_beyond, lane.settled_beyond);
  EXPECT_EQ(must(stores->deliveries->due_retries(from_ms(20), 9)), std::vector<Retry>{retry});
  EXPECT_TRUE(must(stores->deliveries->due_retries(from_ms(19), 9)).empty());
  EXPECT_EQ(must(stores->deliveries->directory()).endpoint(endpoint.id)->failing_since, from_ms(3));
  must(stores->settle({.retries_done = {retry}}));
  EXPECT_TRUE(must(stores->deliveries->due_retries(from_ms(20), 9)).empty());
}

TEST_F(StoreTest, TurningAnEndpointOnWakesWhatWaitedForIt) {
  const auto account = must(stores->accounts->put_account("a", "hash", {"*"}));
  const auto endpoint =
      must(stores->accounts->create_endpoint(account, "https://example.org/", true, "s"));
  const Retry parked{{kPractice, endpoint.id, {4}}, 11, from_ms(10), kParked};
  must(stores->settle(
      {.retries_new = {parked}, .health = {{endpoint.id, from_ms(3), /*disabled=*/true}}}));
  EXPECT_TRUE(must(stores->deliveries->due_retries(stores->clock.now(), 9)).empty());
  must(stores->accounts->change_endpoint(account, endpoint.id, {.target_url = {}, .active = true}));
  const auto due = must(stores->deliveries->due_retries(stores->clock.now(), 9));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].attempts, 0);
  EXPECT_FALSE(must(stores->deliveries->directory()).endpoint(endpoint.id)->failing_since);
  // One that is parked too late, for an endpoint that is on again, is not forgotten.
  must(stores->settle({.retries_done = {due[0]}, .retries_new = {parked}}));
  EXPECT_EQ(must(stores->deliveries->due_retries(stores->clock.now(), 9)).size(), 1u);
}

TEST_F(StoreTest, AnotherAccountsRowsAreNotFound) {
  const auto mine = must(stores->accounts->put_account("mine", "h1", {"*"}));
  const auto theirs = must(stores->accounts->put_account("theirs", "h2", {"*"}));
  const auto endpoint =
      must(stores->accounts->create_endpoint(mine, "https://example.org/", true, "s"));
  const auto other = stores->accounts->change_endpoint(theirs, endpoint.id, {});
  const auto absent = stores->accounts->change_endpoint(theirs, {999}, {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kNotFound);
  EXPECT_EQ(other.error().detail, absent.error().detail);
  EXPECT_FALSE(stores->accounts->delete_endpoint(theirs, endpoint.id));
  EXPECT_FALSE(stores->accounts->subscriptions(theirs, endpoint.id));
  EXPECT_FALSE(stores->accounts->create_subscription(theirs, endpoint.id, kPractice, kRow, true));
}

TEST_F(StoreTest, ASubscriptionIsOwedWhatComesAfterItAndADuplicateIsTheSameRow) {
  const auto account = must(stores->accounts->put_account("a", "hash", {"*"}));
  const auto endpoint =
      must(stores->accounts->create_endpoint(account, "https://example.org/", true, "s"));
  DetectedBatch batch{.source = kSource};
  batch.events.push_back(event_of("{}"));
  must(stores->resources->commit(std::move(batch)));
  const auto version = stores->deliveries->directory_version();
  const auto made =
      must(stores->accounts->create_subscription(account, endpoint.id, kPractice, kRow, true));
  EXPECT_EQ(made.from, EventSeq{1});
  EXPECT_GT(stores->deliveries->directory_version(), version);
  EXPECT_EQ(
      must(stores->accounts->create_subscription(account, endpoint.id, kPractice, kRow, true)),
      made);
}

TEST_F(StoreTest, ARevokedKeyOpensNothing) {
  must(stores->accounts->put_account("a", "hash", {"green"}));
  EXPECT_TRUE(must(stores->accounts->account_by_key("hash")));
  must(stores->accounts->revoke_account("a"));
  EXPECT_FALSE(must(stores->accounts->account_by_key("hash")));
  EXPECT_EQ(stores->accounts->revoke_account("a").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace chartbell
