#include "source/sql_url.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <span>

#include "base/encoding.h"
#include "source/mariadb_sql.h"
#include "source/odbc_sql.h"
#include "source/postgres_sql.h"
#include "source/sql.h"
#include "source/sqlite_sql.h"

namespace chartbell {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kOdbc = "odbc:";
constexpr std::string_view kMariadbSchemes[] = {"mariadb://", "mysql://"};
constexpr std::string_view kPostgresSchemes[] = {"postgres://", "postgresql://"};
constexpr std::string_view kSslModes[] = {"disable", "allow",     "prefer",
                                          "require", "verify-ca", "verify-full"};

// scheme://user:password@host:port/database?name=value&…
struct Parts {
  std::string user;
  std::string password;
  std::string host;
  std::uint16_t port = 0;  // 0 where none is given
  std::string database;
  std::map<std::string, std::string> parameters;
};

// The URL may hold a password, so no error repeats it.
std::unexpected<Error> fault(const std::string& what) {
  return failure(
      Code::kConfig,
      "source url: " + what +
          "; wanted mariadb://user:password@host:port/database, "
          "mariadb:///database?socket=/path&user=name, "
          "postgres://user:password@host:port/database, "
          "postgres:///database?host=/folder/of/socket&user=name, sqlite:path or odbc:DSN=name");
}

Result<std::string> decoded(std::string_view text) {
  auto out = percent_decoded(text);
  if (!out) return fault("a % must be followed by two hex digits");
  return *std::move(out);
}

Result<void> read_query(std::string_view query, std::span<const std::string_view> known,
                        Parts& parts) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return fault("a parameter lacks its value");
    const auto name = pair.substr(0, equals);
    // Not named: it may be the rest of a password with a bare '&'.
    if (std::ranges::count(known, name) == 0) {
      std::string names;
      for (const auto one : known) names += (names.empty() ? "" : ", ") + std::string(one);
      return fault("a parameter is none of " + names + " (write & in them as %26)");
    }
    TRY(parts.parameters[std::string(name)], decoded(pair.substr(equals + 1)));
  }
  return {};
}

Result<void> read_authority(std::string_view authority, Parts& parts) {
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const auto user = authority.substr(0, at);
    const auto colon = user.find(':');
    TRY(parts.user, decoded(user.substr(0, colon)));
    if (colon != std::string_view::npos) {
      TRY(parts.password, decoded(user.substr(colon + 1)));
    }
    authority.remove_prefix(at + 1);
  }
  const auto colon = authority.rfind(':');
  parts.host = authority.substr(0, colon);
  if (colon == std::string_view::npos) return {};
  const auto port = authority.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
  if (error != std::errc() || end != port.data() + port.size() || parts.port == 0)
    return fault("the port must be 1 to 65535");
  return {};
}

bool has_scheme(std::string_view url, std::span<const std::string_view> schemes) {
  return std::ranges::any_of(schemes, [&](auto scheme) { return url.starts_with(scheme); });
}

Result<Parts> parts_of(std::string_view url, std::span<const std::string_view> parameters) {
  const auto rest = url.substr(url.find("://") + 3);
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return fault("the database is missing");
  Parts parts;
  TRY_DO(read_authority(rest.substr(0, slash), parts));
  const auto path = rest.substr(slash + 1);
  const auto question = path.find('?');
  TRY(parts.database, decoded(path.substr(0, question)));
  if (question != std::string_view::npos)
    TRY_DO(read_query(path.substr(question + 1), parameters, parts));
  if (parts.parameters.contains("user")) parts.user = parts.parameters["user"];
  if (parts.parameters.contains("password")) parts.password = parts.parameters["password"];
  if (parts.database.empty()) return fault("the database is missing");
  if (parts.user.empty()) return fault("the user is missing");
  return parts;
}

}  // namespace

bool is_mariadb_url(std::string_view url) {
  return has_scheme(url, kMariadbSchemes);
}

bool is_postgres_url(std::string_view url) {
  return has_scheme(url, kPostgresSchemes);
}

Result<MariadbAddress> mariadb_address(std::string_view url) {
  constexpr std::string_view kParameters[] = {"socket", "user", "password"};
  if (!is_mariadb_url(url)) return fault("unknown kind");
  TRY(auto parts, parts_of(url, kParameters));
  MariadbAddress out{.host = parts.host,
                     .socket = parts.parameters["socket"],
                     .user = parts.user,
                     .password = parts.password,
                     .database = parts.database};
  if (parts.port != 0) out.port = parts.port;
  if (out.host.empty() == out.socket.empty()) return fault("give a host or a socket, not both");
  return out;
}

Result<PostgresAddress> postgres_address(std::string_view url) {
  constexpr std::string_view kParameters[] = {"host", "user", "password", "sslmode", "sslrootcert"};
  if (!is_postgres_url(url)) return fault("unknown kind");
  TRY(auto parts, parts_of(url, kParameters));
  PostgresAddress out{.host = parts.host,
                      .user = parts.user,
                      .password = parts.password,
                      .database = parts.database,
                      .sslmode = parts.parameters["sslmode"],
                      .sslrootcert = parts.parameters["sslrootcert"]};
  if (parts.port != 0) out.port = parts.port;
  const auto folder = parts.parameters["host"];
  if (out.host.empty() == folder.empty())
    return fault("give a host, or the folder of a socket as ?host=, not both");
  if (out.host.empty()) out.host = folder;
  if (!out.sslmode.empty() && std::ranges::count(kSslModes, out.sslmode) == 0)
    return fault("sslmode is disable, allow, prefer, require, verify-ca or verify-full");
  return out;
}

Result<std::unique_ptr<SqlConnector>> sql_connector(std::string_view url, SqlUse use) {
  if (is_mariadb_url(url)) {
    TRY(auto address, mariadb_address(url));
    return mariadb_connector(std::move(address), use);
  }
  if (is_postgres_url(url)) {
    TRY(auto address, postgres_address(url));
    return postgres_connector(std::move(address), use);
  }
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size())
    return sqlite_connector(std::string(url.substr(kSqlite.size())), use);
  if (url.starts_with(kOdbc) && use == SqlUse::kWriting)
    return fault("nothing is written over ODBC yet; use the system's own driver");
  if (url.starts_with(kOdbc)) {
    TRY(auto address, odbc_address(url));
    return odbc_connector(std::move(address));
  }
  return fault("unknown kind");
}

}  // namespace chartbell
