// The ODBC driver, over Debian's drivers of SQLite and PostgreSQL.
#include "source/odbc_sql.h"

#include <gtest/gtest.h>

#include "source/mapping.h"
#include "source/sql_reader.h"
#include "support/numbered_ids.h"
#include "support/postgres_server.h"
#include "support/property.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

TEST(OdbcUrl, ShowsWhatIsNoSecret) {
  const auto connector =
      sql_connector("odbc:DSN=practice;UID=reader;PWD={s3cret;UID=x};Token=s3cret;SSLKey=s3cret");
  ASSERT_TRUE(connector) << connector.error().detail;
  EXPECT_EQ((*connector)->shown_url(), "odbc:dsn=practice;uid=reader");
}

TEST(OdbcUrl, BadOnesAreRefusedWithoutRepeatingThePassword) {
  for (const auto* url : {"odbc:", "odbc:PWD=s3cret", "odbc:s3cret", "odbc:DSN=;PWD=s3cret",
                          "odbc:limit=s3cret;DSN=x", "odbc:limit=top", "odbc:limit=top;"}) {
    const auto connector = sql_connector(url);
    ASSERT_FALSE(connector) << url;
    EXPECT_EQ(connector.error().code, Code::kConfig);
    EXPECT_EQ(connector.error().detail.find("s3cret"), std::string::npos) << url;
  }
}

TEST(OdbcUrl, AnyBytesAreTakenWithoutHarm) {
  check_property([] {
    const auto connector = sql_connector("odbc:" + *any_bytes());
    const bool sound = connector.has_value() || connector.error().code == Code::kConfig;
    RC_ASSERT(sound);
  });
}

TEST(OdbcLimit, HasAFormForEachSystem) {
  EXPECT_EQ(limited("SELECT a FROM t ORDER BY a", 5, LimitForm::kLimit),
            "SELECT a FROM t ORDER BY a LIMIT 5");
  EXPECT_EQ(limited("\nSELECT a FROM t", 5, LimitForm::kTop), "\nSELECT TOP 5 a FROM t");
  EXPECT_EQ(limited("select distinct a", 5, LimitForm::kTop), "select distinct TOP 5 a");
  EXPECT_EQ(limited("SELECT a FROM t ORDER BY a", 5, LimitForm::kFetch),
            "SELECT a FROM t ORDER BY a OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY");
}

constexpr std::string_view kMapping = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "appointment"
key = "v.code"
key_type = "text"
select = '''
SELECT v.code AS "@key",
       v.kept AS "confirmed",
       v.note AS "note"
  FROM visit v'''
dirty = ["visit: code"]
)toml";

const std::string kTables =
    "CREATE TABLE visit (code VARCHAR(20) PRIMARY KEY, kept INT, note TEXT);"
    "INSERT INTO visit VALUES ('A', 1, 'Zoë 🦷 O''Brien'), ('b', 0, NULL), ('ä', 0, '');"
    "CREATE TABLE long (note TEXT)";

// A mapping's rows through a driver of ODBC: chunks, text keys, nulls, long texts.
void must_carry_a_mapping(SqlConnector& connector) {
  const auto mapping = parse_mapping(kMapping, "small.toml");
  ASSERT_TRUE(mapping);
  NumberedIds ids;
  SqlReader reader({.mapping = *mapping,
                    .connector = connector,
                    .ids = ids,
                    .institution = InstitutionId{1},
                    .locations = {{"0", LocationId{1}, Zone::open("Europe/Madrid").value()}}});
  const auto probed = reader.probe();
  ASSERT_TRUE(probed) << probed.error().detail;
  const auto first = reader.read_after(ResourceKind::kAppointment, std::nullopt, 2);
  ASSERT_TRUE(first) << first.error().detail;
  ASSERT_EQ(first->rows.size(), 2u);
  EXPECT_NE(first->rows[0].document.expose().find("\"note\":\"Zoë 🦷 O'Brien\""),
            std::string::npos);
  EXPECT_NE(first->rows[0].document.expose().find("\"confirmed\":true"), std::string::npos);
  EXPECT_NE(first->rows[1].document.expose().find("\"note\":null"), std::string::npos);
  const auto rest = reader.read_after(ResourceKind::kAppointment, ForeignKey("b"), 2);
  ASSERT_TRUE(rest) << rest.error().detail;
  ASSERT_EQ(rest->rows.size(), 1u);
  const ForeignKey keys[] = {"ä"};
  const auto by_key = reader.read_keys(ResourceKind::kAppointment, keys);
  ASSERT_TRUE(by_key) << by_key.error().detail;
  EXPECT_EQ(by_key->size(), 1u);
}

