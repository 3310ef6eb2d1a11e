#include "source/checkup.h"

#include <algorithm>

#include "base/ascii.h"
#include "source/alias.h"
#include "source/binlog/check.h"
#include "source/mariadb_sql.h"
#include "source/sql_scalar.h"
#include "source/sql_url.h"

namespace chartbell {
namespace {

// Where a table is smaller than this, reading it whole is nobody's trouble.
constexpr std::int64_t kScanRowsMin = 10'000;
constexpr std::chrono::seconds kSkewMax{5};

std::string subject(const ExaminedSource& source, std::string_view part) {
  return source.name + ": " + std::string(part);
}

Remark fine(const ExaminedSource& source, std::string_view part, std::string what) {
  return {Severity::kFine, subject(source, part), std::move(what), {}};
}

// As GRANT names it.
std::string account_of(const ExaminedSource& source) {
  if (is_mariadb_url(source.url)) return mariadb_account(source.connection);
  return "the account of the source's url";
}

// What to do about a statement that the server refused.
std::string mend_of(const ExaminedSource& source, Code code) {
  switch (code) {
    case Code::kUnauthorized:
      return "GRANT SELECT on it, or on all tables of the database, to " + account_of(source);
    case Code::kMapping:
      return "use a mapping that fits this edition of the record system, or a copy of this one "
             "without what is missing";
    default:
      return "check that the server runs and can be reached from this machine";
  }
}

// Without the url in front, which the first remark has told.
std::string own_words(const ExaminedSource& source, std::string detail) {
  const auto connector = sql_connector(source.url);
  const auto front = connector ? (*connector)->shown_url() + ": " : std::string();
  return detail.starts_with(front) ? detail.substr(front.size()) : detail;
}

Remark refused(const ExaminedSource& source, std::string_view part, const Error& error,
               Severity severity = Severity::kFault) {
  return {severity, subject(source, part), own_words(source, error.detail),
          mend_of(source, error.code)};
}

// The fields of the first row; empty where there is none.
Result<std::vector<std::string>> first_row(SqlConnection& connection, const std::string& sql,
                                           std::size_t fields) {
  TRY(const auto rows, connection.query(sql));
  TRY(const bool found, rows->next());
  std::vector<std::string> out;
  if (found)
    for (std::size_t i = 0; i < fields; ++i) out.emplace_back(rows->text(i).value_or(""));
  return out;
}

Result<std::int64_t> count(SqlConnection& connection, const std::string& from_and_where) {
  TRY(const auto row, first_row(connection, "SELECT COUNT(*) " + from_and_where, 1));
  return row.empty() ? 0 : number_in(row[0]);
}

std::string filtered(const ResourceMapping& resource, const std::string& condition) {
  return resource.select + "\n WHERE " +
         (resource.where.empty() ? "" : "(" + resource.where + ") AND ") + condition;
}

std::string without_keys(std::string select, std::string_view mark) {
  if (const auto at = select.find(mark); at != std::string::npos)
    select.replace(at, mark.size(), "NULL");
  return select;
}

std::string mend_of_write(const WriteMapping& write, Code code) {
  switch (code) {
    case Code::kUnauthorized:
      return "GRANT SELECT, INSERT, UPDATE on the tables of the mapping's [[write]] to the account "
             "of write_url";
    case Code::kMapping:
      return "mend the [[write]] at " + write.position;
    default:
      return "check that the server runs and can be reached from this machine";
  }
}

Result<void> explain(const ExaminedSource& source, const SqlTemplate& statement) {
  // As if nothing were known of what is written: a hole for a leaf is NULL.
  TRY(const auto sql, statement.render({}, {.location_key = "0",
                                            .zone = source.zones.front(),
                                            .connection = source.connection}));
  TRY(const auto rows, source.connection.query("EXPLAIN " + sql));
  return {};
}

void check_write(const ExaminedSource& source, const WriteMapping& write,
                 const SqlTemplate& statement, Remarks& out) {
  if (statement.empty()) return;
  const auto done = explain(source, statement);
  if (done) return;
  const auto part = "writing " + std::string(name(write.kind));
  out.push_back({Severity::kFault, subject(source, part), own_words(source, done.error().detail),
                 mend_of_write(write, done.error().code)});
}

void check_select(const ExaminedSource& source, std::string_view part, const std::string& select,
                  Remarks& out) {
  if (const auto columns = source.connection.columns(select); !columns)
    out.push_back(refused(source, part, columns.error()));
}

}  // namespace

Remarks examine(const ExaminedSource& source, std::span<const Examination> examinations) {
  Remarks out;
  const auto is_told = [&](const Remark& remark) {
    return remark.severity != Severity::kFine &&
           std::ranges::find(out, remark.what, &Remark::what) != out.end();
  };
  for (const auto examination : examinations)
    for (auto& remark : examination(source))
      if (!is_told(remark)) out.push_back(std::move(remark));
  return out;
}

Remarks check_writes(const ExaminedSource& source) {
  Remarks out;
  if (source.zones.empty()) return out;  // which another remark has told
  for (const auto& write : source.mapping.writes) {
    for (const auto& statement : write.statements) check_write(source, write, statement, out);
    check_write(source, write, write.find, out);
  }
  if (out.empty()) out.push_back(fine(source, "writing", "the mapping's [[write]] can be run"));
  return out;
}

Remarks examine(const ExaminedSource& source) {
  constexpr Examination kExaminations[] = {check_version, check_selects, check_dirty_rules,
                                           check_counts,  check_plans,   check_clock,
                                           check_zone,    check_capture};
  return examine(source, kExaminations);
}

Remarks check_version(const ExaminedSource& source) {
  const auto& mapping = source.mapping;
  if (mapping.version_select.empty()) return {};
  const auto row = first_row(source.connection, mapping.version_select, 1);
  if (!row || row->empty())
    return {fine(source, "version", "the version of " + mapping.display_name + " cannot be read")};
  return {fine(source, "version", mapping.display_name + " " + row->front())};
}

Remarks check_selects(const ExaminedSource& source) {
  Remarks out;
  for (const auto& resource : source.mapping.resources) {
    const auto kind = name(resource.kind);
    check_select(source, kind, filtered(resource, resource.key + " IS NULL AND 1 = 0"), out);
    for (const auto& child : resource.children)
      check_select(source, std::string(kind) + "." + child.into,
                   without_keys(child.select, ":keys"), out);
  }
  if (out.empty())
    out.push_back(fine(source, "tables", "all tables and columns of the mapping can be read"));
  return out;
}

Remarks check_dirty_rules(const ExaminedSource& source) {
  Remarks out;
  for (const auto& resource : source.mapping.resources)
    for (const auto& rule : resource.dirty) {
      const auto part = std::string(name(resource.kind)) + ", dirty rule of " + rule.table;
      check_select(source, part, "SELECT " + rule.column + " FROM " + rule.table + " WHERE 1 = 0",
                   out);
      if (!rule.select.empty())
        check_select(source, part, without_keys(rule.select, ":" + rule.column), out);
    }
  if (out.empty()) out.push_back(fine(source, "dirty rules", "all of them can be asked"));
  return out;
}

Result<RowCount> count_rows(SqlConnection& connection, const ResourceMapping& resource) {
  const std::string from(from_clause(resource.select));
  RowCount out;
  TRY(out.all, count(connection, from));
  out.shown = out.all;
  if (!resource.where.empty()) {
    TRY(out.shown, count(connection, from + " WHERE " + resource.where));
  }
  return out;
}

Remarks check_counts(const ExaminedSource& source) {
  Remarks out;
  for (const auto& resource : source.mapping.resources) {
    const auto rows = count_rows(source.connection, resource);
    if (!rows) continue;  // told by check_selects()
    auto what = counted(rows->shown, "row");
    if (rows->all != rows->shown)
      what += "; " + std::to_string(rows->all - rows->shown) + " left out by its where";
    out.push_back(fine(source, name(resource.kind), what));
  }
  return out;
}

// ---- plans --------------------------------------------------------------------------------------

namespace {

// EXPLAIN of MariaDB and MySQL: id, select_type, table, [partitions,] type, …, rows, Extra.
Result<std::string> scanned_by_mariadb(SqlConnection& connection, const std::string& sql) {
  constexpr std::size_t kTable = 2, kType = 3, kRows = 8;
  TRY(const auto rows, connection.query("EXPLAIN " + sql));
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return std::string();
    const bool whole = rows->text(kType).value_or("") == "ALL";
    if (whole && number_in(rows->text(kRows).value_or("")) >= kScanRowsMin)
      return std::string(rows->text(kTable).value_or(""));
  }
}

// "Seq Scan on appointment a  (cost=0.00..1.05 rows=5 width=40)"
Result<std::string> scanned_by_postgres(SqlConnection& connection, const std::string& sql) {
  constexpr std::string_view kScan = "Seq Scan on ";
  TRY(const auto rows, connection.query("EXPLAIN " + sql));
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return std::string();
    const std::string_view line = rows->text(0).value_or("");
    const auto at = line.find(kScan);
    if (at == std::string_view::npos) continue;
    const auto table = line.substr(at + kScan.size());
    const std::string name(table.substr(0, table.find(' ')));
    // The plan's rows are those that pass; the table's are what is read.
    TRY(const auto size,
        first_row(connection,
                  "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(" +
                      connection.quoted(name) + ")",
                  1));
    if (!size.empty() && number_in(size[0]) >= kScanRowsMin) return name;
  }
}

