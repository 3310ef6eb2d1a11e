// A mapping over real SQLite files.
#include "source/sql_reader.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "source/sqlite_sql.h"
#include "support/interposed_sql.h"
#include "support/numbered_ids.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

namespace json = boost::json;
using enum ResourceKind;

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "patient"
key = "p.Id"
where = "p.Shown = 1 OR p.Shown = 2"
select = '''
SELECT p.Id   AS "@key",
       p.Name AS "name"
  FROM person p'''
dirty = ["person: Id"]

[[resource]]
kind = "appointment"
key = "v.Code"
key_type = "text"
select = '''
SELECT v.Code   AS "@key",
       v.Person AS "patient_id:ref(patient)",
       v.Note   AS "note"
  FROM visit v'''
dirty = ["visit: Code"]
embed = { patient = "patient_id" }

  [[resource.child]]
  into = "descriptors"
  kind = "descriptor"
  select = '''
SELECT w.Visit AS "@parent",
       w.Id    AS "@key",
       w.Name  AS "name"
  FROM work w WHERE w.Visit IN (:keys) ORDER BY w.Id'''
)toml";

constexpr const char* kTables = R"sql(
CREATE TABLE person (Id INTEGER PRIMARY KEY, Name TEXT, Shown INT DEFAULT 1);
CREATE TABLE visit (Code TEXT PRIMARY KEY, Person INT, Note TEXT);
CREATE TABLE work (Id INTEGER PRIMARY KEY, Visit TEXT, Name TEXT);
)sql";

Mapping read_mapping(std::string_view text) {
  auto mapping = parse_mapping(text, "small.toml");
  EXPECT_TRUE(mapping) << mapping.error().detail;
  return *std::move(mapping);
}

struct Practice {
  explicit Practice(const std::string& rows, std::string_view mapping_text = kMapping,
                    const std::string& tables = kTables)
      : mapping(read_mapping(mapping_text)) {
    file.run(tables + rows);
    connector.on_query = [this](const std::string& sql, int) -> Result<std::string> {
      if (broken) return failure(Code::kUnreachable, "gone away");
      return sql;
    };
  }

  SqliteFile file;
  const Mapping mapping;
  std::unique_ptr<SqlConnector> driver = sqlite_connector(file.path());
  InterposedSql connector{*driver};
  bool broken = false;  // connections that are open no longer answer
  NumberedIds ids;
  SqlReader reader{{mapping,
                    connector,
                    ids,
                    InstitutionId{5},
                    {{"1", LocationId{11}, Zone::open("America/New_York").value()}}}};
};

std::vector<std::string> keys_of(const std::vector<FreshResource>& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(to_string(row.key));
  return out;
}

std::string name_in(const Document& document) {
  const auto value = json::parse(json::string_view(document.expose()));
  return std::string(value.at("name").as_string());
}

using Texts = std::vector<std::string>;

TEST(SqlReader, ReadsInChunksInTheOrderOfTheKeys) {
  Practice practice(
      "INSERT INTO person (Id, Name) VALUES (10,'j'),(9,'i'),(2,'b'),(-1,'a'),(3,'c')");
  const auto first = practice.reader.read_after(kPatient, std::nullopt, 2);
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(keys_of(first->rows), (Texts{"-1", "2"}));
  EXPECT_FALSE(first->last);
  const auto second = practice.reader.read_after(kPatient, first->rows.back().key, 2);
  EXPECT_EQ(keys_of(second->rows), (Texts{"3", "9"}));
  EXPECT_FALSE(second->last);
  const auto third = practice.reader.read_after(kPatient, second->rows.back().key, 2);
  EXPECT_EQ(keys_of(third->rows), (Texts{"10"}));
  EXPECT_TRUE(third->last);
}

TEST(SqlReader, AFullLastChunkIsFollowedByAnEmptyOne) {
  Practice practice("INSERT INTO person (Id, Name) VALUES (1,'a'),(2,'b')");
  EXPECT_FALSE(practice.reader.read_after(kPatient, std::nullopt, 2)->last);
  const auto rest = practice.reader.read_after(kPatient, ForeignKey(std::int64_t{2}), 2);
  EXPECT_TRUE(rest->rows.empty());
  EXPECT_TRUE(rest->last);
}

