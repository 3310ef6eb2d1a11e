#include "source/pgoutput.h"

#include <gtest/gtest.h>

#include "source/slot_rows.h"
#include "support/property.h"

namespace chartbell {
namespace {

// Messages byte by byte, as PostgreSQL 15 documents them.
std::string be(std::uint64_t number, int size) {
  std::string out;
  for (int i = size; i-- > 0;) out += static_cast<char>(number >> (8 * i) & 0xff);
  return out;
}

std::string zero_ended(std::string text) {
  return text + '\0';
}

struct TestColumn {
  std::string name;
  bool key = false;
};

std::string relation(std::uint32_t id, const std::string& name, std::vector<TestColumn> columns) {
  std::string out =
      "R" + be(id, 4) + zero_ended("public") + zero_ended(name) + "d" + be(columns.size(), 2);
  for (const auto& column : columns)
    out += be(column.key ? 1 : 0, 1) + zero_ended(column.name) + be(23, 4) + be(0xffffffff, 4);
  return out;
}

// "=text", "n" null, "u" unchanged.
std::string tuple(std::vector<std::string> cells) {
  std::string out = be(cells.size(), 2);
  for (const auto& cell : cells)
    out += cell.starts_with('=') ? "t" + be(cell.size() - 1, 4) + cell.substr(1) : cell;
  return out;
}

std::string begin() {
  return "B" + be(0x16B3748, 8) + be(0, 8) + be(7, 4);
}

std::string commit(std::uint64_t end) {
  return "C" + be(0, 1) + be(end - 8, 8) + be(end, 8) + be(0, 8);
}

TEST(Lsn, ReadsAndWritesTheServersForm) {
  EXPECT_EQ(to_text(Lsn{0x16B3748}), "0/16B3748");
  EXPECT_EQ(to_text(Lsn{0xA'0000'00FF}), "A/FF");
  EXPECT_EQ(parse_lsn("A/FF"), (Lsn{0xA'0000'00FF}));
  for (const auto* bad : {"", "/", "1/", "/1", "1/G", "1/123456789", "-1/1", "1/1 "})
    EXPECT_FALSE(parse_lsn(bad)) << bad;
}

TEST(StreamFrame, HoldsAMessageOrASignOfLife) {
  const auto bytes = "w" + be(16, 8) + be(24, 8) + be(0, 8) + "payload";
  const auto data = parse_stream_frame(bytes);
  ASSERT_TRUE(data);
  EXPECT_EQ(std::get<WalData>(*data).message, "payload");
  const auto alive = parse_stream_frame("k" + be(99, 8) + be(0, 8) + "\1");
  ASSERT_TRUE(alive);
  EXPECT_EQ(std::get<Keepalive>(*alive).end, Lsn{99});
  EXPECT_TRUE(std::get<Keepalive>(*alive).wants_reply);
}

TEST(StreamFrame, AStatusCountsMicrosecondsSinceTheYear2000) {
  const auto bytes = to_bytes(
      {.flushed = Lsn{5},
       .time = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1) + std::chrono::seconds(1),
       .wants_reply = true});
  EXPECT_EQ(bytes, "r" + be(5, 8) + be(5, 8) + be(5, 8) + be(1'000'000, 8) + "\1");
}

TEST(Pgoutput, ReadsEachMessage) {
  EXPECT_EQ(std::get<PgBegin>(*parse_pgoutput(begin())).transaction, 7U);
  EXPECT_EQ(std::get<PgCommit>(*parse_pgoutput(commit(64))).end, Lsn{64});
  const auto table =
      std::get<PgRelation>(*parse_pgoutput(relation(9, "visit", {{"id", true}, {"note", false}})));
  EXPECT_EQ(table.name, "visit");
  EXPECT_EQ(table.columns, (std::vector<PgRelation::Column>{{"id", true}, {"note", false}}));
  const auto update_bytes = "U" + be(9, 4) + "K" + tuple({"=1", "n"}) + "N" + tuple({"=2", "u"});
  const auto update = std::get<PgRowChange>(*parse_pgoutput(update_bytes));
  EXPECT_EQ(update.old, PgOld::kKey);
  EXPECT_EQ(update.before[0].text, "1");
  EXPECT_EQ(update.after[0].text, "2");
  EXPECT_EQ(update.after[1].state, Cell::State::kAbsent);
  const auto gone = "T" + be(2, 4) + be(0, 1) + be(9, 4) + be(10, 4);
  EXPECT_EQ(std::get<PgTruncate>(*parse_pgoutput(gone)).relations,
            (std::vector<std::uint32_t>{9, 10}));
  EXPECT_TRUE(std::holds_alternative<PgOther>(*parse_pgoutput("Yanything")));
}

TEST(Pgoutput, WhatIsCutShortOrTooLongIsTold) {
  const std::string whole[] = {commit(64),
                               relation(9, "visit", {{"id", true}}),
                               "I" + be(9, 4) + "N" + tuple({"=1"}),
                               "U" + be(9, 4) + "O" + tuple({"=1"}) + "N" + tuple({"=2"}),
                               "D" + be(9, 4) + "K" + tuple({"=1"}),
                               "T" + be(1, 4) + be(0, 1) + be(9, 4)};
  for (const auto& message : whole) {
    ASSERT_TRUE(parse_pgoutput(message));
    for (std::size_t size = 0; size < message.size(); ++size) {
      const auto cut = parse_pgoutput(message.substr(0, size));
      ASSERT_FALSE(cut) << message[0] << size;
      EXPECT_EQ(cut.error().code, Code::kProtocol);
    }
    EXPECT_FALSE(parse_pgoutput(message + "x"));
  }
}

TEST(Pgoutput, HugeCountsCostNothing) {
  EXPECT_FALSE(parse_pgoutput("T" + be(0xffffffff, 4) + be(0, 1)));
  EXPECT_FALSE(parse_pgoutput("I" + be(9, 4) + "N" + be(0xffff, 2)));
  EXPECT_FALSE(parse_pgoutput("I" + be(9, 4) + "N" + be(1, 2) + "t" + be(0xffffffff, 4) + "x"));
}

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "appointment"
key = "v.id"
select = '''
SELECT v.id AS "@key", v.note AS "note" FROM visit v'''
dirty = ["visit: id"]

[[resource]]
kind = "insurance_coverage"
key = "c.id"
select = '''
SELECT c.id AS "@key", c.number AS "subscriber_num" FROM cover c'''
dirty = ["cover: id", "plan -> SELECT id FROM cover WHERE plan IN (:plan)", "visit: cover"]
)toml";