// The table that is read whole; empty where none is.
Result<std::string> scanned(const ExaminedSource& source, const std::string& sql) {
  if (is_mariadb_url(source.url)) return scanned_by_mariadb(source.connection, sql);
  if (is_postgres_url(source.url)) return scanned_by_postgres(source.connection, sql);
  return std::string();
}

// Reading the first row of a kind by its key.
Result<std::string> by_key(SqlConnection& connection, const ResourceMapping& resource) {
  const auto first = connection.first_rows(
      filtered(resource, resource.key + " IS NOT NULL") + " ORDER BY " + resource.key, 1);
  TRY(const auto row, first_row(connection, first, 1));
  if (row.empty()) return std::string();
  const auto literal = resource.key_type == KeyType::kText ? connection.quoted(row[0]) : row[0];
  return filtered(resource, resource.key + " IN (" + literal + ") ORDER BY " + resource.key);
}

}  // namespace

Remarks check_plans(const ExaminedSource& source) {
  Remarks out;
  for (const auto& resource : source.mapping.resources) {
    const auto sql = by_key(source.connection, resource);
    if (!sql || sql->empty()) continue;
    const auto table = scanned(source, *sql);
    if (!table || table->empty()) continue;
    out.push_back({Severity::kWarning, subject(source, name(resource.kind)),
                   "reading one row by its key reads the whole table " + *table,
                   "write the mapping's key as the bare column of the primary key, and join by "
                   "indexed columns"});
  }
  if (out.empty())
    out.push_back(fine(source, "plans", "reading by key reads no large table whole"));
  return out;
}