TEST(SqlReader, TheFilterHoldsInChunksAndForKeys) {
  Practice practice("INSERT INTO person VALUES (1,'a',1),(2,'b',0),(3,'c',2),(4,'d',9)");
  EXPECT_EQ(keys_of(practice.reader.read_after(kPatient, std::nullopt, 10)->rows),
            (Texts{"1", "3"}));
  EXPECT_EQ(keys_of(practice.reader.read_after(kPatient, ForeignKey(std::int64_t{1}), 10)->rows),
            (Texts{"3"}))
      << "an OR in the filter does not let rows of an earlier chunk through";
  const std::vector<ForeignKey> keys = {std::int64_t{4}, std::int64_t{3}, std::int64_t{2},
                                        std::int64_t{7}, std::int64_t{1}};
  EXPECT_EQ(keys_of(*practice.reader.read_keys(kPatient, keys)), (Texts{"1", "3"}));
}

TEST(SqlReader, NoKeysAreNoQuestion) {
  Practice practice("");
  practice.connector.away = true;
  EXPECT_TRUE(practice.reader.read_keys(kPatient, {})->empty());
  EXPECT_TRUE(practice.reader.read_children(kAppointment, {})->empty());
  EXPECT_EQ(practice.connector.connects, 0);
}

TEST(SqlReader, TextKeysGoByTheirBytes) {
  Practice practice("INSERT INTO visit (Code) VALUES ('b'),('B'),('a10'),('a9'),('é'),('')");
  const auto chunk = practice.reader.read_after(kAppointment, std::nullopt, 10);
  ASSERT_TRUE(chunk) << chunk.error().detail;
  EXPECT_EQ(keys_of(chunk->rows), (Texts{"", "B", "a10", "a9", "b", "é"}));
  const auto rest = practice.reader.read_after(kAppointment, ForeignKey("a9"), 10);
  EXPECT_EQ(keys_of(rest->rows), (Texts{"b", "é"}));
}

TEST(SqlReader, AKeyIsNeverSql) {
  const std::string attack = "x'); DROP TABLE visit; --";
  const std::string widening = "' OR '1'='1";
  Practice practice(
      "INSERT INTO visit (Code) VALUES ('x''); DROP TABLE visit; --'),('z'),('''q''');"
      "INSERT INTO work VALUES (1,'x''); DROP TABLE visit; --','w'),(2,'z','v')");
  const std::vector<ForeignKey> keys = {attack, widening, "'q'", "\\'", "\"", "\\"};
  EXPECT_EQ(keys_of(*practice.reader.read_keys(kAppointment, keys)), (Texts{"'q'", attack}));
  EXPECT_EQ(keys_of(practice.reader.read_after(kAppointment, ForeignKey(attack), 10)->rows),
            (Texts{"z"}));
  const auto children = practice.reader.read_children(kAppointment, keys);
  ASSERT_TRUE(children) << children.error().detail;
  ASSERT_EQ(children->size(), 1u);
  EXPECT_EQ(children->front().parent, ForeignKey(attack));
}

TEST(SqlReader, KeysOfAnyBytesAreFoundAgain) {
  using namespace std::string_literals;
  Practice practice(
      "INSERT INTO visit (Code) VALUES (CAST(x'6100' AS TEXT)),(CAST(x'610062' AS TEXT)),"
      "(CAST(x'61ff' AS TEXT)),('a'),('b')");
  std::vector<ForeignKey> seen;
  std::optional<ForeignKey> after;
  for (int chunks = 0; chunks < 10; ++chunks) {
    const auto chunk = practice.reader.read_after(kAppointment, after, 1);
    ASSERT_TRUE(chunk) << chunk.error().detail;
    if (chunk->rows.empty()) break;
    seen.push_back(after.emplace(chunk->rows.front().key));
  }
  EXPECT_EQ(seen, (std::vector<ForeignKey>{"a", "a\0"s, "a\0b"s, "a\xff", "b"}));
  const std::vector<ForeignKey> keys = {"a\0b"s, "a\xff"};
  EXPECT_EQ(keys_of(*practice.reader.read_keys(kAppointment, keys)), (Texts{"a\0b"s, "a\xff"}));
}

TEST(SqlReader, ChildrenCarryTheirParents) {
  Practice practice(
      "INSERT INTO visit (Code) VALUES ('a'),('b'),('c');"
      "INSERT INTO work VALUES (4,'b','late'),(1,'a','x'),(2,'b','y'),(3,'c','z')");
  const std::vector<ForeignKey> parents = {"a", "b"};
  const auto children = practice.reader.read_children(kAppointment, parents);
  ASSERT_TRUE(children) << children.error().detail;
  Texts found;
  for (const auto& child : *children)
    found.push_back(to_string(child.parent) + to_string(child.key) + name_in(child.document));
  EXPECT_EQ(found, (Texts{"a1x", "b2y", "b4late"}));
}

