// What a server says of its binary log over SQL: where it stands, and whether a stored position
// still belongs to the log that it has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/binlog/position.h"
#include "source/sql.h"

namespace chartbell {

// Where the log ends now: by GTID on MariaDB, by file and offset elsewhere (that needs the right
// REPLICATION CLIENT). Of MariaDB, all that lies before it can be read. kConfig where the log is
// off.
Result<BinlogPosition> log_end(SqlConnection& connection);

// Up to where what the log holds can be read from the tables. A server sends the events of a
// transaction before its engine shows the rows, so this may lie behind what was sent. Nothing where
// the server does not tell (MySQL).
Result<std::optional<LogPlace>> visible_end(SqlConnection& connection);

// kPositionLost where the server does not know a GTID of the position, or knows another history:
// the log was reset, its end was lost in a crash, a backup was restored, another server answers. A
// position by file is checked when the stream begins.
Result<void> check_history(SqlConnection& connection, const BinlogPosition& position);

// Four texts: file, offset, and the databases that are alone written to the log, or not at all,
// with commas between. kUnauthorized without REPLICATION CLIENT (BINLOG MONITOR on MariaDB).
Result<std::vector<std::string>> log_status(SqlConnection& connection);

// A single row of texts; NULL is empty. kProtocol where no row comes.
Result<std::vector<std::string>> one_row(SqlConnection& connection, const std::string& sql,
                                         std::size_t columns);

}  // namespace chartbell
