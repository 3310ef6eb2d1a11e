#include "source/postgres_sql.h"

#include <libpq-fe.h>

#include "source/alias.h"

namespace chartbell {
namespace {

constexpr std::size_t kIdentifierBytesMax = 63;

// Held whole: queries are chunked, and an open cursor would hold back the server's vacuum.
class Rows final : public SqlRows {
 public:
  explicit Rows(PostgresResult result) : result_(std::move(result)) {}

  Result<bool> next() override { return ++row_ < row_count(result_); }
  std::optional<std::string_view> text(std::size_t column) const override {
    return field(result_, row_, static_cast<int>(column));
  }

 private:
  PostgresResult result_;
  int row_ = -1;
};

Result<void> aliases_fit(const std::string& select) {
  std::size_t offset = 0;
  const auto aliases = aliases_of(select, &offset);
  if (!aliases) return {};
  for (const auto& alias : *aliases)
    if (alias.text.size() > kIdentifierBytesMax)
      return failure(Code::kMapping, "PostgreSQL cuts names behind 63 bytes; shorten \"" +
                                         alias.text + "\", such as by a shorter code list's name");
  return {};
}

class Connection final : public SqlConnection {
 public:
  explicit Connection(std::unique_ptr<PostgresLink> link) : link_(std::move(link)) {}

  Result<std::unique_ptr<SqlRows>> query(const std::string& sql) override {
    TRY(auto result, link_->run(sql));
    return std::make_unique<Rows>(std::move(result));
  }

  Result<std::vector<std::string>> columns(const std::string& select) override {
    TRY_DO(aliases_fit(select));
    TRY(const auto result, link_->run(select));
    std::vector<std::string> out;
    for (int i = 0; i < PQnfields(result.get()); ++i) out.emplace_back(PQfname(result.get(), i));
    return out;
  }

  std::string quoted(std::string_view text) const override { return PostgresLink::quoted(text); }
  std::string quoted_bytes(std::string_view bytes) const override {
    return "'\\x" + to_hex(bytes) + "'::bytea";
  }

 private:
  std::unique_ptr<PostgresLink> link_;
};

class Connector final : public SqlConnector {
 public:
  Connector(PostgresAddress address, SqlUse use)
      : address_(std::move(address)), use_(use), shown_(shown(address_)) {}

  Result<std::unique_ptr<SqlConnection>> connect() override {
    auto link =
        PostgresLink::open(address_, use_ == SqlUse::kReading ? PostgresLink::Purpose::kReading
                                                              : PostgresLink::Purpose::kWriting);
    if (!link) return std::unexpected(within("cannot connect", link.error()));
    return std::make_unique<Connection>(*std::move(link));
  }
  const std::string& shown_url() const override { return shown_; }

 private:
  const PostgresAddress address_;
  const SqlUse use_;
  const std::string shown_;
};

}  // namespace

std::unique_ptr<SqlConnector> postgres_connector(PostgresAddress address, SqlUse use) {
  return std::make_unique<Connector>(std::move(address), use);
}

}  // namespace chartbell