TEST(SqlReader, RowsRefuseToComeOutOfTheirOrder) {
  // A case-insensitive collation orders a before B; so do the keys of a source that is not ours.
  Practice practice("INSERT INTO visit (Code) VALUES ('a'),('B')", kMapping,
                    "CREATE TABLE person (Id INTEGER PRIMARY KEY, Name TEXT, Shown INT);"
                    "CREATE TABLE visit (Code TEXT COLLATE NOCASE, Person INT, Note TEXT);"
                    "CREATE TABLE work (Id INTEGER PRIMARY KEY, Visit TEXT, Name TEXT);");
  const auto chunk = practice.reader.read_after(kAppointment, std::nullopt, 10);
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code, Code::kMapping);
  EXPECT_TRUE(chunk.error().detail.starts_with("small.toml:17: ")) << chunk.error().detail;
  EXPECT_NE(chunk.error().detail.find("order of their keys"), std::string::npos);
}

TEST(SqlReader, AKeyThatComesTwiceIsRefused) {
  Practice practice("INSERT INTO person VALUES (1,'a',1),(1,'b',1)", kMapping,
                    "CREATE TABLE person (Id INT, Name TEXT, Shown INT);"
                    "CREATE TABLE visit (Code TEXT, Person INT, Note TEXT);"
                    "CREATE TABLE work (Id INTEGER PRIMARY KEY, Visit TEXT, Name TEXT);");
  const auto chunk = practice.reader.read_after(kPatient, std::nullopt, 10);
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code, Code::kMapping);
}

TEST(SqlReader, AKeyThatIsNoIntegerNamesTheWayOut) {
  Practice practice("INSERT INTO person VALUES ('x1','a',1)", kMapping,
                    "CREATE TABLE person (Id TEXT, Name TEXT, Shown INT);"
                    "CREATE TABLE visit (Code TEXT, Person INT, Note TEXT);"
                    "CREATE TABLE work (Id INTEGER PRIMARY KEY, Visit TEXT, Name TEXT);");
  const auto chunk = practice.reader.read_after(kPatient, std::nullopt, 10);
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code, Code::kMapping);
  EXPECT_NE(chunk.error().detail.find("key_type"), std::string::npos);
  EXPECT_EQ(chunk.error().detail.find("x1"), std::string::npos) << "a key may be a name";
}

std::string fault_with(const std::string& tables) {
  Practice practice("", kMapping, tables);
  const auto probed = practice.reader.probe();
  if (probed) return "none";
  EXPECT_EQ(probed.error().code, Code::kMapping);
  return probed.error().detail;
}

TEST(SqlReader, AMissingTableOrColumnIsNamedWithTheMappingsLineBeforeAnythingIsRead) {
  EXPECT_EQ(fault_with(kTables), "none");
  const auto table = fault_with("CREATE TABLE visit (Code TEXT, Person INT, Note TEXT)");
  EXPECT_TRUE(table.starts_with("small.toml:7: ")) << table;
  EXPECT_NE(table.find("person"), std::string::npos) << table;
  const auto column = fault_with(
      "CREATE TABLE person (Id INT, Name TEXT, Shown INT);"
      "CREATE TABLE visit (Code TEXT, Person INT)");
  EXPECT_TRUE(column.starts_with("small.toml:17: ")) << column;
  EXPECT_NE(column.find("v.Note"), std::string::npos) << column;
  const auto filter = fault_with("CREATE TABLE person (Id INT, Name TEXT)");
  EXPECT_TRUE(filter.starts_with("small.toml:7: ")) << filter;
  EXPECT_NE(filter.find("p.Shown"), std::string::npos) << filter;
  const auto child = fault_with(
      "CREATE TABLE person (Id INT, Name TEXT, Shown INT);"
      "CREATE TABLE visit (Code TEXT, Person INT, Note TEXT)");
  EXPECT_TRUE(child.starts_with("small.toml:17: ")) << child;
  EXPECT_NE(child.find("work"), std::string::npos) << child;
}

TEST(SqlReader, AFileThatIsNotThereIsUnreachable) {
  const auto connection = sqlite_connector("/nonexistent/practice.db")->connect();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Code::kUnreachable);
}

TEST(SqlReader, OneConnectionServesManyReads) {
  Practice practice("INSERT INTO person (Id, Name) VALUES (1,'a')");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(practice.reader.read_after(kPatient, std::nullopt, 5));
  EXPECT_EQ(practice.connector.connects, 1);
}

