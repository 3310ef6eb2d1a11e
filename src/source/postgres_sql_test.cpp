// The PostgreSQL driver against a real server.
#include "source/postgres_sql.h"

#include <gtest/gtest.h>

#include "source/mapping.h"
#include "source/sql_reader.h"
#include "support/numbered_ids.h"
#include "support/postgres_server.h"

namespace chartbell {
namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE visit (code TEXT PRIMARY KEY, at TIMESTAMPTZ, kept BOOLEAN, note TEXT);
INSERT INTO visit VALUES
  ('b', '2024-03-21 12:00:00-05', true, NULL), ('B', NULL, false, 'O''Brien'),
  ('ä', NULL, false, ''), ('a', NULL, NULL, '\');
CREATE ROLE reader LOGIN PASSWORD 's3cret: p@ss'; GRANT SELECT ON visit TO reader;
CREATE TABLE hidden (id INT);
)sql";

class PostgresSql : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::get();
    if (server_ == nullptr) GTEST_SKIP() << "postgresql is not installed";
    database_ = server_->new_database(kTables);
    connector_ = postgres_connector(server_->address(database_, "reader"));
    auto connection = connector_->connect();
    ASSERT_TRUE(connection) << connection.error().detail;
    connection_ = *std::move(connection);
  }
  void TearDown() override {
    connection_.reset();
    if (server_ == nullptr) return;
    server_->run(database_, "DROP OWNED BY reader; DROP ROLE reader");
  }

  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> out;
    const auto rows = connection_->query(sql);
    EXPECT_TRUE(rows) << rows.error().detail;
    while (*(*rows)->next()) out.emplace_back((*rows)->text(0).value_or("(null)"));
    return out;
  }
  Error error_of(const std::string& sql) {
    const auto rows = connection_->query(sql);
    EXPECT_FALSE(rows) << sql;
    return rows ? Error() : rows.error();
  }

  PostgresServer* server_ = nullptr;
  std::string database_;
  std::unique_ptr<SqlConnector> connector_;
  std::unique_ptr<SqlConnection> connection_;
};

TEST_F(PostgresSql, GivesTextsInUtc) {
  EXPECT_EQ(texts("SELECT at FROM visit WHERE code = 'b'"),
            std::vector<std::string>{"2024-03-21 17:00:00+00"});
  EXPECT_EQ(texts("SELECT kept FROM visit ORDER BY code COLLATE \"C\""),
            (std::vector<std::string>{"f", "(null)", "t", "f"}));
  EXPECT_EQ(texts("SELECT " + connection_->quoted("it's \\ so")),
            std::vector<std::string>{"it's \\ so"});
  const std::string bytes("%PDF\0\xff'\\", 8);
  EXPECT_EQ(texts("SELECT encode(" + connection_->quoted_bytes(bytes) + ", 'hex')"),
            std::vector<std::string>{"2550444600ff275c"});
}

TEST_F(PostgresSql, TellsColumnsWithoutRows) {
  const auto columns = connection_->columns("SELECT code AS \"@key\", note AS \"note\" FROM visit");
  ASSERT_TRUE(columns);
  EXPECT_EQ(*columns, (std::vector<std::string>{"@key", "note"}));
}

TEST_F(PostgresSql, RefusesAnAliasThatTheServerWouldCut) {
  const std::string alias = "note:enum(" + std::string(60, 'x') + ")";
  const auto columns = connection_->columns("SELECT note AS \"" + alias + "\" FROM visit");
  ASSERT_FALSE(columns);
  EXPECT_EQ(columns.error().code, Code::kMapping);
  EXPECT_NE(columns.error().detail.find("63 bytes"), std::string::npos);
}

TEST_F(PostgresSql, NeverWrites) {
  const auto error = error_of("INSERT INTO visit (code) VALUES ('x')");
  EXPECT_NE(error.detail.find("read-only"), std::string::npos) << error.detail;
}

TEST_F(PostgresSql, ErrorsSayWhoMustAct) {
  EXPECT_EQ(error_of("SELECT * FROM hidden").code, Code::kUnauthorized);
  EXPECT_EQ(error_of("SELECT nothing FROM visit").code, Code::kMapping);
  EXPECT_EQ(error_of("SELECT * FROM nowhere").code, Code::kMapping);
  EXPECT_EQ(error_of(std::string("SELECT 1 \0 FROM visit", 20)).code, Code::kMapping);
}

TEST_F(PostgresSql, AnErrorNeverQuotesARow) {
  const auto error = error_of("SELECT note::int FROM visit WHERE note <> ''");
  EXPECT_EQ(error.code, Code::kMapping);
  EXPECT_EQ(error.detail.find("Brien"), std::string::npos) << error.detail;
  EXPECT_NE(error.detail.find("22P02"), std::string::npos) << error.detail;
}

Code code_of_connecting(const PostgresAddress& address) {
  const auto connection = postgres_connector(address)->connect();
  EXPECT_FALSE(connection);
  if (connection) return Code::kInternal;
  EXPECT_EQ(connection.error().detail.find("s3cret"), std::string::npos)
      << connection.error().detail;
  EXPECT_EQ(connection.error().detail.find("wr0ng"), std::string::npos);
  return connection.error().code;
}

TEST_F(PostgresSql, AConnectionThatFailsSaysWhy) {
  auto address = server_->address(database_, "reader");
  address.password = "wr0ng";
  EXPECT_EQ(code_of_connecting(address), Code::kUnauthorized);
  EXPECT_EQ(code_of_connecting(server_->address("nowhere")), Code::kConfig);
  EXPECT_EQ(code_of_connecting(server_->address(database_, "nobody")), Code::kUnauthorized);
  EXPECT_EQ(code_of_connecting({.host = "/nonexistent", .user = "x", .database = "y"}),
            Code::kUnreachable);
}

TEST_F(PostgresSql, AConnectionThatTheServerEndedIsUnreachable) {
  server_->run("postgres",
               "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
               "'reader'");
  EXPECT_EQ(error_of("SELECT 1").code, Code::kUnreachable);
}

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "appointment"
key = 'v.code COLLATE "C"'
key_type = "text"
select = '''
SELECT v.code AS "@key",
       v.at   AS "start_time:utc",
       v.kept AS "confirmed",
       v.note AS "note"
  FROM visit v'''
dirty = ["visit: code"]
)toml";

TEST_F(PostgresSql, CarriesAMappingWithTextKeys) {
  const auto mapping = parse_mapping(kMapping, "small.toml");
  ASSERT_TRUE(mapping) << mapping.error().detail;
  NumberedIds ids;
  SqlReader reader({.mapping = *mapping,
                    .connector = *connector_,
                    .ids = ids,
                    .institution = InstitutionId{1},
                    .locations = {{"0", LocationId{1}, Zone::open("Europe/Madrid").value()}}});
  const auto first = reader.read_after(ResourceKind::kAppointment, std::nullopt, 3);
  ASSERT_TRUE(first) << first.error().detail;
  std::vector<std::string> keys;
  for (const auto& row : first->rows) keys.push_back(to_string(row.key));
  EXPECT_EQ(keys, (std::vector<std::string>{"B", "a", "b"}));
  EXPECT_NE(first->rows[2].document.expose().find("\"start_time\":\"2024-03-21T17:00:00.000Z\""),
            std::string::npos);
  const auto rest = reader.read_after(ResourceKind::kAppointment, ForeignKey("b"), 3);
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->rows.size(), 1u);
  EXPECT_EQ(to_string(rest->rows[0].key), "ä");
}

}  // namespace
}  // namespace chartbell
