// TouchGate: which tables may have changed, asked of the record system for next to nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/sql.h"

namespace chartbell {

enum class PollGate : std::uint8_t {
  // information_schema.TABLES.UPDATE_TIME of MariaDB and MySQL: in whole seconds, so that a table
  // which was written in the current second counts as touched once more. Views and engines that do
  // not keep it are touched always.
  kUpdateTime,
  kDataVersion,  // PRAGMA data_version of SQLite: all tables or none
  kNone,         // all tables, always
};

struct Touch {
  bool touched = true;    // it may have changed since the last call
  std::int64_t next = 0;  // the number that the server gives its next row; 0: not known
};

// A resource of its capture's thread; knows nothing of connections beyond a call.
class TouchGate {
 public:
  TouchGate(PollGate gate, std::vector<std::string> tables)
      : gate_(gate), tables_(std::move(tables)), seen_(tables_.size()) {}

  // By table. The errors of the connection.
  Result<std::vector<Touch>> ask(SqlConnection& connection);
  // All are touched the next time.
  void forget();

 private:
  struct Seen {
    std::optional<std::string> text;  // nothing: never asked
    bool fresh = false;               // more may have come within that second
  };

  Result<std::vector<Touch>> by_update_time(SqlConnection& connection);
  Result<std::vector<Touch>> by_data_version(SqlConnection& connection);
  std::string update_time_query(const SqlConnection& connection) const;

  const PollGate gate_;
  const std::vector<std::string> tables_;
  std::vector<Seen> seen_;
};

}  // namespace chartbell
