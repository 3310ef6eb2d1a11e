// BinlogCapture on recorded logs, with a clock that the script moves.
#include "source/binlog/capture.h"

#include <gtest/gtest.h>

#include "source/binlog/recorded_for_test.h"

namespace chartbell {
namespace {

using std::chrono::seconds;

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "patient"
key = "p.id"
select = 'SELECT p.id AS "@key" FROM patient p'
dirty = ["patient: id"]

[[resource]]
kind = "insurance_coverage"
key = "c.id"
select = 'SELECT c.id AS "@key" FROM cover c'
dirty = ["cover: id", "patient -> SELECT id FROM cover WHERE owner IN (:name)"]
)toml";

class Capture : public testing::Test {
 protected:
  Capture() {
    sql.answers["information_schema"] = recorded_schema();
    sql.answers["gtid_binlog_state"] = {{"0-7-100", "0-7-9"}};
    sql.answers["KEY_COLUMN_USAGE"] = {};
    sql.answers["FROM cover"] = {{"70"}};
    visible_up_to("binlog.000009");
  }

  void play(const std::string& name, Milliseconds pause = {}) {
    log.steps.push_back({made_up_rotation("binlog.000001")});
    for (const auto& event : recorded_logs().at(name)) log.steps.push_back({event, pause});
  }
  void visible_up_to(const std::string& file, const std::string& offset = "1234") {
    sql.answers["SHOW STATUS"] = {{"Binlog_snapshot_file", file},
                                  {"Binlog_snapshot_position", offset}};
  }
  void begin() {
    const auto resumed = capture.resume("gtid:0-7-9");
    ASSERT_TRUE(resumed) << resumed.error().detail;
  }
  Wakeups all() {
    auto found = capture.wait(Milliseconds(100));
    EXPECT_TRUE(found) << found.error().detail;
    return found ? *std::move(found) : Wakeups();
  }
  Code error_of_wait() {
    const auto found = capture.wait(seconds(60));
    return found ? Code::kInternal : found.error().code;
  }

