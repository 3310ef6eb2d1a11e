// The thinnest cover over SQLite's C interface: errors as Results, statements prepared once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/foreign_key.h"

struct sqlite3;
struct sqlite3_stmt;

namespace chartbell {

// A statement in use: bind, then step. Reset when it goes out of scope, so that it can be used
// again.
class SqliteStatement {
 public:
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  ~SqliteStatement();
  SqliteStatement(SqliteStatement&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_) {}
  SqliteStatement& operator=(SqliteStatement&&) = delete;

  // Binds the parameters in their order. Views must live until the last step.
  SqliteStatement& bind(std::int64_t value);
  SqliteStatement& bind(std::string_view text);
  SqliteStatement& bind_blob(std::string_view bytes);
  SqliteStatement& bind_null();
  SqliteStatement& bind(const std::optional<std::int64_t>& value);
  SqliteStatement& bind_key(const ForeignKey& key);

  // By the number that it has in the statement (?3); nothing happens where it has no such number.
  void bind_at(int number, std::int64_t value);

  // True with a row, false at the end.
  Result<bool> step();
  // Steps to the end, for statements without rows of interest.
  Result<void> run();

  std::int64_t integer(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;
  bool is_null(int column) const;
  std::string text(int column) const;
  std::string blob(int column) const;
  ForeignKey key(int column) const;
  // Nothing where the key is an empty blob: the row has none yet.
  std::optional<ForeignKey> maybe_key(int column) const;

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

// A connection. A resource of one thread at a time.
class SqliteDb {
 public:
  enum class Access : std::uint8_t { kReadWrite, kRead };

  // kUnreachable, naming the file, when it cannot be opened.
  static Result<std::unique_ptr<SqliteDb>> open(const std::string& path, Access access);
  ~SqliteDb();

  // Several statements without parameters.
  Result<void> execute(const char* sql);
  // A prepared statement; `sql` is a literal, its address the cache's key. CHECKed: our SQL is
  // right.
  SqliteStatement prepare(const char* sql);
  // One integer, the first column of the first row; nothing without a row.
  Result<std::optional<std::int64_t>> integer(const char* sql);
  std::int64_t changes() const;
  // Copies the log into the file as far as readers allow: whether all of it. Another connection may
  // write meanwhile; then what was copied is not brought to the disk before the rest is copied,
  // too. An error must stop the process.
  Result<bool> checkpoint();
  std::int64_t log_pages() const { return log_pages_; }

 private:
  explicit SqliteDb(sqlite3* database);

  sqlite3* database_;
  std::map<const char*, sqlite3_stmt*> statements_;
  std::int64_t log_pages_ = 0;
};

}  // namespace chartbell
