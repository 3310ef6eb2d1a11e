#include "source/dirty_rules.h"

#include <gtest/gtest.h>

#include "source/sqlite_sql.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

using enum ResourceKind;

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "patient"
key = "p.Id"
select = 'SELECT p.Id AS "@key", p.Name AS "name" FROM person p'
dirty = ["person: Id"]

[[resource]]
kind = "insurance_coverage"
key = "c.Id"
select = 'SELECT c.Id AS "@key", c.Person AS "patient_id:ref(patient)" FROM cover c JOIN plan p'
dirty = ["cover: Id", "plan -> SELECT Id FROM cover WHERE Plan IN (:Id)"]

[[resource]]
kind = "appointment"
key = "v.Code"
key_type = "text"
select = 'SELECT v.Code AS "@key", v.Note AS "note" FROM visit v JOIN plan p'
dirty = ["Visit: Code", "plan: Name"]
)toml";

constexpr const char* kTables = R"sql(
CREATE TABLE cover (Id INTEGER PRIMARY KEY, Person INT, Plan INT);
INSERT INTO cover VALUES (1, 7, 10), (2, 7, 10), (3, 8, 11), (4, 9, 12);
)sql";

// Counts what it is asked, and can be told to fail.
class CountingConnection final : public SqlConnection {
 public:
  explicit CountingConnection(SqlConnection& inner) : inner_(inner) {}

  Result<std::unique_ptr<SqlRows>> query(const std::string& sql) override {
    if (away) return failure(Code::kUnreachable, "away");
    ++queries;
    return inner_.query(sql);
  }
  Result<std::vector<std::string>> columns(const std::string& select) override {
    return inner_.columns(select);
  }
  std::string quoted(std::string_view text) const override { return inner_.quoted(text); }

  int queries = 0;
  bool away = false;

 private:
  SqlConnection& inner_;
};

class DirtyRules : public testing::Test {
 protected:
  DirtyRules() { file_.run(kTables); }

  std::size_t table(std::string_view name) { return translator.find(name).value(); }
  DirtyKeys taken() {
    const auto asked = translator.look_up(connection);
    EXPECT_TRUE(asked) << asked.error().detail;
    return translator.take();
  }

  SqliteFile file_;
  std::unique_ptr<SqlConnector> connector_ = sqlite_connector(file_.path());
  std::unique_ptr<SqlConnection> inner_ = connector_->connect().value();
  const Mapping mapping_ = parse_mapping(kMapping, "small.toml").value();

 public:
  CountingConnection connection{*inner_};
  DirtyTranslator translator{mapping_};
};

DirtyKeys keys(ResourceKind kind, std::initializer_list<ForeignKey> named) {
  DirtyKeys out;
  for (const auto& key : named) out.add(kind, key);
  return out;
}

DirtyKeys whole(std::initializer_list<ResourceKind> kinds) {
  DirtyKeys out;
  for (const auto kind : kinds) out.widen(kind, Extent::kAll);
  return out;
}

TEST_F(DirtyRules, TablesAreWatchedWithTheColumnsOfAllTheirRules) {
  ASSERT_EQ(translator.tables().size(), 4u);
  EXPECT_EQ(translator.tables()[table("PLAN")].columns, (std::vector<std::string>{"Id", "Name"}));
  EXPECT_EQ(translator.tables()[table("visit")].name, "Visit");
  EXPECT_FALSE(translator.find("nobody"));
}

TEST_F(DirtyRules, AColumnIsTheKey) {
  const Cell image[] = {Cell::of("41")};
  translator.inserted(table("person"), image);
  EXPECT_FALSE(translator.asks());
  EXPECT_EQ(taken(), keys(kPatient, {41}));
  EXPECT_TRUE(translator.take().empty());
}

TEST_F(DirtyRules, BothKeysOfAnUpdateAreDirty) {
  const Cell before[] = {Cell::of("a")};
  const Cell after[] = {Cell::of("b")};
  translator.updated(table("visit"), before, after);
  EXPECT_EQ(taken(), keys(kAppointment, {"a", "b"}));
}

