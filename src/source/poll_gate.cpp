#include "source/poll_gate.h"

#include "source/sql_scalar.h"

namespace chartbell {

void TouchGate::forget() {
  seen_.assign(tables_.size(), {});
}

Result<std::vector<Touch>> TouchGate::ask(SqlConnection& connection) {
  switch (gate_) {
    case PollGate::kUpdateTime:
      return by_update_time(connection);
    case PollGate::kDataVersion:
      return by_data_version(connection);
    case PollGate::kNone:
      break;
  }
  return std::vector<Touch>(tables_.size());
}

// One SELECT a table: servers look a single name up, and open every table of a schema for a list.
std::string TouchGate::update_time_query(const SqlConnection& connection) const {
  std::string out;
  for (std::size_t i = 0; i < tables_.size(); ++i)
    out += (i == 0 ? "SELECT " : " UNION ALL SELECT ") + std::to_string(i) +
           ", COALESCE(UPDATE_TIME, ''), COALESCE(UPDATE_TIME >= NOW() - INTERVAL 1 SECOND, 0),"
           " COALESCE(AUTO_INCREMENT, 0)"
           " FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = " +
           connection.quoted(tables_[i]) +
           " AND TABLE_TYPE = 'BASE TABLE' AND ENGINE IN ('MyISAM', 'InnoDB', 'Aria')"
           " AND CREATE_OPTIONS NOT LIKE '%partitioned%'";
  return out;
}

Result<std::vector<Touch>> TouchGate::by_update_time(SqlConnection& connection) {
  std::vector<Touch> out(tables_.size());
  TRY(const auto rows, connection.query(update_time_query(connection)));
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return out;
    const auto table = static_cast<std::size_t>(number_in(rows->text(0).value_or("-1")));
    if (table >= tables_.size()) continue;
    Seen now{std::string(rows->text(1).value_or("")), rows->text(2) == "1"};
    out[table] = {.touched = seen_[table].fresh || seen_[table].text != now.text,
                  .next = number_in(rows->text(3).value_or(""))};
    seen_[table] = std::move(now);
  }
}

Result<std::vector<Touch>> TouchGate::by_data_version(SqlConnection& connection) {
  TRY(const auto rows, connection.query("PRAGMA data_version"));
  TRY(const bool there, rows->next());
  std::optional<std::string> now;
  if (there) now = std::string(rows->text(0).value_or(""));
  bool changed = false;
  for (auto& seen : seen_) {
    changed = changed || !now || seen.text != now;
    seen.text = now;
  }
  return std::vector<Touch>(tables_.size(), {.touched = changed});
}

}  // namespace chartbell