// A stream of messages, and what is dirty behind it.
class Stream {
 public:
  Result<void> take(const std::string& bytes) {
    TRY(const auto message, parse_pgoutput(bytes));
    return rows_.take(message);
  }
  void must_take(const std::string& bytes) {
    const auto taken = take(bytes);
    EXPECT_TRUE(taken) << taken.error().detail;
  }
  DirtyKeys dirty() { return translator_.take(); }
  SlotRows& rows() { return rows_; }
  bool asks() const { return translator_.asks(); }

 private:
  const Mapping mapping_ = parse_mapping(kMapping, "small.toml").value();
  DirtyTranslator translator_{mapping_};
  SlotRows rows_{translator_};
};

const std::string kVisit = relation(9, "visit", {{"id", true}, {"note"}, {"cover"}});

DirtyKeys keys(ResourceKind kind, std::vector<std::int64_t> numbers) {
  DirtyKeys out;
  for (const auto number : numbers) out.add(kind, number);
  return out;
}

TEST(SlotRows, AnInsertNamesItsKeyAndACommitEndsIt) {
  Stream stream;
  stream.must_take(begin());
  EXPECT_TRUE(stream.rows().in_transaction());
  stream.must_take(kVisit);
  stream.must_take("I" + be(9, 4) + "N" + tuple({"=5", "=hello", "n"}));
  EXPECT_FALSE(stream.rows().take_commit());
  stream.must_take(commit(64));
  EXPECT_EQ(stream.rows().take_commit(), Lsn{64});
  EXPECT_FALSE(stream.rows().take_commit());
  EXPECT_EQ(stream.dirty(), keys(ResourceKind::kAppointment, {5}));
  EXPECT_EQ(stream.rows().take_count(), 1);
}

