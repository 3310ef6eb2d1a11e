// InterposedSql: a driver's connections, and what a test does to statements on their way there.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "source/sql.h"

namespace chartbell {

// The driver outlives it, and it its connections.
class InterposedSql final : public SqlConnector {
 public:
  // The statement that is sent instead, or why none is. Connections count from 1.
  using OnStatement = std::function<Result<std::string>(const std::string& sql, int connection)>;

  explicit InterposedSql(SqlConnector& driver) : driver_(driver) {}

  Result<std::unique_ptr<SqlConnection>> connect() override {
    ++connects;
    if (away) return failure(Code::kUnreachable, "away");
    TRY(auto connection, driver_.connect());
    return std::make_unique<Connection>(std::move(connection), *this, connects);
  }
  const std::string& shown_url() const override { return driver_.shown_url(); }

  OnStatement on_query = pass;
  OnStatement on_columns = pass;
  int connects = 0;  // tried
  bool away = false;

 private:
  class Connection final : public SqlConnection {
   public:
    Connection(std::unique_ptr<SqlConnection> inner, const InterposedSql& owner, int number)
        : inner_(std::move(inner)), owner_(owner), number_(number) {}

    Result<std::unique_ptr<SqlRows>> query(const std::string& sql) override {
      TRY(const auto sent, owner_.on_query(sql, number_));
      return inner_->query(sent);
    }
    Result<std::vector<std::string>> columns(const std::string& select) override {
      TRY(const auto sent, owner_.on_columns(select, number_));
      return inner_->columns(sent);
    }
    std::string quoted(std::string_view text) const override { return inner_->quoted(text); }

   private:
    const std::unique_ptr<SqlConnection> inner_;
    const InterposedSql& owner_;
    const int number_;
  };

  static Result<std::string> pass(const std::string& sql, int) { return sql; }

  SqlConnector& driver_;
};

}  // namespace chartbell
