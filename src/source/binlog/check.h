// Whether a server's binary log can be followed: what is as it must be, and how to mend what is
// not.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "source/dirty_rules.h"
#include "source/sql.h"

namespace chartbell {

// What a finding that is not ok means.
enum class BinlogNeed : std::uint8_t {
  kWise,   // the log can be followed; somebody may regret it one day
  kCheap,  // it can be followed, but changes read whole kinds again
  kMust,   // it cannot be followed
};

struct BinlogFinding {
  bool ok = true;
  BinlogNeed need = BinlogNeed::kMust;
  std::string what;  // "log_bin is OFF"
  std::string mend;  // empty where ok

  friend bool operator==(const BinlogFinding&, const BinlogFinding&) = default;
};

// The session's account as GRANT names it, "'reader'@'localhost'"; in words where it cannot be
// told.
std::string mariadb_account(SqlConnection& connection);

// One finding for each of: log_bin, server_id, binlog_format, binlog_row_image, binlog_checksum,
// how long the log is kept, log_slave_updates of a replica, whether the database is logged where
// one may ask, the right to read the log, and on MySQL the right to see where it ends. Errors are
// SqlConnection's: what could not be asked at all.
Result<std::vector<BinlogFinding>> check_binlog(SqlConnection& connection,
                                                const DirtyTranslator& rules,
                                                const std::string& database);

}  // namespace chartbell