TEST_F(DirtyRules, ASelectFindsTheKeys) {
  const Cell image[] = {Cell::of("10"), Cell::null()};
  translator.deleted(table("plan"), image);
  EXPECT_TRUE(translator.asks());
  EXPECT_EQ(translator.size(), 1u);
  EXPECT_EQ(taken(), keys(kCoverage, {1, 2}));
}

TEST_F(DirtyRules, ValuesAreAskedInBatches) {
  for (int i = 0; i < 1001; ++i) {
    const auto id = std::to_string(i);
    const Cell image[] = {Cell::of(id), Cell::null()};
    translator.inserted(table("plan"), image);
    translator.inserted(table("plan"), image);
  }
  EXPECT_EQ(taken(), keys(kCoverage, {1, 2, 3, 4}));
  EXPECT_EQ(connection.queries, 3);
}

TEST_F(DirtyRules, WhatIsNotAnsweredWaits) {
  const Cell image[] = {Cell::of("11"), Cell::null()};
  translator.inserted(table("plan"), image);
  connection.away = true;
  EXPECT_EQ(translator.look_up(connection).error().code, Code::kUnreachable);
  EXPECT_TRUE(translator.asks());
  connection.away = false;
  EXPECT_EQ(taken(), keys(kCoverage, {3}));
}

TEST_F(DirtyRules, ARefusedSelectIsToldWithoutValues) {
  file_.run("DROP TABLE cover");
  const Cell image[] = {Cell::of("Ada Example"), Cell::null()};
  translator.inserted(table("plan"), image);
  const auto asked = translator.look_up(connection);
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, Code::kMapping);
  EXPECT_TRUE(asked.error().detail.contains("cover")) << asked.error().detail;
  EXPECT_FALSE(asked.error().detail.contains("Ada")) << asked.error().detail;
}

TEST_F(DirtyRules, AHostileValueStaysALiteral) {
  const Cell image[] = {Cell::of("10') OR ('1'='1"), Cell::null()};
  translator.inserted(table("plan"), image);
  EXPECT_TRUE(taken().empty());
}

TEST_F(DirtyRules, AnUnchangedColumnMayBeAbsentBehind) {
  const Cell before[] = {Cell::of("5")};
  const Cell after[] = {Cell{}};
  translator.updated(table("person"), before, after);
  EXPECT_EQ(taken(), keys(kPatient, {5}));
}

TEST_F(DirtyRules, AnUnknownOldValueMakesTheKindDirtyAsAWhole) {
  const Cell before[] = {Cell{}};
  const Cell after[] = {Cell::of("5")};
  translator.updated(table("person"), before, after);
  EXPECT_EQ(taken(), whole({kPatient}));
}

TEST_F(DirtyRules, AKeyOfAnotherTypeOrOfNoLimitMakesTheKindDirtyAsAWhole) {
  const Cell text[] = {Cell::of("18446744073709551615")};
  translator.inserted(table("person"), text);
  const std::string large(DirtyTranslator::kValueBytesMax + 1, 'x');
  const Cell much[] = {Cell::of(large)};
  translator.inserted(table("visit"), much);
  EXPECT_EQ(taken(), whole({kPatient, kAppointment}));
}

TEST_F(DirtyRules, AWholeKindAsksNothing) {
  const Cell image[] = {Cell::of("10"), Cell::of("n")};
  translator.inserted(table("plan"), image);
  translator.widen(table("cover"), Extent::kAll);
  translator.inserted(table("plan"), image);
  EXPECT_FALSE(translator.asks());
  auto expected = whole({kCoverage});
  expected.add(kAppointment, "n");
  EXPECT_EQ(taken(), expected);
}

TEST_F(DirtyRules, TooManyValuesAreTheWholeKind) {
  for (std::size_t i = 0; i <= DirtyKeys::kKeysMax; ++i) {
    const auto id = std::to_string(i);
    const Cell image[] = {Cell::of(id), Cell::null()};
    translator.inserted(table("plan"), image);
  }
  EXPECT_EQ(taken(), whole({kCoverage}));
}

TEST_F(DirtyRules, EverythingCanBeDirty) {
  translator.widen_all(Extent::kAll);
  EXPECT_EQ(taken(), whole({kPatient, kCoverage, kAppointment}));
}

}  // namespace
}  // namespace chartbell
