#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "source/binlog/check.h"
#include "source/checkup.h"
#include "source/dirty_rules.h"
#include "source/mariadb_sql.h"
#include "source/publication.h"
#include "source/sql_scalar.h"
#include "source/sql_url.h"

namespace chartbell {
namespace {

Remark warning(std::string subject, std::string what, std::string mend) {
  return {Severity::kWarning, std::move(subject), std::move(what), std::move(mend)};
}

// Without a log or a slot changes are found by polling and scanning, which is a fault only for who
// insists on one.
Severity severity_of_must(const ExaminedSource& source) {
  const bool insists = source.capture == CaptureMode::kLog || source.capture == CaptureMode::kSlot;
  return insists ? Severity::kFault : Severity::kWarning;
}

// What the configuration will make of what was found.
Remark outcome(const std::string& subject, bool streams, std::string_view by) {
  return {Severity::kFine,
          subject,
          streams ? "changes are noticed at once, by the server's " + std::string(by)
                  : "until that is mended, changes are noticed by polling, about a second late",
          {}};
}

Severity severity_of(const BinlogFinding& found, const ExaminedSource& source) {
  if (found.ok) return Severity::kFine;
  return found.need == BinlogNeed::kMust ? severity_of_must(source) : Severity::kWarning;
}

Remarks check_log(const ExaminedSource& source, const std::string& subject) {
  const auto address = mariadb_address(source.url);
  if (!address) return {};
  const DirtyTranslator rules(source.mapping);
  const auto found = check_binlog(source.connection, rules, address->database);
  if (!found) return {warning(subject, found.error().detail, "check the account's rights")};
  Remarks out;
  bool streams = true;
  for (const auto& one : *found) {
    out.push_back({severity_of(one, source), subject, one.what, one.mend});
    streams = streams && (one.ok || one.need == BinlogNeed::kWise);
  }
  if (source.capture == CaptureMode::kAuto) out.push_back(outcome(subject, streams, "binary log"));
  return out;
}

void check_setting(const ExaminedSource& source, const std::string& subject, Remarks& out) {
  const auto must = [&](std::string what, std::string mend) {
    out.push_back({severity_of_must(source), subject, std::move(what), std::move(mend)});
  };
  const auto level =
      one_text(source.connection, "SELECT setting FROM pg_settings WHERE name = 'wal_level'");
  if (level && *level == "logical")
    out.push_back({Severity::kFine, subject, "wal_level is logical", {}});
  else
    must("wal_level is " + level.value_or("unknown"),
         "ALTER SYSTEM SET wal_level = logical, and restart the server");
  const auto role = one_text(source.connection,
                             "SELECT rolreplication OR rolsuper FROM pg_roles "
                             "WHERE rolname = current_user");
  if (!role || *role != "t") {
    const auto name = one_text(source.connection, "SELECT quote_ident(current_user)");
    must("the role may not replicate",
         "ALTER ROLE " + name.value_or("of the source's url") + " REPLICATION");
  }
  const auto free = one_text(source.connection,
                             "SELECT current_setting('max_replication_slots')::int - count(*) "
                             "FROM pg_replication_slots WHERE slot_name NOT LIKE 'chartbell%'");
  if (!free || free->starts_with('-') || *free == "0")
    must("no replication slot is free",
         "drop a slot that nobody reads, or raise max_replication_slots");
}

// Chartbell makes the publication where the role may; elsewhere an owner has to.
void check_publication(const ExaminedSource& source, const std::string& subject, Remarks& out) {
  if (source.slot.empty()) return;
  std::vector<std::string> missing;
  bool may = true;
  const DirtyTranslator rules(source.mapping);
  for (const auto& table : rules.tables()) {
    const auto published = one_text(source.connection, published_question(source.slot, table.name));
    if (!published || !published->empty()) continue;
    missing.push_back(table.name);
    const auto owns = one_text(source.connection, may_publish_question(table.name));
    may = may && owns && *owns == "t";
  }
  if (missing.empty() || may) return;
  const auto there = one_text(source.connection, publication_question(source.slot));
  out.push_back({severity_of_must(source), subject,
                 "no publication has all of the mapped tables, and the role may not make one",
                 "let an owner of the tables run: " +
                     publish_statement(source.slot, missing, there && !there->empty()) +
                     "; then start chartbell again"});
}

// An abandoned slot keeps the log until the disk is full.
void check_retention(const ExaminedSource& source, const std::string& subject, Remarks& out) {
  const auto kept = one_text(
      source.connection, "SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size'");
  if (kept && *kept == "-1")
    out.push_back(warning(
        subject, "a slot that nobody reads keeps the server's log without end",
        "ALTER SYSTEM SET max_slot_wal_keep_size = '20GB' (what the disk can spare), and reload"));
  const auto lost = one_text(source.connection,
                             "SELECT string_agg(slot_name, ', ') FROM pg_replication_slots "
                             "WHERE wal_status IN ('lost', 'unreserved') AND database = "
                             "current_database()");
  if (lost && !lost->empty())
    out.push_back(warning(subject,
                          "the server has dropped, or is about to drop, the log of " + *lost,
                          "a source that is running reads everything anew by itself; drop slots "
                          "that no source reads"));
}

// Each column by which a rule looks must be told of the old row.
void check_identities(const ExaminedSource& source, const std::string& subject, Remarks& out) {
  const DirtyTranslator rules(source.mapping);
  for (const auto& table : rules.tables())
    for (const auto& column : table.columns) {
      const auto told = one_text(
          source.connection,
          "SELECT c.relreplident = 'f' OR EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a "
          "ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND "
          "(i.indisprimary AND c.relreplident = 'd' OR i.indisreplident) AND lower(a.attname) = " +
              source.connection.quoted(to_lower(column)) +
              ") FROM pg_class c WHERE c.oid = "
              "to_regclass(" +
              source.connection.quoted(table.name) + ")");
      if (told && *told == "f")
        out.push_back(warning(subject,
                              "changes of " + table.name + " do not tell the old " + column +
                                  ", so each reads a whole kind again",
                              "ALTER TABLE " + table.name + " REPLICA IDENTITY FULL"));
    }
}

}  // namespace

Remarks check_capture(const ExaminedSource& source) {
  const auto subject = source.name + ": capture";
  if (source.capture == CaptureMode::kPoll || source.capture == CaptureMode::kScan)
    return {{Severity::kFine,
             subject,
             source.capture == CaptureMode::kPoll ? "this source is polled, as configured"
                                                  : "this source is scanned, as configured",
             {}}};
  if (is_mariadb_url(source.url)) return check_log(source, subject);
  if (!is_postgres_url(source.url))
    return {{Severity::kFine,
             subject,
             source.url.starts_with("sqlite:")
                 ? "SQLite has no log of changes: it is scanned"
                 : "no log of changes is known for this system: it is polled",
             {}}};
  Remarks out;
  check_setting(source, subject, out);
  check_publication(source, subject, out);
  const bool streams =
      std::ranges::all_of(out, [](const auto& one) { return one.severity == Severity::kFine; });
  if (source.capture == CaptureMode::kAuto)
    out.push_back(outcome(subject, streams, "replication slot"));
  check_retention(source, subject, out);
  check_identities(source, subject, out);
  return out;
}

}  // namespace chartbell
