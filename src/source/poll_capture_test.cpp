// Against real SQLite files; MariaDB's gate is tried by the tests of the whole daemon.
#include "source/poll_capture.h"

#include <gtest/gtest.h>

#include "source/sqlite_sql.h"
#include "support/fake_clock.h"
#include "support/interposed_sql.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

using enum ResourceKind;

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
emr_type = ["onprem"]
foreign_id_type = "small"
[stamp]
People = "stamp"
visits = "stamp"
doctors = "absent"
[[resource]]
kind = "provider"
key = "d.id"
select = 'SELECT d.id AS "@key", d.name AS "name" FROM doctors d JOIN towns t ON t.id = d.town'
dirty = ["doctors: id", "towns -> SELECT id FROM doctors WHERE town IN (:id)"]
[[resource]]
kind = "patient"
key = "p.id"
select = 'SELECT p.id AS "@key", p.name AS "name" FROM people p'
dirty = ["people: id", "later: id"]
[[resource]]
kind = "appointment"
key = "v.id"
select = 'SELECT v.id AS "@key", v.person AS "patient_id:ref(patient)" FROM visits v'
dirty = ["visits: id", "people -> SELECT id FROM visits WHERE person IN (:id)"]
)toml";

constexpr const char* kSchema = R"sql(
CREATE TABLE doctors (id INTEGER PRIMARY KEY, name TEXT, town INTEGER);
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, stamp TEXT);
CREATE TABLE towns (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE visits (id INTEGER PRIMARY KEY, person INTEGER, stamp TEXT);
INSERT INTO towns VALUES (1, 'Springfield');
INSERT INTO people VALUES (1, 'Ann', '2024-03-21 10:00:00'),
                          (2, 'Bob', '2024-03-21 10:00:01');
INSERT INTO visits VALUES (7, 1, '2024-03-21 10:00:00');
)sql";

// Answers as a server that numbers its rows as MariaDB does; what it says of its tables stands in
// table `said`.
Result<std::string> numbering(const std::string& sql, int) {
  if (sql.contains("information_schema.COLUMNS")) return "SELECT 'id'";
  if (sql.contains("information_schema.STATISTICS")) return "SELECT ''";
  if (sql.contains("information_schema.TABLES")) return "SELECT * FROM said";
  return sql;
}

class PollCaptureTest : public testing::Test {
 protected:
  PollCaptureTest() : mapping_(parse_mapping(kMapping, "small.toml").value()) {
    file_.run(kSchema);
    connector_ = sqlite_connector(file_.path());
    begin(PollGate::kDataVersion);
    const auto position = capture_->present();
    EXPECT_TRUE(position) << position.error().detail;
    EXPECT_TRUE(capture_->resume(*position));
    settle();
  }

  void begin(PollGate gate) { begin(gate, *connector_); }
  void begin(PollGate gate, SqlConnector& connector) {
    capture_ = std::make_unique<PollCapture>(PollCapture::Parts{.mapping = mapping_,
                                                                .connector = connector,
                                                                .clock = clock_,
                                                                .gate = gate,
                                                                .interval = Milliseconds(500)});
  }
  // The next round; reading what it tells of takes the caller so long.
  Wakeups round(Milliseconds reading = Milliseconds(0)) {
    clock_.advance(capture_->rest());
    auto out = capture_->wait(Milliseconds(0));
    EXPECT_TRUE(out) << out.error().detail;
    clock_.advance(reading);
    capture_->rest();
    return out.value_or(Wakeups());
  }
  void settle() {
    for (int i = 0; i < 5; ++i) round();
  }
  static DirtyKeys::OfKind of(const DirtyKeys& dirty, ResourceKind kind) {
    const auto found = dirty.kinds().find(kind);
    return found == dirty.kinds().end() ? DirtyKeys::OfKind() : found->second;
  }
  static std::set<ForeignKey> keys(std::initializer_list<std::int64_t> numbers) {
    std::set<ForeignKey> out;
    for (const auto number : numbers) out.insert(ForeignKey(number));
    return out;
  }

  FakeClock clock_;
  SqliteFile file_;
  Mapping mapping_;
  std::unique_ptr<SqlConnector> connector_;
  std::unique_ptr<PollCapture> capture_;
};

