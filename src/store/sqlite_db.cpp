#include "store/sqlite_db.h"

#include <utility>

#include <sqlite3.h>

#include "base/check.h"

namespace chartbell {
namespace {

constexpr int kBusyMilliseconds = 10'000;

Code code_of(int status) {
  switch (status & 0xff) {
    case SQLITE_FULL:
      return Code::kNoSpace;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::kTimeout;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::kCorrupt;
    case SQLITE_CONSTRAINT:
      return Code::kConflict;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Code::kConfig;
    default:
      return Code::kInternal;
  }
}

std::unexpected<Error> fault(sqlite3* database, int status) {
  return failure(code_of(status), std::string("store: ") + sqlite3_errmsg(database) + " (" +
                                      sqlite3_errstr(status) + ")");
}

}  // namespace

SqliteStatement::~SqliteStatement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

SqliteStatement& SqliteStatement::bind(std::int64_t value) {
  CHECK(sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

SqliteStatement& SqliteStatement::bind(std::string_view text) {
  CHECK(sqlite3_bind_text(statement_, ++bound_, text.data() == nullptr ? "" : text.data(),
                          static_cast<int>(text.size()), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

SqliteStatement& SqliteStatement::bind_blob(std::string_view bytes) {
  CHECK(sqlite3_bind_blob(statement_, ++bound_, bytes.data(), static_cast<int>(bytes.size()),
                          SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

SqliteStatement& SqliteStatement::bind_null() {
  CHECK(sqlite3_bind_null(statement_, ++bound_) == SQLITE_OK);
  return *this;
}

SqliteStatement& SqliteStatement::bind(const std::optional<std::int64_t>& value) {
  return value ? bind(*value) : bind_null();
}

SqliteStatement& SqliteStatement::bind_key(const ForeignKey& key) {
  if (const auto* number = std::get_if<std::int64_t>(&key)) return bind(*number);
  return bind(std::string_view(std::get<std::string>(key)));
}

void SqliteStatement::bind_at(int number, std::int64_t value) {
  if (number > sqlite3_bind_parameter_count(statement_)) return;
  CHECK(sqlite3_bind_int64(statement_, number, value) == SQLITE_OK);
}

Result<bool> SqliteStatement::step() {
  const int status = sqlite3_step(statement_);
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return fault(sqlite3_db_handle(statement_), status);
}

Result<void> SqliteStatement::run() {
  while (true) {
    TRY(const bool row, step());
    if (!row) return {};
  }
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<std::int64_t> SqliteStatement::maybe_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::string SqliteStatement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  return bytes == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(bytes),
                           static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::string SqliteStatement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes == nullptr
             ? std::string()
             : std::string(bytes,
                           static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

ForeignKey SqliteStatement::key(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_INTEGER) return integer(column);
  return text(column);
}

std::optional<ForeignKey> SqliteStatement::maybe_key(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_BLOB) return std::nullopt;
  return key(column);
}

SqliteDb::SqliteDb(sqlite3* database) : database_(database) {
  sqlite3_extended_result_codes(database_, 1);
  sqlite3_busy_timeout(database_, kBusyMilliseconds);
  // Replaces SQLite's own checkpoints, whose errors nobody would hear of.
  sqlite3_wal_hook(
      database_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteDb*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

SqliteDb::~SqliteDb() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(database_);
}

Result<std::unique_ptr<SqliteDb>> SqliteDb::open(const std::string& path, Access access) {
  const int flags = (access == Access::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                  : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX;
  sqlite3* raw = nullptr;
  const int status = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  auto database = std::unique_ptr<SqliteDb>(new SqliteDb(raw));
  if (status == SQLITE_OK) return database;
  return failure(Code::kConfig, "store: cannot open " + path + ": " + sqlite3_errstr(status) +
                                    "; check that the folder exists and may be written");
}

Result<void> SqliteDb::execute(const char* sql) {
  const int status = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return fault(database_, status);
  return {};
}

SqliteStatement SqliteDb::prepare(const char* sql) {
  auto& statement = statements_[sql];
  if (statement == nullptr) {
    const int status =
        sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    CHECK(status == SQLITE_OK);
  }
  return SqliteStatement(statement);
}

Result<std::optional<std::int64_t>> SqliteDb::integer(const char* sql) {
  auto statement = prepare(sql);
  TRY(const bool row, statement.step());
  if (!row) return std::optional<std::int64_t>();
  return std::optional(statement.integer(0));
}

std::int64_t SqliteDb::changes() const {
  return sqlite3_changes64(database_);
}

Result<bool> SqliteDb::checkpoint() {
  int pages = 0;
  int copied = 0;
  const int status =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
  if (status == SQLITE_OK) return copied == pages;
  if ((status & 0xff) == SQLITE_BUSY) return false;
  return fault(database_, status);
}

}  // namespace chartbell