// ---- time ---------------------------------------------------------------------------------------

Remarks check_clock(const ExaminedSource& source) {
  std::string sql;
  if (is_mariadb_url(source.url)) sql = "SELECT UTC_TIMESTAMP(3)";
  if (is_postgres_url(source.url)) sql = "SELECT (clock_timestamp() AT TIME ZONE 'UTC')::text";
  if (sql.empty()) return {};
  const auto before = source.clock.now();
  const auto row = first_row(source.connection, sql, 1);
  const auto after = source.clock.now();
  const auto theirs = row && !row->empty() ? parse_local(row->front()) : std::nullopt;
  if (!theirs) return {fine(source, "clock", "the server's clock cannot be read")};
  const WallTime server(theirs->time_since_epoch());
  const auto skew = server < before  ? before - server
                    : server > after ? server - after
                                     : Milliseconds(0);
  if (skew <= kSkewMax) return {fine(source, "clock", "the server's clock is as ours")};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(skew).count();
  return {{Severity::kWarning, subject(source, "clock"),
           "the server's clock and ours are " + std::to_string(seconds) + " s apart",
           "let both machines follow a time server (NTP)"}};
}

namespace {

bool has_civil_times(const Mapping& mapping) {
  for (const auto& resource : mapping.resources)
    for (const auto& column : resource.columns)
      if (column.conversion == Conversion::kLocal || column.conversion == Conversion::kLocalTimed)
        return true;
  return false;
}

std::string signed_minutes(std::int64_t minutes) {
  const auto magnitude = minutes < 0 ? -minutes : minutes;
  const auto rest = std::to_string(magnitude % 60);
  return (minutes < 0 ? "-" : "+") + std::to_string(magnitude / 60) + ":" +
         (rest.size() < 2 ? "0" : "") + rest;
}

}  // namespace

// Civil times are the locations', but a server that keeps another zone is most often a mistake on
// one of the two sides.
Remarks check_zone(const ExaminedSource& source) {
  if (!is_mariadb_url(source.url) || !has_civil_times(source.mapping)) return {};
  const auto row = first_row(source.connection,
                             "SELECT TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), "
                             "CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@global.time_zone))",
                             1);
  if (!row || row->empty() || row->front().empty())
    return {fine(source, "time zone", "the server's zone cannot be read")};
  const auto offset = signed_minutes(number_in(row->front()));
  std::string ours;
  for (const auto& zone : source.zones) {
    const auto its = zone.offset_at(source.clock.now());
    if (its == offset) return {fine(source, "time zone", "the server's zone is a location's")};
    ours += (ours.empty() ? "" : ", ") + zone.name() + " " + its;
  }
  return {
      {Severity::kWarning, subject(source, "time zone"),
       "the server keeps " + offset + ", the locations keep " + ours,
       "compare an appointment's time in the record system with the event's; mend `timezone` of "
       "the location if they differ"}};
}

}  // namespace chartbell
