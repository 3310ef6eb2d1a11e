#include "source/mariadb_handle.h"

#include <mutex>

#include <errmsg.h>
#include <mysqld_error.h>

namespace chartbell {
namespace {

constexpr unsigned kConnectSeconds = 10;

}  // namespace

Code mariadb_code(unsigned number) {
  switch (number) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
      return Code::kUnauthorized;
    case ER_BAD_DB_ERROR:
      return Code::kConfig;
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_LOCK_DEADLOCK:
    case CR_NET_PACKET_TOO_LARGE:
      return Code::kTimeout;
    case ER_SERVER_SHUTDOWN:
    case ER_CON_COUNT_ERROR:
    case ER_CONNECTION_KILLED:
      return Code::kUnreachable;
    default:
      return number >= CR_MIN_ERROR && number <= CR_MAX_ERROR ? Code::kUnreachable : Code::kMapping;
  }
}

std::string mariadb_shown(const MariadbAddress& address) {
  const auto place =
      address.socket.empty() ? address.host + ":" + std::to_string(address.port) : address.socket;
  return "mariadb://" + address.user + "@" + place + "/" + address.database;
}

Result<MariadbHandle> open_mariadb(const MariadbAddress& address,
                                   std::chrono::seconds read_patience) {
  static std::once_flag library;
  std::call_once(library, [] { mysql_library_init(0, nullptr, nullptr); });
  MariadbHandle handle(mysql_init(nullptr));
  if (handle == nullptr) return failure(Code::kInternal, "no memory for a connection");
  MYSQL* raw = handle.get();
  const unsigned connect_seconds = kConnectSeconds;
  const auto read_seconds = static_cast<unsigned>(read_patience.count());
  mysql_options(raw, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
  mysql_options(raw, MYSQL_OPT_READ_TIMEOUT, &read_seconds);
  mysql_options(raw, MYSQL_OPT_WRITE_TIMEOUT, &read_seconds);
  mysql_options(raw, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const bool by_socket = !address.socket.empty();
  if (mysql_real_connect(raw, by_socket ? nullptr : address.host.c_str(), address.user.c_str(),
                         address.password.c_str(), address.database.c_str(),
                         by_socket ? 0 : address.port, by_socket ? address.socket.c_str() : nullptr,
                         0) == nullptr)
    return failure(mariadb_code(mysql_errno(raw)),
                   "cannot connect to " + mariadb_shown(address) + ": " + mysql_error(raw));
  return handle;
}

}  // namespace chartbell
