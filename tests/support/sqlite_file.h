// SqliteFile: a database file of one test, gone with it.
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

namespace chartbell {

class SqliteFile {
 public:
  SqliteFile() : path_(fresh_path()) {
    remove();
    EXPECT_EQ(sqlite3_open(path_.c_str(), &connection_), SQLITE_OK);
    run("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
  }
  ~SqliteFile() {
    sqlite3_close(connection_);
    remove();
  }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  const std::string& path() const { return path_; }

  // Statements with `;` between them.
  void run(const std::string& statements) {
    char* message = nullptr;
    sqlite3_exec(connection_, statements.c_str(), nullptr, nullptr, &message);
    EXPECT_EQ(message, nullptr) << message << "\n" << statements;
    sqlite3_free(message);
  }
  // The first value of a SELECT.
  std::string text(const std::string& select) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection_, select.c_str(), -1, &statement, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << select;
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    std::string out = bytes == nullptr ? "" : bytes;
    sqlite3_finalize(statement);
    return out;
  }

 private:
  static std::string fresh_path() {
    static int files = 0;
    return testing::TempDir() + "chartbell_" + std::to_string(getpid()) + "_" +
           std::to_string(++files) + ".db";
  }
  void remove() const {
    for (const char* suffix : {"", "-journal"}) std::filesystem::remove(path_ + suffix);
  }

  const std::string path_;
  sqlite3* connection_ = nullptr;
};

}  // namespace chartbell
