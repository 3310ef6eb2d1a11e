#include "source/mariadb_sql.h"

#include <mysql.h>

#include "source/mariadb_handle.h"

namespace chartbell {
namespace {

// A server that is stopped, or behind a net that drops packets, says nothing: a chunk takes far
// less.
constexpr std::chrono::seconds kReadPatience{15};
constexpr std::chrono::seconds kWritePatience{10};

struct Free {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using ResultSet = std::unique_ptr<MYSQL_RES, Free>;

std::unexpected<Error> fault(MYSQL* connection, const std::string& where) {
  return failure(mariadb_code(mysql_errno(connection)), where + ": " + mysql_error(connection));
}

// Rows are buffered whole: queries are chunked, and a reader that stays on a MyISAM table would
// lock the practice out.
class Rows final : public SqlRows {
 public:
  explicit Rows(ResultSet result) : result_(std::move(result)) {}

  Result<bool> next() override {
    if (result_ == nullptr) return false;
    row_ = mysql_fetch_row(result_.get());
    if (row_ != nullptr) lengths_ = mysql_fetch_lengths(result_.get());
    return row_ != nullptr;
  }

  std::optional<std::string_view> text(std::size_t column) const override {
    // The server says how many there are, and not every server is one.
    if (column >= mysql_num_fields(result_.get()) || row_[column] == nullptr) return std::nullopt;
    return std::string_view(row_[column], lengths_[column]);
  }

 private:
  ResultSet result_;
  MYSQL_ROW row_ = nullptr;
  unsigned long* lengths_ = nullptr;
};

class Connection final : public SqlConnection {
 public:
  Connection(MariadbHandle handle, const std::string& shown_url)
      : handle_(std::move(handle)), shown_url_(shown_url) {}

  Result<void> run(const std::string& sql) {
    if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0)
      return fault(handle_.get(), shown_url_);
    return {};
  }

  Result<std::unique_ptr<SqlRows>> query(const std::string& sql) override {
    TRY_DO(run(sql));
    return rows();
  }

  Result<void> begin(const std::string& sql) override {
    if (mysql_send_query(handle_.get(), sql.data(), sql.size()) != 0)
      return fault(handle_.get(), shown_url_);
    return {};
  }

  Result<std::unique_ptr<SqlRows>> finish() override {
    if (mysql_read_query_result(handle_.get()) != 0) return fault(handle_.get(), shown_url_);
    return rows();
  }

  Result<std::vector<std::string>> columns(const std::string& select) override {
    TRY_DO(run(select));
    const ResultSet result(mysql_store_result(handle_.get()));
    if (result == nullptr) return fault(handle_.get(), shown_url_);
    std::vector<std::string> out;
    for (unsigned i = 0; i < mysql_num_fields(result.get()); ++i)
      out.emplace_back(mysql_fetch_field_direct(result.get(), i)->name);
    return out;
  }

  std::string quoted(std::string_view text) const override {
    std::string out(text.size() * 2 + 3, '\0');
    out[0] = '\'';
    const auto length = mysql_real_escape_string(handle_.get(), out.data() + 1, text.data(),
                                                 static_cast<unsigned long>(text.size()));
    out.resize(length + 1);
    return out + '\'';
  }

 private:
  Result<std::unique_ptr<SqlRows>> rows() {
    ResultSet result(mysql_store_result(handle_.get()));
    if (result == nullptr && mysql_errno(handle_.get()) != 0)
      return fault(handle_.get(), shown_url_);
    return std::make_unique<Rows>(std::move(result));
  }

  MariadbHandle handle_;
  const std::string& shown_url_;
};

class Connector final : public SqlConnector {
 public:
  Connector(MariadbAddress address, SqlUse use)
      : address_(std::move(address)), use_(use), shown_(mariadb_shown(address_)) {}

  Result<std::unique_ptr<SqlConnection>> connect() override;
  const std::string& shown_url() const override { return shown_; }

 private:
  const MariadbAddress address_;
  const SqlUse use_;
  const std::string shown_;
};

Result<std::unique_ptr<SqlConnection>> Connector::connect() {
  TRY(auto handle,
      open_mariadb(address_, use_ == SqlUse::kReading ? kReadPatience : kWritePatience));
  auto connection = std::make_unique<Connection>(std::move(handle), shown_);
  // Not a read-only transaction: inside one the server does not repair a MyISAM table that a crash
  // left behind, and the source would stay red until somebody else opened it. Rights are the
  // account's.
  // MySQL 8 tells for a day what it once knew of a table's last change; MariaDB takes that for a
  // comment.
  TRY_DO(
      connection->run("SET /*!80003 SESSION information_schema_stats_expiry = 0, */"
                      " SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT', time_zone = '+00:00'"));
  return connection;
}

}  // namespace

std::unique_ptr<SqlConnector> mariadb_connector(MariadbAddress address, SqlUse use) {
  return std::make_unique<Connector>(std::move(address), use);
}

}  // namespace chartbell
