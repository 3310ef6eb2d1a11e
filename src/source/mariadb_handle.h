// What all drivers of MariaDB and MySQL share: an open connection of the client library, and what
// its errors mean. For mariadb_sql.cpp and binlog/ alone,
// and for programs that measure.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <mysql.h>

#include "base/result.h"
#include "source/mariadb_sql.h"

namespace chartbell {

struct CloseMariadb {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
};
using MariadbHandle = std::unique_ptr<MYSQL, CloseMariadb>;

// An error number of the library or of the server.
Code mariadb_code(unsigned number);
// "mariadb://reader@127.0.0.1:3306/opendental", without the password.
std::string mariadb_shown(const MariadbAddress& address);
// `read_patience` is how long an answer may take.
Result<MariadbHandle> open_mariadb(const MariadbAddress& address,
                                   std::chrono::seconds read_patience);

}  // namespace chartbell