TEST_F(PollCaptureTest, AQuietSourceTellsNothing) {
  for (int i = 0; i < 5; ++i) {
    const auto wakeups = round();
    EXPECT_TRUE(wakeups.dirty.empty());
    EXPECT_FALSE(wakeups.position);
  }
  EXPECT_EQ(capture_->lag(), "");
}

// A server answers with all rows of a large table where nothing forbids it.
TEST_F(PollCaptureTest, ItLearnsWhatATableHasWithoutReadingIt) {
  std::vector<std::string> asked;
  InterposedSql noted(*connector_);
  noted.on_columns = [&](const std::string& select, int) {
    asked.push_back(select);
    return Result<std::string>(select);
  };
  PollCapture capture({.mapping = mapping_, .connector = noted, .clock = clock_});
  EXPECT_TRUE(capture.present());
  EXPECT_FALSE(asked.empty());
  for (const auto& select : asked) EXPECT_TRUE(select.ends_with(" WHERE 1 = 0")) << select;
}

TEST_F(PollCaptureTest, BetweenTwoRoundsItRests) {
  round();
  EXPECT_EQ(capture_->rest(), Milliseconds(500));
  file_.run("INSERT INTO people VALUES (3, 'Cid', '2024-03-21 10:00:09')");
  EXPECT_TRUE(capture_->wait(Milliseconds(0))->dirty.empty());
}

TEST_F(PollCaptureTest, ANewRowIsFoundByItsNumber) {
  file_.run("INSERT INTO people VALUES (3, 'Cid', '2024-03-21 10:00:09')");
  const auto wakeups = round();
  EXPECT_TRUE(of(wakeups.dirty, kPatient).keys.contains(ForeignKey(std::int64_t{3})));
  ASSERT_TRUE(wakeups.position);
  EXPECT_NE(wakeups.position->find("people\t3\t2024-03-21 10:00:09\t"), std::string::npos);
}

TEST_F(PollCaptureTest, AChangedRowIsFoundByItsStampAndTheOverlapIsReadAgain) {
  file_.run("UPDATE people SET name = 'Anna', stamp = '2024-03-21 10:00:05' WHERE id = 1");
  const auto wakeups = round();
  EXPECT_EQ(of(wakeups.dirty, kPatient).keys, keys({1, 2})) << "and who was within five seconds";
  EXPECT_EQ(of(wakeups.dirty, kAppointment).keys, keys({7})) << "whoever joins it, by its rule";
}

TEST_F(PollCaptureTest, ATransactionThatCommitsLateIsInTheOverlap) {
  file_.run("UPDATE people SET stamp = '2024-03-21 10:00:20' WHERE id = 1");
  settle();
  file_.run("UPDATE people SET stamp = '2024-03-21 10:00:16' WHERE id = 2");
  EXPECT_TRUE(of(round().dirty, kPatient).keys.contains(ForeignKey(std::int64_t{2})));
}

TEST_F(PollCaptureTest, ARowThatWentIsFoundByTheirNumber) {
  file_.run("DELETE FROM people WHERE id = 1");
  const auto wakeups = round();
  EXPECT_EQ(of(wakeups.dirty, kPatient).extent, Extent::kKeyList);
  EXPECT_EQ(of(wakeups.dirty, kAppointment).extent, Extent::kAll) << "which row it fed is unknown";
}

TEST_F(PollCaptureTest, OneThatCameWhileAnotherWentIsNoExcuse) {
  file_.run("DELETE FROM people WHERE id = 1");
  file_.run("INSERT INTO people VALUES (5, 'Eve', '2024-03-21 10:00:09')");
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeyList);
}

TEST_F(PollCaptureTest, WithoutAStampTheKindIsReadWhole) {
  file_.run("UPDATE towns SET name = 'Shelbyville'");
  EXPECT_EQ(of(round().dirty, kProvider).extent, Extent::kAll);
}

TEST_F(PollCaptureTest, WhatCostsMuchTakesOnePartInTwenty) {
  file_.run("UPDATE towns SET name = 'x'");
  ASSERT_FALSE(round(Milliseconds(100)).dirty.empty());
  file_.run("UPDATE towns SET name = 'y'");
  const auto began = clock_.steady_now();
  while (round().dirty.empty()) EXPECT_NE(capture_->lag(), "");
  EXPECT_GE(clock_.steady_now() - began, Milliseconds(2000 - 500));
  EXPECT_LE(clock_.steady_now() - began, Milliseconds(2000 + 500));
}

