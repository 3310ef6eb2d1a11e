#include "app/practice/practice_database.h"

#include <charconv>

#include <sqlite3.h>

namespace chartbell::practice {
namespace {

constexpr int kBusyTimeoutMs = 5'000;

Code code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::kTimeout;
    case SQLITE_FULL:
      return Code::kNoSpace;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return Code::kConfig;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::kCorrupt;
    default:
      return Code::kInternal;
  }
}

int bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, index, *number);
  if (const auto* real = std::get_if<double>(&value))
    return sqlite3_bind_double(statement, index, *real);
  const auto& text = std::get<std::string>(value);
  return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8);
}

Row current_row(sqlite3_stmt* statement) {
  Row row;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
    row.texts.emplace_back(text == nullptr ? "" : text, text == nullptr ? 0 : size);
  }
  return row;
}

}  // namespace

std::int64_t Row::number(std::size_t column) const {
  const std::string& text = texts[column];
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::int64_t> Row::numbers(std::size_t column) const {
  std::vector<std::int64_t> out;
  const std::string& text = texts[column];
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end; ++at) {
    const auto parsed = std::from_chars(at, end, out.emplace_back());
    at = parsed.ptr;
  }
  return out;
}

void PracticeDatabase::Close::operator()(sqlite3* connection) const {
  sqlite3_close(connection);
}

void PracticeDatabase::Close::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

PracticeDatabase::PracticeDatabase(std::string path, sqlite3* connection)
    : path_(std::move(path)), connection_(connection) {}

Result<std::unique_ptr<PracticeDatabase>> PracticeDatabase::open(const std::string& path) {
  sqlite3* connection = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &connection,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<PracticeDatabase> database(new PracticeDatabase(path, connection));
  if (opened != SQLITE_OK) return database->refused(opened);
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  TRY_DO(database->script("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"));
  return database;
}

Result<> PracticeDatabase::script(std::string_view statements) {
  const int code =
      sqlite3_exec(connection_.get(), std::string(statements).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return refused(code);
  return {};
}

Result<> PracticeDatabase::run(std::string_view sql, SqlValues values) {
  TRY(const auto result, rows(sql, values));
  return {};
}

Result<std::int64_t> PracticeDatabase::insert(std::string_view sql, SqlValues values) {
  TRY_DO(run(sql, values));
  return sqlite3_last_insert_rowid(connection_.get());
}

Result<std::vector<Row>> PracticeDatabase::rows(std::string_view sql, SqlValues values) {
  TRY(sqlite3_stmt * statement, prepared(sql, values));
  std::vector<Row> out;
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) out.push_back(current_row(statement));
  sqlite3_reset(statement);
  if (code != SQLITE_DONE) return refused(code);
  return out;
}

Result<sqlite3_stmt*> PracticeDatabase::prepared(std::string_view sql, SqlValues values) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* fresh = nullptr;
    const int code = sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        &fresh, nullptr);
    if (code != SQLITE_OK) return refused(code);
    found = statements_.emplace(sql, Statement(fresh)).first;
  }
  int index = 0;
  for (const SqlValue& value : values) {
    const int code = bind(found->second.get(), ++index, value);
    if (code != SQLITE_OK) return refused(code);
  }
  return found->second.get();
}

std::unexpected<Error> PracticeDatabase::refused(int code) const {
  const char* words = connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code);
  return failure(code_of(code), "the practice's file " + path_ + ": " + words);
}

Result<std::unique_ptr<Transaction>> Transaction::begin(PracticeDatabase& database) {
  TRY_DO(database.script("BEGIN IMMEDIATE"));
  return std::unique_ptr<Transaction>(new Transaction(database));
}

Transaction::~Transaction() {
  // After a failed statement SQLite may have rolled back by itself; then this has nothing to do.
  if (open_) (void)database_.script("ROLLBACK");
}

Result<> Transaction::commit() {
  TRY_DO(database_.script("COMMIT"));
  open_ = false;
  return {};
}

}  // namespace chartbell::practice
