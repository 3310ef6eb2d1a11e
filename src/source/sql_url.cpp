#include <charconv>
#include <map>
#include <optional>

#include "base/encoding.h"
#include "source/mariadb_sql.h"
#include "source/sql.h"
#include "source/sqlite_sql.h"

namespace chartbell {
namespace {

// The URL may hold a password, so no error repeats it.
std::unexpected<Error> fault(const std::string& what) {
  return failure(Code::kConfig, "source url: " + what +
                                    "; wanted mariadb://user:password@host:port/database, "
                                    "mariadb:///database?socket=/path&user=name or sqlite:path");
}

Result<std::string> decoded(std::string_view text) {
  auto out = percent_decoded(text);
  if (!out) return fault("a % must be followed by two hex digits");
  return *std::move(out);
}

Result<std::map<std::string, std::string>> parse_query(std::string_view query) {
  std::map<std::string, std::string> out;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return fault("a parameter lacks its value");
    TRY(out[std::string(pair.substr(0, equals))], decoded(pair.substr(equals + 1)));
  }
  return out;
}

Result<void> read_parameters(std::string_view query, MariadbAddress& address) {
  TRY(const auto parameters, parse_query(query));
  for (const auto& [name, value] : parameters) {
    if (name == "socket") {
      address.socket = value;
    } else if (name == "user") {
      address.user = value;
    } else if (name == "password") {
      address.password = value;
    } else {
      // Not named: it may be the rest of a password with a bare '&'.
      return fault("a parameter is none of socket, user and password (write & in them as %26)");
    }
  }
  return {};
}

Result<void> read_authority(std::string_view authority, MariadbAddress& address) {
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const auto user = authority.substr(0, at);
    const auto colon = user.find(':');
    TRY(address.user, decoded(user.substr(0, colon)));
    if (colon != std::string_view::npos) {
      TRY(address.password, decoded(user.substr(colon + 1)));
    }
    authority.remove_prefix(at + 1);
  }
  const auto colon = authority.rfind(':');
  address.host = authority.substr(0, colon);
  if (colon == std::string_view::npos) return {};
  const auto port = authority.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
    return fault("the port must be 1 to 65535");
  return {};
}

Result<MariadbAddress> address_of(std::string_view rest) {
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return fault("the database is missing");
  MariadbAddress address;
  TRY_DO(read_authority(rest.substr(0, slash), address));
  const auto path = rest.substr(slash + 1);
  const auto question = path.find('?');
  TRY(address.database, decoded(path.substr(0, question)));
  if (question != std::string_view::npos)
    TRY_DO(read_parameters(path.substr(question + 1), address));
  if (address.database.empty()) return fault("the database is missing");
  if (address.user.empty()) return fault("the user is missing");
  if (address.host.empty() == address.socket.empty())
    return fault("give a host or a socket, not both");
  return address;
}

// What follows the scheme; nothing where it is another kind of system.
std::optional<std::string_view> mariadb_rest(std::string_view url) {
  for (const std::string_view scheme : {"mariadb://", "mysql://"})
    if (url.starts_with(scheme)) return url.substr(scheme.size());
  return std::nullopt;
}

}  // namespace

Result<MariadbAddress> mariadb_address(std::string_view url) {
  const auto rest = mariadb_rest(url);
  if (!rest) return fault("not a MariaDB or MySQL server");
  return address_of(*rest);
}

Result<std::unique_ptr<SqlConnector>> sql_connector(std::string_view url) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (const auto rest = mariadb_rest(url)) {
    TRY(auto address, address_of(*rest));
    return mariadb_connector(std::move(address));
  }
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size())
    return sqlite_connector(std::string(url.substr(kSqlite.size())));
  return fault("unknown kind");
}

}  // namespace chartbell