TEST_F(PollCaptureTest, OneSlowRoundKeepsNoTableWaitingForMinutes) {
  file_.run("UPDATE towns SET name = 'x'");
  ASSERT_FALSE(round(Milliseconds(10'000)).dirty.empty());
  file_.run("UPDATE towns SET name = 'y'");
  const auto began = clock_.steady_now();
  while (round().dirty.empty()) EXPECT_NE(capture_->lag(), "");
  EXPECT_LE(clock_.steady_now() - began, PollCapture::kTableRestMax + Milliseconds(1000));
}

TEST_F(PollCaptureTest, NewRowsDoNotWaitForATurn) {
  file_.run("UPDATE people SET stamp = '2024-03-21 10:00:09' WHERE id = 1");
  round(Milliseconds(5000));
  file_.run("INSERT INTO people VALUES (3, 'Cid', '2024-03-21 10:00:30')");
  EXPECT_EQ(of(round().dirty, kPatient).keys, keys({3}));
}

TEST_F(PollCaptureTest, ChangesOfTheLastRowsDoNotWaitForATurn) {
  file_.run(
      "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
      "INSERT INTO people SELECT i, 'x', '2024-03-21 09:00:00' FROM n");
  round(Milliseconds(1000));
  for (int i = 0; i < 60; ++i) round();
  file_.run("UPDATE people SET stamp = '2024-03-21 12:00:00' WHERE id = 1");
  ASSERT_EQ(of(round(Milliseconds(2000)).dirty, kPatient).keys, keys({1, 2}));
  file_.run("UPDATE people SET stamp = '2024-03-21 12:00:09' WHERE id = 2999");
  EXPECT_EQ(of(round().dirty, kPatient).keys, keys({2999}));
  file_.run("UPDATE people SET stamp = '2024-03-21 12:00:09' WHERE id = 2");
  EXPECT_EQ(of(round().dirty, kPatient).keys, keys({2999})) << "and what is in the overlap, again";
  int rounds = 0;
  while (!of(round().dirty, kPatient).keys.contains(ForeignKey(std::int64_t{2}))) ++rounds;
  EXPECT_GT(rounds, 50) << "half a minute of rounds";
}

TEST_F(PollCaptureTest, AResumptionFindsWhatHappenedMeanwhile) {
  file_.run("INSERT INTO people VALUES (3, 'Cid', '2024-03-21 10:00:09')");
  const auto position = round().position.value();
  file_.run("INSERT INTO people VALUES (4, 'Dan', '2024-03-21 10:00:10')");
  file_.run("DELETE FROM people WHERE id = 3");
  file_.run("UPDATE people SET stamp = '2024-03-21 10:00:11' WHERE id = 1");
  begin(PollGate::kDataVersion);
  ASSERT_TRUE(capture_->resume(position));
  const auto wakeups = round();
  EXPECT_EQ(of(wakeups.dirty, kProvider).extent, Extent::kAll) << "without a stamp";
  EXPECT_EQ(of(wakeups.dirty, kPatient).extent, Extent::kKeyList);
  EXPECT_EQ(of(wakeups.dirty, kPatient).keys, keys({1, 4}));
  EXPECT_EQ(of(wakeups.dirty, kAppointment).extent, Extent::kAll);
}

TEST_F(PollCaptureTest, AnotherCapturesPositionIsLost) {
  for (const auto* text : {"gtid:0-1-7", "", "poll 2\npeople\t1\t\t", "poll 1x"})
    EXPECT_EQ(capture_->resume(text).error().code, Code::kPositionLost) << text;
}

TEST_F(PollCaptureTest, AMarkIsPassedWhenEveryTableHasBeenReadSince) {
  file_.run("UPDATE towns SET name = 'x'");
  round(Milliseconds(1000));
  file_.run("UPDATE towns SET name = 'y'");
  clock_.advance(Milliseconds(1));
  const auto mark = capture_->mark().value();
  EXPECT_FALSE(capture_->passed(mark));
  round();
  EXPECT_FALSE(capture_->passed(mark)) << "towns wait for their turn";
  for (int i = 0; i < 60 && !capture_->passed(mark); ++i) round();
  EXPECT_TRUE(capture_->passed(mark));
}

TEST_F(PollCaptureTest, WithoutAGateEveryTableHasItsTurn) {
  begin(PollGate::kNone);
  ASSERT_TRUE(capture_->resume(capture_->present().value()));
  for (int i = 0; i < 3; ++i) {
    const auto wakeups = round();
    EXPECT_EQ(of(wakeups.dirty, kProvider).extent, Extent::kAll);
  }
}

class NumberedPollTest : public PollCaptureTest {
 protected:
  // The watched tables are numbered as the mapping names them; each was written in this second.
  static constexpr const char* kSaid = R"sql(
CREATE TABLE said (number INTEGER, written TEXT, fresh INTEGER, next INTEGER);
INSERT INTO said VALUES (0, '', 1, 1), (1, '', 1, 1), (2, '', 1, 3), (3, '', 1, 2), (4, '', 1, 8);
)sql";

  NumberedPollTest() {
    server_.on_query = numbering;
    file_.run(kSaid);
    follow(present());
    settle();
    EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeys) << "nothing came, nothing went";
  }

  std::string present() {
    make();
    return capture_->present().value();
  }
  void follow(const std::string& position) {
    make();
    ASSERT_TRUE(capture_->resume(position));
  }
  // As the server numbers the next row of `people`.
  void number(std::int64_t next) {
    file_.run("UPDATE said SET next = " + std::to_string(next) + " WHERE number = 2");
  }

 private:
  void make() { begin(PollGate::kUpdateTime, server_); }

  InterposedSql server_{*connector_};
};

// What joins it was read meanwhile, and has told of it.
TEST_F(NumberedPollTest, ARowThatCameAndWentBetweenTwoRoundsIsNotForgotten) {
  number(4);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeyList);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeys) << "compared once";
}

