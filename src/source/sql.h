// What Chartbell asks of a SQL system: run a SELECT, walk its rows as text.
//
// Everything else (mappings, chunks, keys) stands on these few calls, so a new system is one file.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/result.h"

namespace chartbell {

// The rows of one query, in order. Views live until the next call of next().
class SqlRows {
 public:
  virtual ~SqlRows() = default;
  // False after the last row. An error ends the query; rows seen so far stay true.
  virtual Result<bool> next() = 0;
  // The column's text, nothing for NULL. Valid after next() gave true; column < the query's
  // columns.
  virtual std::optional<std::string_view> text(std::size_t column) const = 0;
};

// What a connection is for. One for reading is never sent anything but SELECTs, and is read-only
// wherever the system knows such a thing.
enum class SqlUse : std::uint8_t { kReading, kWriting };

// One connection. A resource of one thread; one query at a time, its rows freed before the next.
//
// The session's time zone is UTC (so that
// TIMESTAMP columns are), and standard SQL holds: "name" quotes an identifier, 'text' a string, ||
// joins.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  // kUnreachable or kTimeout when the system is away, kMapping when it refuses the statement (its
  // own words in the detail), kUnauthorized for missing rights. A statement without a result has no
  // rows.
  virtual Result<std::unique_ptr<SqlRows>> query(const std::string& sql) = 0;
  // The same by halves: sends the statement, and waits for its rows. Nothing else is asked between.
  // A driver that cannot does all of it in finish().
  virtual Result<void> begin(const std::string& sql) {
    begun_ = sql;
    return {};
  }
  virtual Result<std::unique_ptr<SqlRows>> finish() { return query(begun_); }
  // The column names of a SELECT whose condition no row meets.
  virtual Result<std::vector<std::string>> columns(const std::string& select) = 0;
  // `text` as a string literal of this system, quotes included.
  virtual std::string quoted(std::string_view text) const = 0;
  // The same of bytes that are no text.
  virtual std::string quoted_bytes(std::string_view bytes) const {
    return "X'" + to_hex(bytes) + "'";
  }
  // An ordered SELECT, limited to its first rows.
  virtual std::string first_rows(const std::string& select, std::size_t limit) const {
    return select + " LIMIT " + std::to_string(limit);
  }

 private:
  std::string begun_;
};

// Opens connections to one system, each time anew, and outlives them; a reader drops its connection
// on a transport error and asks for another.
class SqlConnector {
 public:
  virtual ~SqlConnector() = default;
  virtual Result<std::unique_ptr<SqlConnection>> connect() = 0;
  // What and where, without a password: "mariadb://reader@127.0.0.1:3306/opendental".
  virtual const std::string& shown_url() const = 0;
};

// The driver for a source's URL:
//   mariadb://user:password@host:port/database      (percent-encoding in user and password)
//   mariadb:///database?socket=/path&user=name[&password=…]
//   postgres://user:password@host:port/database[?sslmode=…&sslrootcert=…]
//   postgres:///database?host=/folder/of/socket&user=name[&password=…]
//   sqlite:path
//   odbc:DSN=…;UID=…;PWD=…, odbc:Driver=…;…
// kConfig, saying what is wrong, for anything else, and for ODBC where it is to write. Nothing is
// opened yet.
Result<std::unique_ptr<SqlConnector>> sql_connector(std::string_view url,
                                                    SqlUse use = SqlUse::kReading);

}  // namespace chartbell
