// Writing into a real SQLite file.
#include "source/sql_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/sqlite_sql.h"
#include "support/interposed_sql.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

using Kind = WriteAnswer::Kind;
using testing::ElementsAre;

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "appointment"
key = "v.Id"
select = '''
SELECT v.Id     AS "@key",
       v.Starts AS "start_time:local",
       v.Note   AS "note"
  FROM visit v'''
dirty = ["visit: Id"]

[[write]]
kind = "appointment"
action = "create"
statements = [
  "INSERT INTO work(Visit) VALUES ({note})",
  '''INSERT INTO visit(Person, Starts, Note)
     VALUES ({patient_id}, {start_time:local}, {note}) RETURNING Id''',
]
find = "SELECT Id FROM visit WHERE Person = {patient_id} AND Starts = {start_time:local}"

[[write]]
kind = "appointment"
action = "change"
statements = ["UPDATE visit SET Note = COALESCE({note}, Note) WHERE Id = {@key}"]
)toml";

constexpr const char* kTables = R"sql(
CREATE TABLE visit (Id INTEGER PRIMARY KEY, Person INT, Starts TEXT, Note TEXT NOT NULL);
CREATE TABLE work (Id INTEGER PRIMARY KEY, Visit TEXT);
)sql";

class SqlWriterTest : public testing::Test {
 protected:
  SqlWriterTest() { file_.run(kTables); }

  WriteAnswer write(WriteOrder order) {
    WriteAnswer out;
    writer_.write(std::move(order), [&](WriteAnswer answer) { out = std::move(answer); });
    return out;
  }
  static WriteOrder booking(std::string note) {
    return {.leaves = {{"patient_id", "41"},
                       {"start_time", R"("2026-07-01T14:30:00.000Z")"},
                       {"note", std::move(note)}}};
  }
  Result<FoundRows> find(WriteOrder order) {
    std::optional<Result<FoundRows>> out;
    writer_.find(std::move(order), [&](Result<FoundRows> found) { out = std::move(found); });
    return *std::move(out);
  }

  SqliteFile file_;
  const Mapping mapping_ = parse_mapping(kMapping, "small.toml").value();
  const std::unique_ptr<SqlConnector> connector_ = sqlite_connector(file_.path(), SqlUse::kWriting);
  SqlWriter writer_{
      mapping_, *connector_, {{"0", LocationId{1}, Zone::open("America/New_York").value()}}};
};

TEST_F(SqlWriterTest, WhatWasNotBegunIsKnownNotToBeWritten) {
  InterposedSql fleeting(*connector_);
  int closed_to = 0;  // by the server, while nothing was asked of them
  fleeting.on_query = [&](const std::string& sql, int connection) -> Result<std::string> {
    if (connection <= closed_to) return failure(Code::kUnreachable, "closed");
    return sql;
  };
  SqlWriter writer(mapping_, fleeting, {{"1", LocationId{1}, Zone::open("UTC").value()}});
  std::vector<Kind> kinds;
  const auto note = [&](const WriteAnswer& answer) { kinds.push_back(answer.kind); };
  writer.write(booking("\"a\""), note);
  closed_to = fleeting.connects;
  writer.write(booking("\"b\""), note);
  writer.write(booking("\"b\""), note);
  EXPECT_THAT(kinds, ElementsAre(Kind::kWritten, Kind::kNotSent, Kind::kWritten));
}

TEST_F(SqlWriterTest, ARowIsWrittenAndItsKeyIsToldAndItIsFound) {
  const auto answer = write(booking(R"("x")"));
  EXPECT_EQ(answer.kind, Kind::kWritten);
  EXPECT_EQ(answer.key, ForeignKey(1));
  EXPECT_EQ(file_.text("SELECT Starts FROM visit"), "2026-07-01 10:30:00");
  EXPECT_THAT(find(booking(R"("x")"))->keys, ElementsAre(ForeignKey(1)));
}

TEST_F(SqlWriterTest, WhatIsRefusedLeavesNothing) {
  EXPECT_EQ(write(booking("null")).kind, Kind::kRefused);
  EXPECT_EQ(file_.text("SELECT count(*) FROM work"), "0");
  EXPECT_TRUE(find(booking("null"))->keys.empty());
  EXPECT_EQ(write(booking(R"("again")")).kind, Kind::kWritten) << "the transaction has ended";
}

TEST_F(SqlWriterTest, AChangeIsOfTheRowOfItsKey) {
  write(booking(R"("x")"));
  const auto answer =
      write({.action = WriteAction::kChange, .key = ForeignKey(1), .leaves = {{"note", R"("y")"}}});
  EXPECT_EQ(answer.kind, Kind::kWritten);
  EXPECT_EQ(file_.text("SELECT Note FROM visit"), "y");
}

TEST_F(SqlWriterTest, ASystemThatIsAwayTookNothing) {
  const auto nowhere = sqlite_connector("/nonexistent/practice.db", SqlUse::kWriting);
  SqlWriter lost(mapping_, *nowhere, {{"0", LocationId{1}, Zone::open("UTC").value()}});
  lost.write(booking(R"("x")"), [](WriteAnswer answer) { EXPECT_EQ(answer.kind, Kind::kNotSent); });
  lost.probe([](Result<void> done) { EXPECT_FALSE(done); });
}

TEST_F(SqlWriterTest, TellsWhatTheMappingTakes) {
  using enum ResourceKind;
  EXPECT_TRUE(writer_.takes(kAppointment, WriteAction::kChange, "note"));
  EXPECT_FALSE(writer_.takes(kAppointment, WriteAction::kChange, "confirmed"));
  EXPECT_FALSE(writer_.takes(kPatient, WriteAction::kCreate));
}

TEST(WriteMappingTest, MistakesAreNamedWithTheirPlace) {
  const auto fault = [](std::string_view from, std::string_view to) {
    std::string text(kMapping);
    text.replace(text.find(from), from.size(), to);
    const auto parsed = parse_mapping(text, "small.toml");
    return parsed ? std::string("none") : parsed.error().detail;
  };
  EXPECT_THAT(fault("{patient_id}, {start", "{patient}, {start"),
              testing::HasSubstr("small.toml:22:3: {patient}: the resource has no field"));
  EXPECT_THAT(fault("action = \"create\"", "action = \"make\""),
              testing::HasSubstr("action is \"create\" or \"change\""));
  EXPECT_THAT(fault("[source]", "include = \"x.toml\"\n[source]"),
              testing::HasSubstr("unknown key \"resource\""));
  EXPECT_THAT(fault("find = ", "alone = "), testing::HasSubstr("a \"create\" needs a \"find\""));
  EXPECT_THAT(fault("[[write]]\nkind = \"appointment\"", "[[write]]\nkind = \"patient\""),
              testing::HasSubstr("what is written must be read too"));
}

}  // namespace
}  // namespace chartbell