TEST_F(NumberedPollTest, OneThatStayedHidesNoneThatWent) {
  file_.run("INSERT INTO people VALUES (4, 'Dan', '2024-03-21 10:00:09')");
  number(5);
  const auto dirty = round().dirty;
  EXPECT_EQ(of(dirty, kPatient).extent, Extent::kKeyList);
  EXPECT_TRUE(of(dirty, kPatient).keys.contains(ForeignKey(std::int64_t{4})));
}

TEST_F(NumberedPollTest, WhoStaysIsNotMissed) {
  file_.run("INSERT INTO people VALUES (3, 'Cid', '2024-03-21 10:00:09')");
  number(4);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeys);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeys);
}

// It came after the server had been asked for its next number, and is counted with that.
TEST_F(NumberedPollTest, OneThatWasSeenBeforeItsNumberIsNotMissed) {
  file_.run("INSERT INTO people VALUES (3, 'Cid', '2024-03-21 10:00:09')");
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeys);
  number(4);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeys);
}

TEST_F(NumberedPollTest, WhatCameAndWentWhileAllWasReadIsCompared) {
  const auto position = present();
  number(4);
  follow(position);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeyList);
}

TEST_F(NumberedPollTest, APositionKeepsThatSomeWent) {
  file_.run("UPDATE people SET stamp = '2024-03-21 10:00:05' WHERE id = 1");
  ASSERT_FALSE(round(Milliseconds(5000)).dirty.empty());
  number(4);
  file_.run("INSERT INTO people VALUES (4, 'Dan', '2024-03-21 10:00:09')");
  number(5);
  const auto wakeups = round();
  ASSERT_EQ(of(wakeups.dirty, kPatient).extent, Extent::kKeys) << "its turn has not come";
  ASSERT_TRUE(wakeups.position);
  follow(*wakeups.position);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeyList);
}

TEST_F(NumberedPollTest, APositionCountsWhatCameAtTheEnd) {
  file_.run("UPDATE people SET stamp = '2024-03-21 10:00:05' WHERE id = 1");
  ASSERT_FALSE(round(Milliseconds(5000)).dirty.empty());
  file_.run("INSERT INTO people VALUES (3, 'Cid', '2024-03-21 10:00:09')");
  number(4);
  const auto position = round().position.value();
  file_.run("DELETE FROM people WHERE id = 1");
  follow(position);
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kKeyList);
}

TEST_F(PollCaptureTest, MoreRowsThanARoundTakesAreReadWhole) {
  file_.run(
      "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 50100) "
      "INSERT INTO people SELECT i, 'x', '2024-03-21 11:00:00' FROM n");
  EXPECT_EQ(of(round().dirty, kPatient).extent, Extent::kAll);
  settle();
  EXPECT_TRUE(round().dirty.empty());
}

}  // namespace
}  // namespace chartbell
