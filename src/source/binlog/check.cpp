#include "source/binlog/check.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/ascii.h"
#include "source/binlog/server.h"

namespace chartbell {
namespace {

using Settings = std::map<std::string, std::string>;
using Findings = std::vector<BinlogFinding>;

constexpr double kSecondsOfDay = 86'400;
constexpr double kDaysKeptMin = 2;  // a long weekend's outage is what a full reading is for

Result<Settings> read_settings(SqlConnection& connection) {
  TRY(const auto rows,
      connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'server_id', "
                       "'binlog_format', 'binlog_row_image', 'binlog_checksum', "
                       "'expire_logs_days', 'binlog_expire_logs_seconds', "
                       "'version', 'log_slave_updates', 'gtid_slave_pos', 'wsrep_on')"));
  Settings out;
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return out;
    out[to_lower(rows->text(0).value_or(""))] = rows->text(1).value_or("");
  }
}

Result<std::string> read_grants(SqlConnection& connection) {
  TRY(const auto rows, connection.query("SHOW GRANTS"));
  std::string out;
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return out;
    const std::string_view grant = rows->text(0).value_or("");
    // Without what identifies the account.
    out += std::string(grant.substr(0, grant.find(" TO "))) + "\n";
  }
}

std::string value_of(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

double number(const std::string& text) {
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

void note(Findings& out, bool ok, BinlogNeed need, std::string what, std::string mend) {
  out.push_back({ok, need, std::move(what), ok ? std::string() : std::move(mend)});
}

void check_setting(Findings& out, const Settings& settings, BinlogNeed need,
                   const std::string& name, std::initializer_list<std::string_view> good,
                   std::string mend) {
  const auto value = value_of(settings, name);
  bool ok = false;
  for (const auto wanted : good) ok = ok || equal_ignoring_case(value, wanted);
  note(out, ok, need, name + " is " + (value.empty() ? "unknown" : value), std::move(mend));
}

// MINIMAL and NOBLOB have the primary key of what was, and no more for sure.
Result<std::string> rule_beside_the_key(SqlConnection& connection, const DirtyTranslator& rules,
                                        const std::string& database) {
  for (const auto& table : rules.tables()) {
    for (const auto& column : table.columns) {
      TRY(const auto rows, connection.query("SELECT COLUMN_KEY FROM information_schema.COLUMNS "
                                            "WHERE TABLE_SCHEMA = " +
                                            connection.quoted(database) +
                                            " AND TABLE_NAME = " + connection.quoted(table.name) +
                                            " AND COLUMN_NAME = " + connection.quoted(column)));
      TRY(const bool known, rows->next());
      if (known && rows->text(0).value_or("") != "PRI") return table.name + "." + column;
    }
  }
  return std::string();
}

Result<void> check_image(Findings& out, const Settings& settings, SqlConnection& connection,
                         const DirtyTranslator& rules, const std::string& database) {
  const auto image = value_of(settings, "binlog_row_image");
  std::string beside;
  if (!equal_ignoring_case(image, "FULL")) {
    TRY(beside, rule_beside_the_key(connection, rules, database));
  }
  note(out, beside.empty(), BinlogNeed::kCheap, "binlog_row_image is " + image,
       "set binlog_row_image = FULL: a dirty rule reads " + beside +
           ", which is not in every change, so each reads a whole kind again");
  return {};
}

// 0 is for ever, in both of the servers' settings: a disk that fills is as bad as a log that ends.
void check_retention(Findings& out, const Settings& settings) {
  const double days = number(value_of(settings, "expire_logs_days"));
  const double seconds = number(value_of(settings, "binlog_expire_logs_seconds"));
  const double kept = seconds > 0 ? seconds / kSecondsOfDay : days;
  char text[64];
  std::snprintf(text, sizeof text, "the log is kept for %.1f days", kept);
  note(out, kept >= kDaysKeptMin, BinlogNeed::kWise,
       kept == 0 ? "the log is kept until somebody purges it, or the disk is full" : text,
       "keep it as long as an outage may last: binlog_expire_logs_seconds = 604800 is a week");
}

// A replica, and a node of a Galera cluster, writes what it is told into its tables, and into its
// own log only when asked to.
void check_replica(Findings& out, const Settings& settings) {
  const bool node = equal_ignoring_case(value_of(settings, "wsrep_on"), "ON");
  if (!node && value_of(settings, "gtid_slave_pos").empty()) return;
  check_setting(out, settings, BinlogNeed::kMust, "log_slave_updates", {"ON", "1"},
                node
                    ? "this server is one of a cluster: set log_slave_updates = ON"
                    : "this server is a replica: set log_slave_updates = ON, or watch its primary");
}

bool lists(std::string_view names, std::string_view database) {
  while (!names.empty()) {
    const auto name = names.substr(0, names.find(','));
    if (equal_ignoring_case(name, database)) return true;
    names.remove_prefix(std::min(names.size(), name.size() + 1));
  }
  return false;
}

// A log without our database looks like a practice at rest. Who may not ask has to know by himself.
void check_filters(Findings& out, SqlConnection& connection, const std::string& database) {
  const auto status = log_status(connection);
  if (!status) return;
  const auto& only = (*status)[2];
  const auto& never = (*status)[3];
  const bool logged = (only.empty() || lists(only, database)) && !lists(never, database);
  note(out, logged, BinlogNeed::kMust,
       logged ? "the database is written to the log"
              : "the database is not written to the log (binlog_do_db, binlog_ignore_db)",
       "take it out of binlog_ignore_db, or into binlog_do_db, and restart the server");
}

void check_rights(Findings& out, const std::string& grants, const std::string& account,
                  bool mariadb) {
  const auto may = [&](std::string_view right) {
    return grants.contains(right) || grants.contains("ALL PRIVILEGES ON *.*");
  };
  const bool reads = may("REPLICATION SLAVE") || may("REPLICATION REPLICA");
  note(out, reads, BinlogNeed::kMust,
       reads ? "the account may read the log" : "the account may not read the log",
       "GRANT REPLICATION SLAVE ON *.* TO " + account);
  if (mariadb) return;
  const bool sees = may("REPLICATION CLIENT") || may("SUPER");
  note(out, sees, BinlogNeed::kMust,
       sees ? "the account may see where the log ends"
            : "the account may not see where the log ends",
       "GRANT REPLICATION CLIENT ON *.* TO " + account);
}

}  // namespace

std::string mariadb_account(SqlConnection& connection) {
  const auto told = one_row(connection, "SELECT CURRENT_USER()", 1);
  const auto at = told ? told->front().rfind('@') : std::string::npos;
  if (at == std::string::npos) return "the account of the source's url";
  return connection.quoted(told->front().substr(0, at)) + "@" +
         connection.quoted(told->front().substr(at + 1));
}

Result<std::vector<BinlogFinding>> check_binlog(SqlConnection& connection,
                                                const DirtyTranslator& rules,
                                                const std::string& database) {
  TRY(const auto settings, read_settings(connection));
  Findings out;
  using enum BinlogNeed;
  check_setting(out, settings, kMust, "log_bin", {"ON", "1"},
                "set log_bin = binlog in the server's [mysqld] section, and restart it");
  note(out, number(value_of(settings, "server_id")) > 0, kMust,
       "server_id is " + value_of(settings, "server_id"), "give the server a server_id above 0");
  check_setting(
      out, settings, kCheap, "binlog_format", {"ROW"},
      "set binlog_format = ROW: a statement tells no keys, so each reads whole kinds again");
  TRY_DO(check_image(out, settings, connection, rules, database));
  check_setting(out, settings, kMust, "binlog_checksum", {"CRC32", "NONE"},
                "set binlog_checksum to CRC32 or NONE");
  check_retention(out, settings);
  check_replica(out, settings);
  check_filters(out, connection, database);
  TRY(const auto grants, read_grants(connection));
  check_rights(out, grants, mariadb_account(connection),
               value_of(settings, "version").contains("MariaDB"));
  return out;
}

}  // namespace chartbell
