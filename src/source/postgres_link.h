// PostgresLink: one connection to a PostgreSQL server over libpq, every wait with an end.
//
// What the SQL driver and the replication slot have in common. A resource of one thread. Nothing of
// a row is ever in an error: where the server's words may quote one, only its SQLSTATE is told.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace chartbell {

struct PostgresAddress {
  std::string host;  // a name, an address, or the folder of a unix socket
  std::uint16_t port = 5432;
  std::string user;
  std::string password;
  std::string database;
  std::string sslmode;      // libpq's word; empty: "prefer"
  std::string sslrootcert;  // file of trusted certificates; empty: libpq's own
};

// "postgres://reader@127.0.0.1:5432/practice": without the password.
std::string shown(const PostgresAddress& address);

struct ClearResult {
  void operator()(pg_result* result) const;
};
using PostgresResult = std::unique_ptr<pg_result, ClearResult>;

// The text of a field, nothing for NULL. Lives as long as the result.
std::optional<std::string_view> field(const PostgresResult& result, int row, int column);
int row_count(const PostgresResult& result);

class PostgresLink {
 public:
  enum class Purpose : std::uint8_t {
    kReading,  // transactions cannot write
    kWriting,
    kReplication,  // also speaks the replication commands
  };
  // The session's time zone is UTC, its texts UTF-8, its dates ISO. kUnreachable, kTimeout,
  // kUnauthorized, kConfig for a database that is not there.
  static Result<std::unique_ptr<PostgresLink>> open(const PostgresAddress& address,
                                                    Purpose purpose);
  ~PostgresLink();

  // One statement and its rows, held whole. kMapping for what the server refuses.
  Result<PostgresResult> run(const std::string& sql);
  // `text` as a string literal, quotes included.
  static std::string quoted(std::string_view text);

  // ---- after a statement that opens a copy in both directions -------------------------------
  Result<void> begin_copy(const std::string& sql);
  // The next message that is here already; nothing where it is still to come. kUnreachable at the
  // stream's end, else the server's error.
  Result<std::optional<std::string>> copied();
  Result<void> send_copy(std::string_view message);
  // What becomes readable when a message comes that is not here already.
  int socket() const;
  // False where nothing came in time.
  Result<bool> wait_readable(Milliseconds patience);

 private:
  explicit PostgresLink(const PostgresAddress& address);

  Result<void> connected(const PostgresAddress& address, Purpose purpose);
  Result<bool> wait(short events, Milliseconds patience);
  Result<void> flushed();
  Result<PostgresResult> result();
  Result<PostgresResult> answer(const std::string& sql);
  std::unexpected<Error> fault(const PostgresResult& result) const;
  std::unexpected<Error> lost() const;

  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  const std::string shown_;
  std::unique_ptr<pg_conn, Finish> connection_;
};

// What an SQLSTATE asks for (PostgreSQL documentation, appendix A); empty: the connection is lost.
Code code_of_sqlstate(std::string_view state);

}  // namespace chartbell