TEST(SlotRows, AChangedKeyNamesBoth) {
  Stream stream;
  stream.must_take(relation(9, "visit", {{"id", true}, {"note"}, {"cover", true}}));
  stream.must_take("U" + be(9, 4) + "K" + tuple({"=5", "n", "n"}) + "N" + tuple({"=6", "u", "n"}));
  EXPECT_EQ(stream.dirty(), keys(ResourceKind::kAppointment, {5, 6}));
}

TEST(SlotRows, ARuleBesideTheKeyWidensWhereTheServerTellsNoOldRow) {
  Stream stream;
  stream.must_take(kVisit);
  stream.must_take("U" + be(9, 4) + "N" + tuple({"=5", "=x", "=7"}));
  auto wanted = keys(ResourceKind::kAppointment, {5});
  wanted.widen(ResourceKind::kCoverage, Extent::kAll);
  EXPECT_EQ(stream.dirty(), wanted);
}

TEST(SlotRows, AFullOldRowNamesKeysBesideThePrimaryOne) {
  Stream stream;
  stream.must_take(relation(9, "visit", {{"id", true}, {"note", true}, {"cover", true}}));
  stream.must_take("U" + be(9, 4) + "O" + tuple({"=5", "=x", "=7"}) + "N" +
                   tuple({"=5", "=x", "=8"}));
  auto wanted = keys(ResourceKind::kAppointment, {5});
  wanted.merge(keys(ResourceKind::kCoverage, {7, 8}));
  EXPECT_EQ(stream.dirty(), wanted);
}

TEST(SlotRows, TruncateAndAnAlteredTableAreDirtyAsAWhole) {
  for (const bool altered : {false, true}) {
    Stream stream;
    stream.must_take(kVisit);
    stream.must_take(altered ? relation(9, "visit", {{"id", true}, {"note"}, {"cover"}, {"new"}})
                             : "T" + be(1, 4) + be(0, 1) + be(9, 4));
    const auto dirty = stream.dirty();
    EXPECT_EQ(dirty.kinds().at(ResourceKind::kAppointment).extent, Extent::kAll);
    EXPECT_EQ(dirty.kinds().at(ResourceKind::kCoverage).extent, Extent::kAll);
  }
}

TEST(SlotRows, ATableThatNoRuleNamesIsCountedAlone) {
  Stream stream;
  stream.must_take(relation(8, "other", {{"id", true}}));
  stream.must_take("D" + be(8, 4) + "K" + tuple({"=5"}));
  EXPECT_TRUE(stream.dirty().empty());
  EXPECT_EQ(stream.rows().take_count(), 1);
}

TEST(SlotRows, ARowThatIsNotItsTablesIsRefused) {
  Stream stream;
  EXPECT_EQ(stream.take("D" + be(9, 4) + "K" + tuple({"=5"})).error().code, Code::kProtocol);
  stream.must_take(kVisit);
  EXPECT_EQ(stream.take("I" + be(9, 4) + "N" + tuple({"=5"})).error().code, Code::kProtocol);
  EXPECT_EQ(stream.take("D" + be(9, 4) + "K" + tuple({"=5"})).error().code, Code::kProtocol);
}

template <class T>
bool sound(const Result<T>& result) {
  return result.has_value() || result.error().code == Code::kProtocol;
}

TEST(Pgoutput, AnyBytesAreTakenWithoutHarm) {
  check_property(
      [] {
        const std::string kind = *rc::gen::element("B", "C", "R", "I", "U", "D", "T", "w", "k", "");
        const auto bytes = kind + *any_bytes();
        Stream stream;
        stream.must_take(kVisit);
        RC_ASSERT(sound(stream.take(bytes)));
        RC_ASSERT(sound(parse_stream_frame(bytes)));
      },
      3000);
}

}  // namespace
}  // namespace chartbell
