#include "source/sqlite_sql.h"

#include <sqlite3.h>

#include "base/encoding.h"

namespace chartbell {
namespace {

constexpr int kBusyMilliseconds = 5000;

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Code code_of(int status) {
  switch (status & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::kTimeout;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return Code::kUnreachable;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Code::kUnauthorized;
    default:
      return Code::kMapping;
  }
}

class Rows final : public SqlRows {
 public:
  explicit Rows(Statement statement) : statement_(std::move(statement)) {}

  Result<bool> next() override {
    const int status = sqlite3_step(statement_.get());
    if (status == SQLITE_ROW) return true;
    if (status == SQLITE_DONE) return false;
    return failure(code_of(status), std::string("SQLite: ") + sqlite3_errstr(status));
  }

  std::optional<std::string_view> text(std::size_t column) const override {
    const int index = static_cast<int>(column);
    const auto* bytes = sqlite3_column_text(statement_.get(), index);
    if (bytes == nullptr) return std::nullopt;
    return std::string_view(
        reinterpret_cast<const char*>(bytes),
        static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), index)));
  }

 private:
  Statement statement_;
};

class Connection final : public SqlConnection {
 public:
  Connection(Database database, const std::string& path)
      : database_(std::move(database)), path_(path) {}

  Result<std::unique_ptr<SqlRows>> query(const std::string& sql) override {
    TRY(auto statement, prepare(sql));
    return std::make_unique<Rows>(std::move(statement));
  }

  Result<std::vector<std::string>> columns(const std::string& select) override {
    TRY(const auto statement, prepare(select));
    std::vector<std::string> out;
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i)
      out.emplace_back(sqlite3_column_name(statement.get(), i));
    return out;
  }

  std::string quoted(std::string_view text) const override {
    // A statement ends at a zero byte, so such a text is written in hex.
    if (text.contains('\0')) return "CAST(x'" + to_hex(text) + "' AS TEXT)";
    std::string out = "'";
    for (const char c : text) {
      out += c;
      if (c == '\'') out += c;
    }
    return out + "'";
  }

 private:
  Result<Statement> prepare(const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    const int status = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                          &raw, nullptr);
    if (status != SQLITE_OK)
      return failure(code_of(status),
                     "SQLite file " + path_ + ": " + sqlite3_errmsg(database_.get()));
    return Statement(raw);
  }

  Database database_;
  const std::string& path_;
};

class Connector final : public SqlConnector {
 public:
  Connector(std::string path, SqlUse use)
      : path_(std::move(path)), use_(use), shown_("sqlite:" + path_) {}

  Result<std::unique_ptr<SqlConnection>> connect() override {
    sqlite3* raw = nullptr;
    const int access = use_ == SqlUse::kReading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    const int status = sqlite3_open_v2(path_.c_str(), &raw, access | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(raw);
    if (status != SQLITE_OK)
      return failure(Code::kUnreachable,
                     "cannot open the SQLite file " + path_ + ": " + sqlite3_errstr(status));
    sqlite3_busy_timeout(raw, kBusyMilliseconds);
    return std::make_unique<Connection>(std::move(database), path_);
  }

  const std::string& shown_url() const override { return shown_; }

 private:
  const std::string path_;
  const SqlUse use_;
  const std::string shown_;
};

}  // namespace

std::unique_ptr<SqlConnector> sqlite_connector(std::string path, SqlUse use) {
  return std::make_unique<Connector>(std::move(path), use);
}

}  // namespace chartbell