  FakeClock clock;
  ScriptedLog log{clock};
  ScriptedSql sql;
  const Mapping mapping = parse_mapping(kMapping, "small.toml").value();
  BinlogCapture capture{{mapping, log, sql, "practice", clock}};
};

DirtyKeys recorded_changes() {
  DirtyKeys out;
  out.widen(ResourceKind::kPatient, Extent::kAll);
  out.widen(ResourceKind::kCoverage, Extent::kAll);
  return out;
}

TEST_F(Capture, RowsBecomeKeysAndASelectFindsMore) {
  play("crc32");
  log.steps.resize(9);  // up to the first transaction's end
  begin();
  const auto found = all();
  DirtyKeys expected;
  expected.add(ResourceKind::kPatient, 1);
  expected.add(ResourceKind::kPatient, -2);
  expected.add(ResourceKind::kCoverage, 70);
  EXPECT_EQ(found.dirty, expected);
  EXPECT_EQ(found.rows, 2);
  EXPECT_EQ(found.position, "gtid:0-7-1@binlog.000001:882");
  EXPECT_TRUE(sql.asked.back().contains("owner IN ('Ada Example','Bo')"));
}

TEST_F(Capture, EveryRecordedLogSaysTheSame) {
  for (const auto* name : {"crc32", "none", "compressed", "myisam"}) {
    log.steps.clear();
    play(name);
    begin();
    const auto found = all();
    EXPECT_EQ(found.dirty, recorded_changes()) << name;  // it ends with TRUNCATE
    EXPECT_EQ(found.rows, 5) << name;
    EXPECT_EQ(found.position, "gtid:0-7-5@binlog.000002:4") << name;
  }
}

TEST_F(Capture, APositionNeverLiesInsideATransaction) {
  play("crc32");
  for (std::size_t last = 3; last < log.steps.size(); ++last) {
    BinlogCapture cut({mapping, log, sql, "practice", clock});
    const auto whole = log.steps;
    log.steps.resize(last);
    ASSERT_TRUE(cut.resume("gtid:"));
    const auto found = cut.wait(Milliseconds(0)).value();
    int ends = 0;
    bool inside = false;
    for (const auto& step : log.steps) {
      const auto type = static_cast<unsigned char>(step.event[4]);
      const bool is_end = type == 16 || type == 2;
      ends += is_end ? 1 : 0;
      inside = type == 162 || (inside && !is_end);
    }
    EXPECT_EQ(found.position.has_value(), ends > 0 && !inside);
    const auto expected = "gtid:0-7-" + std::to_string(ends) + "@binlog.00000";
    if (found.position) {
      EXPECT_TRUE(found.position->starts_with(expected)) << *found.position;
    }
    log.steps = whole;
  }
}

TEST_F(Capture, TheFirstChangeIsWaitedForAndNoSecond) {
  play("crc32", seconds(1));
  begin();
  const auto found = capture.wait(seconds(30)).value();
  EXPECT_EQ(found.rows, 2);
  EXPECT_EQ(found.position, "gtid:0-7-1@binlog.000001:882");
}

TEST_F(Capture, ManyGroupsAreGivenOutInParts) {
  log.steps.push_back({made_up_rotation("binlog.000001")});
  const auto& recorded = recorded_logs().at("crc32");
  log.steps.push_back({recorded[0]});
  for (int i = 0; i < 5000; ++i)
    for (std::size_t event = 3; event < 8; ++event) log.steps.push_back({recorded[event]});
  begin();
  const auto first = all();
  EXPECT_EQ(first.rows, BinlogCapture::kRowsMax);
  EXPECT_EQ(first.dirty.keys(), 3u);
  EXPECT_TRUE(first.position);
  EXPECT_EQ(all().rows, BinlogCapture::kRowsMax);
  EXPECT_EQ(all().rows, 10'000 - 2 * BinlogCapture::kRowsMax);
}

TEST_F(Capture, NothingIsNoticedInsideATransaction) {
  play("crc32", seconds(1));
  begin();
  const auto inside = capture.wait(seconds(6)).value();  // the rows, not their end
  EXPECT_EQ(inside.rows, 2);
  EXPECT_TRUE(inside.dirty.empty());
  EXPECT_FALSE(inside.position);
  EXPECT_EQ(capture.wait(seconds(30)).value().dirty.keys(), 3u);
}

TEST_F(Capture, WhatCannotBeReadYetIsAwaited) {
  play("crc32");
  log.steps.resize(9);
  begin();
  visible_up_to("binlog.000001", "881");
  int asked = 0;
  sql.on_query = [&](const std::string& query) {
    if (query.contains("SHOW STATUS") && ++asked == 3) visible_up_to("binlog.000001", "882");
  };
  EXPECT_EQ(all().dirty.keys(), 3u);
  EXPECT_EQ(asked, 3);
}

TEST_F(Capture, KeysThatNoSelectHasToFindAreGivenOutAtOnce) {
  auto direct = mapping;
  std::erase_if(direct.resources, [](const auto& it) { return it.kind != ResourceKind::kPatient; });
  BinlogCapture early({direct, log, sql, "practice", clock});
  play("crc32");
  log.steps.resize(9);
  ASSERT_TRUE(early.resume("gtid:0-7-9"));
  const auto asked = [&] {
    return std::ranges::count_if(
        sql.asked, [](const std::string& query) { return query.contains("SHOW STATUS"); });
  };
  const auto wakeups = early.wait(Milliseconds(100));
  ASSERT_TRUE(wakeups);
  EXPECT_EQ(wakeups->dirty.keys(), 2u);
  EXPECT_FALSE(wakeups->visible);
  EXPECT_EQ(asked(), 0);
  EXPECT_TRUE(early.await_visible());
  EXPECT_EQ(asked(), 1);
}

TEST_F(Capture, WhatIsNeverReadableTimesOut) {
  play("crc32");
  log.steps.resize(9);
  begin();
  visible_up_to("binlog.00000");
  sql.on_query = [&](const std::string&) { clock.advance(Milliseconds(1)); };
  EXPECT_EQ(error_of_wait(), Code::kTimeout);
}

TEST_F(Capture, HeartbeatsAreLifeAndSilenceIsNot) {
  play("crc32");
  log.steps.resize(2);
  for (int i = 0; i < 20; ++i) log.steps.push_back({made_up_heartbeat(), seconds(2)});
  begin();
  EXPECT_TRUE(capture.wait(seconds(10)).value().dirty.empty());
  const auto began = clock.steady_now();
  EXPECT_EQ(error_of_wait(), Code::kTimeout);
  EXPECT_EQ(clock.steady_now() - began, seconds(30) + kSilenceMax);
}

TEST_F(Capture, WhoWasAwayReadsWhatWaitedBeforeItCallsTheServerDead) {
  play("crc32");
  begin();
  clock.advance(seconds(60));
  EXPECT_EQ(all().rows, 5);
}

TEST_F(Capture, AStreamThatDoesNotBeginTimesOut) {
  EXPECT_EQ(capture.resume("gtid:0-7-9").error().code, Code::kTimeout);
}

TEST_F(Capture, AnotherHistoryIsLost) {
  const std::string placed = "gtid:0-7-9@binlog.000001:500";
  play("crc32");
  EXPECT_TRUE(capture.resume(placed));
  sql.answers["gtid_binlog_state"] = {{"0-7-100", "0-7-8"}};
  EXPECT_EQ(capture.resume(placed).error().code, Code::kPositionLost);
  sql.answers["gtid_binlog_state"] = {{"0-7-100", std::nullopt}};
  EXPECT_EQ(capture.resume(placed).error().code, Code::kPositionLost);
  sql.answers["gtid_binlog_state"] = {{"0-7-8", "0-7-9"}};
  EXPECT_EQ(capture.resume(placed).error().code, Code::kPositionLost);
  sql.answers["gtid_binlog_state"] = {{"0-8-100,0-7-9", "0-7-9"}};
  EXPECT_TRUE(capture.resume(placed));
}

TEST_F(Capture, AnotherFileOfTheSameNameIsLost) {
  play("crc32");
  ASSERT_TRUE(capture.resume("file:binlog.000001:4"));
  const auto position = all().position.value();
  EXPECT_EQ(position, "file:binlog.000002:4");
  ASSERT_TRUE(log.opened_at.starts_with("file:binlog.000001:4"));
  EXPECT_EQ(capture.resume("file:binlog.000001:4@12345").error().code, Code::kPositionLost);
}

TEST_F(Capture, AnotherLayoutThanTheSchemasIsAWholeKind) {
  sql.answers["information_schema"].pop_back();
  play("crc32");
  log.steps.resize(9);
  begin();
  EXPECT_EQ(all().dirty, recorded_changes());
}

TEST_F(Capture, ADatabaseThatIsNotOursIsNotLookedAt) {
  BinlogCapture other({mapping, log, sql, "elsewhere", clock});
  play("crc32");
  ASSERT_TRUE(other.resume("gtid:"));
  const auto found = other.wait(Milliseconds(0)).value();
  EXPECT_TRUE(found.dirty.empty());
  EXPECT_EQ(found.position, "gtid:0-7-5@binlog.000002:4");
}

TEST_F(Capture, AMalformedEventEndsTheStream) {
  play("none");
  log.steps[7].event.pop_back();
  begin();
  EXPECT_EQ(error_of_wait(), Code::kProtocol);
}

TEST_F(Capture, ALostMiddleOfTheLogIsEverything) {
  play("none");
  log.steps.resize(2);
  auto incident = made_up_heartbeat();
  incident[4] = 26;
  log.steps.push_back({incident});
  begin();
  EXPECT_EQ(all().dirty, recorded_changes());
}

TEST_F(Capture, WhereNoLogIsKeptThereIsNoPosition) {
  sql.answers["log_bin"] = {{"0", "10.11-MariaDB"}};
  EXPECT_EQ(capture.present().error().code, Code::kConfig);
}

TEST_F(Capture, ThePresentIsByGtidAndPlaceOnMariadbAndByFileOnMysql) {
  sql.answers["log_bin"] = {{"1", "10.11-MariaDB"}};
  sql.answers["BINLOG_GTID_POS"] = {{"0-7-8"}};
  EXPECT_EQ(capture.present(), "gtid:0-7-8@binlog.000009:1234");
  sql.answers["SHOW MASTER STATUS"] = {{"binlog.000004", "1234", "", ""}};
  sql.answers["log_bin"] = {{"1", "8.0.36"}};
  EXPECT_EQ(capture.present(), "file:binlog.000004:1234");
}

TEST_F(Capture, LagIsTheAgeOfTheLastEventWhileMoreIsThere) {
  EXPECT_EQ(capture.lag(), "");
  play("crc32");
  begin();
  all();
  EXPECT_EQ(capture.lag(), "0 s");
}

}  // namespace
}  // namespace chartbell
