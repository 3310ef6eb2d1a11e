#include "store/record_book.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/time_text.h"
#include "store/store_for_test.h"
#include "support/property.h"

namespace chartbell {
namespace {

using enum ResourceKind;

class RecordBookTest : public testing::Test, protected StoreWorld {
 protected:
  struct Row {
    ResourceId id;
    ResourceKind kind = kAppointment;
    std::int64_t location = 1;
    std::int64_t patient = 0;
    std::int64_t provider = 0;
    std::int64_t operatory = 0;
    std::int64_t appointment = 0;
    std::int64_t start = 0;  // seconds since 1970
    std::int64_t minutes = 30;
    std::int64_t updated = 0;
    bool cancelled = false;
    bool gone = false;
  };

  static std::string text_of(std::int64_t seconds) { return to_text(from_ms(seconds * 1'000)); }
  static Document document(const Row& row) {
    const auto id = [](std::int64_t value) {
      return value == 0 ? std::string("null") : std::to_string(value);
    };
    return Document(R"({"id":null,"patient_id":)" + id(row.patient) + R"(,"provider_id":)" +
                    id(row.provider) + R"(,"operatory_id":)" + id(row.operatory) +
                    R"(,"appointment_id":)" + id(row.appointment) + R"(,"start_time":")" +
                    text_of(row.start) + R"(","end_time":")" +
                    text_of(row.start + 60 * row.minutes) + R"(","cancelled":)" +
                    (row.cancelled ? "true" : "false") + "}");
  }
  Result<void> commit(const std::vector<Row>& rows, std::int64_t key_offset = 1'000) {
    for (const auto kind : {kAppointment, kProcedure}) {
      DetectedBatch batch{.source = source_};
      for (const auto& row : rows) {
        if (row.kind != kind) continue;
        HeldResource held{.known = {.key = row.id.value + key_offset,
                                    .id = row.id,
                                    .presence = row.gone ? Presence::kGone : Presence::kLive},
                          .location = {row.location},
                          .created_at = from_ms(1),
                          .updated_at = from_ms(row.updated * 1'000),
                          .document = document(row)};
        batch.writes.push_back({kind, std::move(held)});
      }
      TRY_DO(resources->commit(std::move(batch)));
    }
    return {};
  }
  Result<void> commit_patient(ResourceId id, std::string name) {
    HeldResource held{.known = {.key = id.value, .id = id, .presence = Presence::kLive},
                      .created_at = clock.now(),
                      .updated_at = clock.now(),
                      .document = Document(R"({"id":null,"name":")" + name + "\"}")};
    return resources->commit({.source = source_, .writes = {{kPatient, std::move(held)}}});
  }
  std::vector<std::int64_t> ids(SqliteRecordBook& records, const RecordQuery& query) {
    std::vector<std::int64_t> out;
    const auto page = records.records(query);
    EXPECT_TRUE(page) << page.error().detail;
    for (const auto& row : page->rows) out.push_back(row.id.value);
    return out;
  }

  InstitutionId green_ = institution("green");
  InstitutionId blue_ = institution("blue");
  SourceRef source_{green_, {1}};
  SqliteRecordBook book_{*core};
};

TEST_F(RecordBookTest, ARecordIsReadByItsIdWithinItsInstitutionAndKind) {
  ASSERT_TRUE(commit({{.id = {7}, .location = 3, .updated = 50}}));
  const auto found = book_.record(green_, kAppointment, {7});
  ASSERT_TRUE(found && *found);
  const auto& record = **found;
  EXPECT_EQ(record.source, SourceId{1});
  EXPECT_EQ(record.location, LocationId{3});
  EXPECT_EQ(record.key, ForeignKey(1'007));
  EXPECT_FALSE(record.gone);
  EXPECT_EQ(record.created_at, from_ms(1));
  EXPECT_EQ(record.updated_at, from_ms(50'000));
  EXPECT_EQ(record.document, document({.id = {7}}));
  EXPECT_FALSE(*book_.record(green_, kPatient, {7}));
  EXPECT_FALSE(*book_.record(blue_, kAppointment, {7}));
  EXPECT_FALSE(*book_.record(green_, kAppointment, {8}));
}

TEST_F(RecordBookTest, WhatIsOnlyPointedToIsNoRecord) {
  HeldResource bare{.known = {.key = 5, .id = {5}}};
  ASSERT_TRUE(resources->commit({.source = source_, .writes = {{kPatient, bare}}}));
  EXPECT_FALSE(*book_.record(green_, kPatient, {5}));
  EXPECT_TRUE(ids(book_, {.institution = green_, .kind = kPatient}).empty());
}

TEST_F(RecordBookTest, EachStatementReadsARangeOfOneIndexInItsOrder) {
  constexpr const char* kIndexes[] = {"PRIMARY KEY",     "record_updated", "record_start",
                                      "record_long",     "record_patient", "record_appointment",
                                      "record_provider", "PRIMARY KEY"};
  auto db = core->reader();
  static std::vector<std::string> texts;  // a statement is known by its text's address
  texts.reserve(3 * kRecordPaths);
  for (std::size_t path = 0; path < kRecordPaths; ++path) {
    for (const auto statement :
         {RecordStatement::kUp, RecordStatement::kDown, RecordStatement::kSize}) {
      texts.push_back(std::string("EXPLAIN QUERY PLAN ") +
                      record_sql(static_cast<RecordPath>(path), statement));
      auto explained = (*db)->prepare(texts.back().c_str());
      std::string plan;
      while (*explained.step()) plan += explained.text(3) + "; ";
      EXPECT_NE(plan.find(kIndexes[path]), std::string::npos) << plan;
      EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
      // The one scan is of the rows that are counted.
      const auto scans = plan.find("SCAN");
      EXPECT_EQ(scans != std::string::npos, statement == RecordStatement::kSize) << plan;
    }
  }
}

TEST_F(RecordBookTest, PatientsAreFoundByTheirWordsAsTheyAreNow) {
  ASSERT_TRUE(commit_patient({1}, "Ada Lovelace"));
  ASSERT_TRUE(commit_patient({2}, "Ada Byron"));
  const auto named = [&](std::string name, RecordOrder order = RecordOrder::kId) {
    const RecordQuery query{
        .institution = green_, .kind = kPatient, .name = std::move(name), .order = order};
    EXPECT_EQ(*book_.count(query), std::ssize(ids(book_, query)));
    return ids(book_, query);
  };
  EXPECT_EQ(named("ada"), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(named("byron ADA"), std::vector<std::int64_t>{2});
  EXPECT_EQ(named("ada", RecordOrder::kUpdated), (std::vector<std::int64_t>{1, 2}));
  EXPECT_TRUE(named("a").empty());
  EXPECT_TRUE(named("?").empty());
  ASSERT_TRUE(commit_patient({2}, "Ada Lovelace"));
  EXPECT_TRUE(named("byron").empty());
  EXPECT_EQ(named("lovelace"), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(RecordBookTest, ForeignIdsAreLookedUpAsTheWireShowsThem) {
  ASSERT_TRUE(commit({{.id = {7}}, {.id = {8}}}));
  const auto with_key = [&](std::string key) {
    return ids(book_, {.institution = green_,
                       .kind = kAppointment,
                       .foreign_id = std::move(key),
                       .order = RecordOrder::kStart});
  };
  EXPECT_EQ(with_key("1007"), std::vector<std::int64_t>{7});
  EXPECT_TRUE(with_key("01007").empty());
  EXPECT_TRUE(with_key("7").empty());
  EXPECT_TRUE(with_key("").empty());
}

TEST_F(RecordBookTest, WhatOverlapsASpanIsFoundHoweverLongAgoItBegan) {
  constexpr std::int64_t kDay = 86'400;
  ASSERT_TRUE(commit({{.id = {1}, .provider = 5, .start = 100 * kDay},
                      {.id = {2}, .start = 100 * kDay - 1'800},
                      {.id = {3}, .start = 90 * kDay, .minutes = 11 * 24 * 60},
                      {.id = {4}, .start = 100 * kDay, .cancelled = true},
                      {.id = {5}, .start = 100 * kDay, .gone = true},
                      {.id = {6}, .start = 101 * kDay},
                      {.id = {7}, .location = 0, .start = 100 * kDay},
                      {.id = {8}, .start = 100 * kDay - 3'600, .minutes = 61},
                      {.id = {9}, .start = 100 * kDay + 60, .minutes = 0}}));
  const auto between = [&](RecordSpan span) {
    span.from = from_ms(100 * kDay * 1'000);
    span.to = from_ms(101 * kDay * 1'000);
    std::vector<std::int64_t> out;
    const auto found = book_.appointments_between(green_, span);
    EXPECT_TRUE(found);
    for (const auto& row : *found) out.push_back(row.id.value);
    return out;
  };
  EXPECT_EQ(between({.location = LocationId{1}}), (std::vector<std::int64_t>{3, 8, 1, 9}));
  EXPECT_EQ(between({}), (std::vector<std::int64_t>{3, 8, 1, 7, 9}));
  EXPECT_EQ(between({.provider = 5}), std::vector<std::int64_t>{1});
}

TEST_F(RecordBookTest, AnEarlierStoreIsIndexedWhenItIsOpened) {
  ASSERT_TRUE(commit({{.id = {7}, .patient = 3}, {.id = {8}, .patient = 3, .gone = true}}));
  ASSERT_TRUE(commit_patient({9}, "Ada Lovelace"));
  ASSERT_TRUE(core->write([](SqliteDb& db) {
    return db.execute(
        "DELETE FROM record; DELETE FROM record_word; "
        "DELETE FROM setting WHERE name='record_index_1'");
  }));
  open();
  SqliteRecordBook records(*core);
  EXPECT_EQ(ids(records, {.institution = green_, .kind = kAppointment, .patients = {3}}),
            (std::vector<std::int64_t>{7, 8}));
  EXPECT_EQ(ids(records, {.institution = green_, .kind = kPatient, .name = "ada"}),
            std::vector<std::int64_t>{9});
  EXPECT_TRUE((*records.record(green_, kAppointment, {8}))->gone);
  EXPECT_EQ((*records.record(green_, kAppointment, {7}))->created_at, from_ms(1));
}

// ---- any query, read any way, is what a plain search through all rows finds ---------------------

class RecordQueriesTest : public RecordBookTest {
 protected:
  static std::int64_t one_of(std::int64_t first, std::int64_t last) {
    return *rc::gen::inRange<std::int64_t>(first, last + 1);
  }
  static ResourceKind any_kind() { return one_of(0, 2) == 0 ? kProcedure : kAppointment; }
  static Row any_row(ResourceId id, ResourceKind kind) {
    return {.id = id,
            .kind = kind,
            .location = one_of(1, 2),
            .patient = one_of(0, 4),
            .provider = one_of(0, 2),
            .operatory = one_of(0, 2),
            .appointment = one_of(0, 3),
            .start = one_of(-5, 20),
            .updated = one_of(0, 12),
            .cancelled = one_of(0, 3) == 0};
  }
  static std::optional<WallTime> maybe_time() {
    if (one_of(0, 1) == 0) return std::nullopt;
    return from_ms(one_of(-3, 15) * 1'000);
  }
  static std::vector<std::int64_t> any_ids() {
    return *rc::gen::container<std::vector<std::int64_t>>(static_cast<std::size_t>(one_of(0, 2)),
                                                          rc::gen::inRange<std::int64_t>(1, 4));
  }
  RecordQuery any_query() const {
    RecordQuery out{.institution = green_,
                    .kind = any_kind(),
                    .order = static_cast<RecordOrder>(one_of(0, 2)),
                    .descending = one_of(0, 1) == 1,
                    .limit = static_cast<std::size_t>(one_of(1, 7))};
    if (out.order == RecordOrder::kStart || one_of(0, 1) == 1)
      out.location = LocationId{one_of(1, 2)};
    out.start = maybe_time();
    out.end = maybe_time();
    out.updated_since = maybe_time();
    out.patients = any_ids();
    out.providers = any_ids();
    if (one_of(0, 2) == 0) out.operatories = any_ids();
    if (one_of(0, 3) == 0) out.appointment = one_of(1, 3);
    if (one_of(0, 2) == 0) out.cancelled = one_of(0, 1) == 1;
    return out;
  }
  static bool has(const std::vector<std::int64_t>& wanted, std::int64_t id) {
    return wanted.empty() || std::ranges::find(wanted, id) != wanted.end();
  }
  static bool meant(const RecordQuery& query, const Row& row) {
    const auto start = from_ms(row.start * 1'000);
    return row.kind == query.kind && (!query.location || query.location->value == row.location) &&
           (!query.start || start >= *query.start) && (!query.end || start < *query.end) &&
           (!query.updated_since || from_ms(row.updated * 1'000) >= *query.updated_since) &&
           has(query.patients, row.patient) && has(query.providers, row.provider) &&
           has(query.operatories, row.operatory) &&
           (!query.appointment || *query.appointment == row.appointment) &&
           (!query.cancelled || *query.cancelled == row.cancelled);
  }
  static std::vector<std::int64_t> searched(const RecordQuery& query, std::vector<Row> rows) {
    std::erase_if(rows, [&](const Row& row) { return !meant(query, row); });
    std::ranges::sort(rows, {}, [&](const Row& row) {
      const auto at = query.order == RecordOrder::kId      ? 0
                      : query.order == RecordOrder::kStart ? row.start
                                                           : row.updated;
      return std::pair(at, row.id.value);
    });
    if (query.descending) std::ranges::reverse(rows);
    std::vector<std::int64_t> out;
    for (const auto& row : rows) out.push_back(row.id.value);
    return out;
  }
  // Page by page to the end, and back to the beginning.
  void walk(SqliteRecordBook& records, RecordQuery query, const std::vector<std::int64_t>& wanted) {
    std::vector<std::int64_t> forth;
    RecordPage page;
    do {
      page = *records.records(query);
      RC_ASSERT(page.has_previous == (query.after.has_value()));
      for (const auto& row : page.rows) forth.push_back(row.id.value);
      if (!page.places.empty()) query.after = page.places.back();
    } while (page.has_next);
    RC_ASSERT(forth == wanted);
    if (page.places.empty()) return;
    std::vector<std::int64_t> back;
    for (const auto& row : page.rows) back.push_back(row.id.value);
    query.after.reset();
    while (page.has_previous && !page.places.empty()) {
      query.before = page.places.front();
      page = *records.records(query);
      std::vector<std::int64_t> part;
      for (const auto& row : page.rows) part.push_back(row.id.value);
      back.insert(back.begin(), part.begin(), part.end());
    }
    RC_ASSERT(back == wanted);
  }
};

TEST_F(RecordQueriesTest, EveryQueryHasExactlyTheRowsThatItMeans) {
  SqliteRecordBook followed(*core, /*gathered_max=*/0);
  check_property(
      [&] {
        std::vector<Row> rows;
        for (std::int64_t id = 1; id <= 40; ++id) rows.push_back(any_row({id}, any_kind()));
        RC_ASSERT(commit(rows).has_value());
        // What has changed since is found as it is now; a resource's kind stays.
        for (auto& row : rows) {
          const auto changed = one_of(0, 2);
          if (changed == 1) row = any_row(row.id, row.kind);
          // What no list asks for.
          if (changed == 2) row.updated = one_of(0, 12);
        }
        RC_ASSERT(commit(rows).has_value());
        for (int i = 0; i < 12; ++i) {
          auto query = any_query();
          const auto wanted = searched(query, rows);
          walk(book_, query, wanted);
          walk(followed, query, wanted);
          query.skip = static_cast<std::size_t>(one_of(0, 5));
          const auto first = std::min(query.skip, wanted.size());
          const auto last = std::min(first + query.limit, wanted.size());
          const std::vector part(wanted.begin() + static_cast<std::ptrdiff_t>(first),
                                 wanted.begin() + static_cast<std::ptrdiff_t>(last));
          RC_ASSERT(ids(book_, query) == part);
          RC_ASSERT(ids(followed, query) == part);
          RC_ASSERT(*book_.count(query) == std::ssize(wanted));
          RC_ASSERT(*followed.count(query) == std::ssize(wanted));
        }
        RC_ASSERT(core->write([](SqliteDb& db) {
                        return db.execute(
                            "DELETE FROM record; DELETE FROM state; DELETE FROM resource");
                      })
                      .has_value());
      },
      60);
}

}  // namespace
}  // namespace chartbell
