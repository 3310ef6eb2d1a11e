// Examinations over SQLite, and those of PostgreSQL over a real server.
#include "source/checkup.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "source/postgres_sql.h"
#include "source/sqlite_sql.h"
#include "support/fake_clock.h"
#include "support/postgres_server.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"
version_select = "SELECT number FROM edition"

[[resource]]
kind = "appointment"
key = "v.id"
where = "v.shown = 1"
select = '''
SELECT v.id AS "@key",
       (SELECT MAX(p.name) FROM plan p WHERE p.id = v.plan) AS "note"
  FROM visit v'''
dirty = ["visit: id", "plan -> SELECT id FROM visit WHERE plan IN (:id)"]
)toml";

constexpr const char* kTables =
    "CREATE TABLE visit (id INT PRIMARY KEY, plan INT, shown INT);"
    "CREATE TABLE plan (id INT PRIMARY KEY, name TEXT);"
    "CREATE TABLE edition (number TEXT);"
    "INSERT INTO edition VALUES ('24.3');"
    "INSERT INTO visit VALUES (1, 1, 1), (2, 1, 0), (3, 1, 0)";

std::string texts(const Remarks& remarks) {
  std::string out;
  for (const auto& remark : remarks)
    out += std::string(remark.severity == Severity::kFine      ? "fine "
                       : remark.severity == Severity::kWarning ? "warning "
                                                               : "fault ") +
           remark.subject + ": " + remark.what + "\n";
  return out;
}

class CheckupOfSqlite : public testing::Test {
 protected:
  Remarks all(const std::string& tables) {
    file_.run(tables);
    connection_ = connector_->connect().value();
    return examine({.name = "office",
                    .url = "sqlite:x",
                    .mapping = mapping_,
                    .connection = *connection_,
                    .zones = {},
                    .clock = clock_});
  }

  SqliteFile file_;
  FakeClock clock_;
  const Mapping mapping_ = parse_mapping(kMapping, "small.toml").value();
  const std::unique_ptr<SqlConnector> connector_ = sqlite_connector(file_.path());
  std::unique_ptr<SqlConnection> connection_;
};

TEST_F(CheckupOfSqlite, TellsWhatIsFine) {
  EXPECT_EQ(texts(all(kTables)),
            "fine office: version: Small 24.3\n"
            "fine office: tables: all tables and columns of the mapping can be read\n"
            "fine office: dirty rules: all of them can be asked\n"
            "fine office: appointment: 1 row; 2 left out by its where\n"
            "fine office: plans: reading by key reads no large table whole\n"
            "fine office: capture: SQLite has no log of changes: it is scanned\n");
}

TEST_F(CheckupOfSqlite, AMissingColumnIsAFaultWithItsMending) {
  const auto remarks =
      all("CREATE TABLE visit (id INT, shown INT); CREATE TABLE plan (id INT, name TEXT)");
  const auto faults = std::ranges::count(remarks, Severity::kFault, &Remark::severity);
  EXPECT_EQ(faults, 2) << texts(remarks);
  for (const auto& remark : remarks)
    EXPECT_EQ(remark.mend.empty(), remark.severity == Severity::kFine) << remark.what;
}

TEST(CheckupOfPostgres, TellsWhatASlotLacks) {
  auto* server = PostgresServer::get();
  if (server == nullptr) GTEST_SKIP() << "postgresql is not installed";
  const auto database = server->new_database(kTables);
  server->run(database, "CREATE ROLE plain LOGIN PASSWORD 's3cret: p@ss'");
  server->run(database,
              "GRANT SELECT ON visit, plan TO plain; ALTER TABLE visit DROP CONSTRAINT "
              "visit_pkey");
  const auto connection = postgres_connector(server->address(database, "plain"))->connect().value();
  const auto mapping = parse_mapping(kMapping, "small.toml").value();
  const SystemClock clock;
  const auto found = texts(examine({.name = "office",
                                    .url = "postgres://plain@x/y",
                                    .mapping = mapping,
                                    .connection = *connection,
                                    .zones = {},
                                    .clock = clock}));
  EXPECT_NE(found.find("fine office: version: the version of Small cannot be read"),
            std::string::npos);
  EXPECT_NE(found.find("fine office: clock: the server's clock is as ours"), std::string::npos);
  EXPECT_NE(found.find("warning office: capture: the role may not replicate"), std::string::npos);
  EXPECT_NE(found.find("warning office: capture: a slot that nobody reads keeps"),
            std::string::npos);
  EXPECT_NE(found.find("warning office: capture: changes of visit do not tell the old id"),
            std::string::npos);
  EXPECT_EQ(found.find("changes of plan"), std::string::npos) << found;
  server->run(database, "INSERT INTO visit SELECT n, 1, 1 FROM generate_series(10, 30000) n");
  server->run(database, "ANALYZE visit");
  const auto plans = texts(check_plans({.name = "office",
                                        .url = "postgres://plain@x/y",
                                        .mapping = mapping,
                                        .connection = *connection,
                                        .zones = {},
                                        .clock = clock}));
  EXPECT_NE(plans.find("reads the whole table visit"), std::string::npos) << plans;
  server->run(database, "DROP OWNED BY plain; DROP ROLE plain");
}

}  // namespace
}  // namespace chartbell
