// Any SQL system that has an ODBC driver, over unixODBC.
//
// The five calls are all that is asked of a driver, and only what ODBC 3 has since the beginning.
// How a result is limited differs between systems: the driver's own name for its system says it,
// and `limit=` in front of the connection string overrules that.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "source/sql.h"

namespace chartbell {

enum class LimitForm : std::uint8_t {
  kLimit,  // … LIMIT n
  kTop,    // SELECT TOP n …
  kFetch,  // … OFFSET 0 ROWS FETCH NEXT n ROWS ONLY: the standard's, behind an ORDER BY
};

struct OdbcAddress {
  std::string connection;          // "DSN=…;UID=…;PWD=…" or "Driver=…;…"
  std::optional<LimitForm> limit;  // nothing: by the driver's name for its system
};

// "odbc:[limit=top|limit|fetch;]DSN=…". kConfig, without repeating what may hold a password.
Result<OdbcAddress> odbc_address(std::string_view url);

// To be called before other threads run: it sets the process's LC_CTYPE to C.UTF-8.
//
// Shows of the connection string only what cannot be a secret: "odbc:DSN=practice;PWD=***".
std::unique_ptr<SqlConnector> odbc_connector(OdbcAddress address);

// `select` limited to its first rows.
std::string limited(std::string_view select, std::size_t limit, LimitForm form);

}  // namespace chartbell