void must_give_long_texts(SqlConnection& connection, std::size_t size) {
  const auto rows = connection.query("SELECT note FROM long");
  ASSERT_TRUE(rows) << rows.error().detail;
  ASSERT_TRUE(*(*rows)->next());
  const auto text = (*rows)->text(0);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), size);
  EXPECT_EQ(text->substr(size - 2), "é");
  EXPECT_FALSE(*(*rows)->next());
}

Code code_of_query(SqlConnection& connection, const std::string& sql) {
  const auto rows = connection.query(sql);
  return rows ? Code::kInternal : rows.error().code;
}

// Nothing where the driver is not installed.
std::unique_ptr<SqlConnection> connected(SqlConnector& connector) {
  auto connection = connector.connect();
  if (!connection && connection.error().code == Code::kConfig) return nullptr;
  EXPECT_TRUE(connection) << connection.error().detail;
  return connection ? *std::move(connection) : nullptr;
}

TEST(OdbcSqlite, CarriesAMapping) {
  SqliteFile file;
  file.run(kTables);
  file.run("INSERT INTO long VALUES (replace(hex(zeroblob(5000)), '00', 'ab') || 'é')");
  const auto connector = odbc_connector({.connection = "Driver=SQLite3;Database=" + file.path()});
  const auto connection = connected(*connector);
  if (connection == nullptr) GTEST_SKIP() << "libsqliteodbc is not installed";
  must_carry_a_mapping(*connector);
  must_give_long_texts(*connection, 10'002);
  EXPECT_EQ(code_of_query(*connection, "SELECT nothing FROM visit"), Code::kMapping);
}

class OdbcPostgres : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::get();
    if (server_ == nullptr) GTEST_SKIP() << "postgresql is not installed";
    database_ = server_->new_database(
        "CREATE TABLE visit (code VARCHAR(20) COLLATE \"C\" PRIMARY KEY, kept INT, note TEXT, "
        "at TIMESTAMPTZ); INSERT INTO visit VALUES ('A', 1, 'Zoë 🦷 O''Brien', '2024-03-21 "
        "12:00-05'),"
        "('b', 0, NULL, NULL), ('ä', 0, '', NULL); CREATE TABLE long (note TEXT); "
        "INSERT INTO long VALUES (repeat('ab', 5000) || 'é')");
    if (connected(*connector()) == nullptr) GTEST_SKIP() << "odbc-postgresql is not installed";
  }
  std::unique_ptr<SqlConnector> connector(const std::string& password = "s3cret: p@ss") const {
    const auto address = server_->address(database_);
    return odbc_connector({.connection = "Driver=PostgreSQL Unicode;Servername=" + address.host +
                                         ";Database=" + database_ + ";UID=postgres;PWD={" +
                                         password + "}"});
  }

  PostgresServer* server_ = nullptr;
  std::string database_;
};

TEST_F(OdbcPostgres, CarriesAMapping) {
  must_carry_a_mapping(*connector());
  const auto connection = connected(*connector());
  ASSERT_NE(connection, nullptr);
  must_give_long_texts(*connection, 10'002);
  const auto rows = connection->query("SELECT at FROM visit WHERE code = 'A'");
  ASSERT_TRUE(rows);
  ASSERT_TRUE(*(*rows)->next());
  EXPECT_TRUE((*rows)->text(0)->starts_with("2024-03-21 17:00:00")) << *(*rows)->text(0);
}

TEST_F(OdbcPostgres, ErrorsSayWhoMustAct) {
  const auto wrong = connector("wr0ng: p@ss")->connect();
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().code == Code::kUnauthorized || wrong.error().code == Code::kUnreachable)
      << wrong.error().detail;
  EXPECT_EQ(wrong.error().detail.find("wr0ng"), std::string::npos) << wrong.error().detail;
  const auto connection = connected(*connector());
  ASSERT_NE(connection, nullptr);
  EXPECT_EQ(code_of_query(*connection, "SELECT nothing FROM visit"), Code::kMapping);
  const auto quoting = connection->query("SELECT CAST(note AS INT) FROM visit WHERE code = 'A'");
  ASSERT_FALSE(quoting);
  EXPECT_EQ(quoting.error().detail.find("Brien"), std::string::npos) << quoting.error().detail;
  server_->run("postgres",
               "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                   database_ + "' AND pid <> pg_backend_pid()");
  EXPECT_EQ(code_of_query(*connection, "SELECT 1"), Code::kUnreachable);
}

TEST(Odbc, ADriverThatIsNotThereIsTheConfigurations) {
  const auto connection =
      odbc_connector({.connection = "Driver=No such driver;PWD=s3cret"})->connect();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, Code::kConfig) << connection.error().detail;
  EXPECT_EQ(connection.error().detail.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace chartbell
