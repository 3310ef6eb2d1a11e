// MariaDB and MySQL as a source, over the client protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "source/sql.h"

namespace chartbell {

struct MariadbAddress {
  std::string host;  // empty with a socket
  std::uint16_t port = 3306;
  std::string socket;
  std::string user;
  std::string password;
  std::string database;
};

// Of a source's URL (sql.h); kConfig for one of another kind of system.
Result<MariadbAddress> mariadb_address(std::string_view url);

std::unique_ptr<SqlConnector> mariadb_connector(MariadbAddress address,
                                                SqlUse use = SqlUse::kReading);

}  // namespace chartbell
