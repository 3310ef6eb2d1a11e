// The practice's own connection to its SQLite file.
//
// sqlite3.h belongs to the store and to the source drivers. The practice is neither: it plays the
// foreign record system, whose program writes its own database, so the app has this one adapter,
// practice_database.cpp, and nobody else of the app includes SQLite.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace chartbell::practice {

using SqlValue = std::variant<std::int64_t, double, std::string>;
// The values of ?1, ?2, ….
using SqlValues = std::initializer_list<SqlValue>;

// One row; NULL is an empty text.
struct Row {
  std::vector<std::string> texts;

  // The column as a number; 0 where it is none.
  std::int64_t number(std::size_t column) const;
  // The column as numbers with commas between, as group_concat gives them; no text, no numbers.
  std::vector<std::int64_t> numbers(std::size_t column) const;
};

// A resource of one thread. WAL journal, so that the daemon reads while we write; a writer in the
// way is waited for, at most five seconds. Statements are prepared once each.
class PracticeDatabase {
 public:
  // Creates the file where there is none. kConfig when it cannot be opened.
  static Result<std::unique_ptr<PracticeDatabase>> open(const std::string& path);

  // Statements without values or rows, `;` between them.
  Result<> script(std::string_view statements);
  Result<> run(std::string_view sql, SqlValues values = {});
  // Runs an INSERT and gives the new row's key.
  Result<std::int64_t> insert(std::string_view sql, SqlValues values);
  Result<std::vector<Row>> rows(std::string_view sql, SqlValues values = {});

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Close>;

  PracticeDatabase(std::string path, sqlite3* connection);
  // The statement with its values bound, ready to step.
  Result<sqlite3_stmt*> prepared(std::string_view sql, SqlValues values);
  std::unexpected<Error> refused(int code) const;

  const std::string path_;
  // Before the statements, which must go first.
  const std::unique_ptr<sqlite3, Close> connection_;
  std::map<std::string, Statement, std::less<>> statements_;
};

// Several statements that the file shows all or none; undone unless committed.
class Transaction {
 public:
  static Result<std::unique_ptr<Transaction>> begin(PracticeDatabase& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result<> commit();

 private:
  explicit Transaction(PracticeDatabase& database) : database_(database) {}

  PracticeDatabase& database_;
  bool open_ = true;
};

}  // namespace chartbell::practice