TEST(SqlReader, ConnectsAgainAfterASystemWasAway) {
  Practice practice("INSERT INTO person (Id, Name) VALUES (1,'a')");
  practice.connector.away = true;
  EXPECT_EQ(practice.reader.read_after(kPatient, std::nullopt, 5).error().code, Code::kUnreachable);
  practice.connector.away = false;
  EXPECT_TRUE(practice.reader.read_after(kPatient, std::nullopt, 5));
  practice.broken = true;
  EXPECT_EQ(practice.reader.read_after(kPatient, std::nullopt, 5).error().code, Code::kUnreachable);
  practice.broken = false;
  EXPECT_TRUE(practice.reader.read_after(kPatient, std::nullopt, 5));
  EXPECT_EQ(practice.connector.connects, 3);
}

TEST(SqlReader, ExpectedChildrenAreThoseOfTheMoment) {
  Practice practice(
      "INSERT INTO visit (Code) VALUES ('a'),('b'); INSERT INTO work VALUES "
      "(1,'a','x'),(2,'b','y')");
  const std::vector<ForeignKey> a = {"a"};
  const std::vector<ForeignKey> b = {"b"};
  const auto children = [&](const std::vector<ForeignKey>& parents) {
    const auto read = practice.reader.read_children(kAppointment, parents);
    Texts out;
    for (const auto& child : read.value()) out.push_back(to_string(child.key));
    return out;
  };
  practice.reader.expect_children(kAppointment, a);
  EXPECT_EQ(children(a), (Texts{"1"}));
  practice.reader.expect_children(kAppointment, a);
  EXPECT_EQ(children(b), (Texts{"2"})) << "others than were expected";
  practice.reader.expect_children(kAppointment, a);
  practice.reader.expect_children(kAppointment, b);
  EXPECT_EQ(children(b), (Texts{"2"}));
  practice.reader.expect_children(kAppointment, a);
  EXPECT_EQ(keys_of(*practice.reader.read_keys(kAppointment, b)), (Texts{"b"}));
  practice.file.run("INSERT INTO work VALUES (3,'a','z')");
  EXPECT_EQ(children(a), (Texts{"1", "3"})) << "what was expected before another read is old";
  practice.reader.expect_children(kAppointment, {});
  practice.reader.expect_children(kPatient, {});
  practice.reader.expect_children(kAppointment, a);
  practice.reader.disconnect();
  EXPECT_EQ(children(a), (Texts{"1", "3"}));
}

TEST(SqlReader, ConnectsAgainAfterTheConnectionBrokeAmongChildren) {
  Practice practice("INSERT INTO visit (Code) VALUES ('a')");
  ASSERT_TRUE(practice.reader.probe());
  const std::vector<ForeignKey> parents = {"a"};
  practice.broken = true;
  EXPECT_EQ(practice.reader.read_children(kAppointment, parents).error().code, Code::kUnreachable);
  practice.broken = false;
  EXPECT_TRUE(practice.reader.read_children(kAppointment, parents));
  EXPECT_EQ(practice.connector.connects, 2);
}

TEST(SqlReader, TellsTheRulesOfTheMapping) {
  Practice practice("");
  const auto& kinds = practice.reader.kinds();
  ASSERT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[0].kind, kPatient);
  EXPECT_FALSE(kinds[0].has_children);
  EXPECT_EQ(kinds[1].kind, kAppointment);
  EXPECT_TRUE(kinds[1].has_children);
  EXPECT_EQ(kinds[1].child_kind, kDescriptor);
  EXPECT_EQ(kinds[1].embedded_patient, "patient_id");
  EXPECT_NE(kinds[0].version, kinds[1].version);
}

TEST(SqlReader, TheDateIsThePracticesOwn) {
  Practice practice("");
  EXPECT_EQ(practice.reader.date_at(*parse_utc("2024-07-15T03:59:59Z")), "2024-07-14");
  EXPECT_EQ(practice.reader.date_at(*parse_utc("2024-07-15T04:00:00Z")), "2024-07-15");
}

TEST(SqlReader, WritesNothing) {
  Practice practice("INSERT INTO person (Id, Name) VALUES (1,'a')");
  const auto connection = sqlite_connector(practice.file.path())->connect().value();
  const auto rows = connection->query("DELETE FROM person");
  const bool refused = !rows || !(*rows)->next();
  EXPECT_TRUE(refused);
  EXPECT_EQ(practice.reader.read_after(kPatient, std::nullopt, 5)->rows.size(), 1u);
}

}  // namespace
}  // namespace chartbell
