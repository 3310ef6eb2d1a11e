#include "source/binlog/statement.h"

#include <gtest/gtest.h>

#include "base/ascii.h"

namespace chartbell {
namespace {

std::optional<std::size_t> table_of(std::string_view name) {
  if (equal_ignoring_case(name, "patient")) return 0;
  if (equal_ignoring_case(name, "the visits")) return 1;
  return std::nullopt;
}

StatementEffect effect(std::string_view statement, std::string_view database = "practice") {
  return effect_of({database, statement}, "Practice", table_of);
}

const StatementEffect kNothing{};
const StatementEffect kEverything{.everything = true, .tables = {}};

StatementEffect tables(std::set<std::size_t> numbers) {
  return {.everything = false, .tables = std::move(numbers)};
}

TEST(BinlogStatement, AFormOfATableNamesIt) {
  EXPECT_EQ(effect("TRUNCATE TABLE Patient"), tables({0}));
  EXPECT_EQ(effect("truncate `patient`"), tables({0}));
  EXPECT_EQ(effect("ALTER TABLE practice.patient ADD x INT"), tables({0}));
  EXPECT_EQ(effect("RENAME TABLE patient TO old, `the visits` TO patient"), tables({0, 1}));
  EXPECT_EQ(effect("DROP TABLE IF EXISTS `a`,`patient` /* generated */"), tables({0}));
  EXPECT_EQ(effect("CREATE TABLE patients (patient_id INT)"), kNothing);
  EXPECT_EQ(effect("ALTER TABLE other COMMENT 'patient'"), kNothing);
}

TEST(BinlogStatement, AChangeOfDataMayReachEverything) {
  for (const auto* statement :
       {"UPDATE nobody SET a = 1", "INSERT INTO x VALUES (1)", "/* tool */ DELETE FROM x",
        "-- a\nREPLACE INTO x VALUES (1)", "# a\nCALL f()", "SELECT `practice`.`f`()",
        "SET STATEMENT max_statement_time=1 FOR UPDATE x SET a = 1", "LOAD DATA INFILE 'x'",
        "/*!40000 UPDATE x SET a = 1 */", "XA COMMIT X'78',X'',1", "DROP DATABASE practice"})
    EXPECT_EQ(effect(statement), kEverything) << statement;
}

TEST(BinlogStatement, WhatChangesNothingSaysNothing) {
  for (const auto* statement :
       {"", "BEGIN", "COMMIT", "SAVEPOINT `a`", "ROLLBACK TO `a`", "ANALYZE TABLE patient",
        "OPTIMIZE TABLE patient", "GRANT SELECT ON patient TO x", "FLUSH TABLES patient",
        "XA END 'x'", "SET PASSWORD FOR x = 'patient'", "DROP DATABASE other", "'", "`", "/*",
        "``"})
    EXPECT_EQ(effect(statement), kNothing) << statement;
}

TEST(BinlogStatement, AnotherDatabaseCountsWhereItNamesOurs) {
  EXPECT_EQ(effect("TRUNCATE TABLE patient", "other"), kNothing);
  EXPECT_EQ(effect("UPDATE patient SET a = 1", "other"), kNothing);
  EXPECT_EQ(effect("TRUNCATE TABLE practice.patient", "other"), tables({0}));
  EXPECT_EQ(effect("UPDATE `PRACTICE`.x SET a = 1", "other"), kEverything);
  EXPECT_EQ(effect("DROP SCHEMA `practice`", "other"), kEverything);
}

TEST(BinlogStatement, NoNestingIsDeep) {
  EXPECT_EQ(effect(std::string(4'000'000, '`')), kNothing);
  EXPECT_EQ(effect("UPDATE x SET a = '" + std::string(1'000'000, '\\')), kEverything);
}

TEST(BinlogStatement, RolesInATransaction) {
  EXPECT_EQ(role_of("BEGIN"), StatementRole::kBegins);
  EXPECT_EQ(role_of("COMMIT"), StatementRole::kEnds);
  EXPECT_EQ(role_of("rollback"), StatementRole::kEnds);
  EXPECT_EQ(role_of("ROLLBACK TO `a`"), StatementRole::kInside);
  EXPECT_EQ(role_of("SAVEPOINT `a`"), StatementRole::kInside);
  EXPECT_EQ(role_of("TRUNCATE a"), StatementRole::kPlain);
}

}  // namespace
}  // namespace chartbell
