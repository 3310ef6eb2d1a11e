#include "source/binlog/server.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace chartbell {
namespace {

std::string gtid_at(const SqlConnection& connection, const BinlogPosition& position) {
  return "BINLOG_GTID_POS(" + connection.quoted(position.file) + ", " +
         std::to_string(position.offset) + ")";
}

Result<BinlogPosition> end_by_file(SqlConnection& connection) {
  TRY(const auto status, log_status(connection));
  BinlogPosition out{.by_gtid = false, .gtids = {}, .file = status[0]};
  const auto& offset = status[1];
  std::from_chars(offset.data(), offset.data() + offset.size(), out.offset);
  return out;
}

// The file's place first and the GTIDs of that place, so that both are of one moment.
Result<BinlogPosition> end_by_gtid(SqlConnection& connection) {
  TRY(const auto place, visible_end(connection));
  if (!place) return failure(Code::kProtocol, "binary log: the server does not say where it ends");
  BinlogPosition out{.file = place->file, .offset = place->offset};
  TRY(const auto at, one_row(connection, "SELECT " + gtid_at(connection, out), 1));
  TRY(out.gtids, parse_gtids(at[0]));
  return out;
}

std::unexpected<Error> lost(std::string why) {
  return failure(Code::kPositionLost, "binary log: " + std::move(why));
}

bool reaches(const std::vector<Gtid>& state, const Gtid& ours) {
  return std::ranges::any_of(state, [&](const Gtid& theirs) {
    return theirs.domain == ours.domain && theirs.server == ours.server &&
           theirs.sequence >= ours.sequence;
  });
}

}  // namespace

// MySQL 8.4 has another name for it.
Result<std::vector<std::string>> log_status(SqlConnection& connection) {
  auto status = one_row(connection, "SHOW MASTER STATUS", 4);
  if (status || status.error().code != Code::kMapping) return status;
  return one_row(connection, "SHOW BINARY LOG STATUS", 4);
}

Result<std::vector<std::string>> one_row(SqlConnection& connection, const std::string& sql,
                                         std::size_t columns) {
  TRY(const auto rows, connection.query(sql));
  TRY(const bool any, rows->next());
  if (!any)
    return failure(Code::kProtocol, "binary log: the server answers " + sql + " with no row");
  std::vector<std::string> out;
  for (std::size_t i = 0; i < columns; ++i) out.emplace_back(rows->text(i).value_or(""));
  return out;
}

Result<std::optional<LogPlace>> visible_end(SqlConnection& connection) {
  TRY(const auto rows, connection.query("SHOW STATUS LIKE 'binlog_snapshot%'"));
  LogPlace out;
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) break;
    const auto name = rows->text(0).value_or("");
    const auto value = rows->text(1).value_or("");
    if (equal_ignoring_case(name, "binlog_snapshot_file")) out.file = value;
    if (equal_ignoring_case(name, "binlog_snapshot_position"))
      std::from_chars(value.data(), value.data() + value.size(), out.offset);
  }
  return out.file.empty() ? std::nullopt : std::optional(out);
}

Result<BinlogPosition> log_end(SqlConnection& connection) {
  TRY(const auto about, one_row(connection, "SELECT @@GLOBAL.log_bin, VERSION()", 2));
  if (about[0] != "1")
    return failure(Code::kConfig, "the server keeps no binary log; set log_bin and restart it");
  return about[1].contains("MariaDB") ? end_by_gtid(connection) : end_by_file(connection);
}

Result<void> check_history(SqlConnection& connection, const BinlogPosition& position) {
  if (!position.by_gtid) return {};
  const bool placed = !position.file.empty();
  const auto row = one_row(connection,
                           "SELECT @@GLOBAL.gtid_binlog_state, " +
                               (placed ? gtid_at(connection, position) : std::string("NULL")),
                           2);
  if (!row && row.error().code == Code::kMapping)
    return lost("this server has no GTIDs of MariaDB");
  if (!row) return std::unexpected(row.error());
  TRY(const auto state, parse_gtid_list((*row)[0]));
  for (const auto& [domain, gtid] : position.gtids)
    if (!reaches(state, gtid)) return lost("the server does not have the last transaction read");
  if (!placed) return {};
  const auto there = parse_gtids((*row)[1]);
  if (!there || *there != position.gtids)
    return lost("the server has another history, or no longer the file of the last transaction");
  return {};
}

}  // namespace chartbell
