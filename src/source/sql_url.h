// The URLs of record systems, taken apart.
#pragma once

#include <string_view>

#include "base/result.h"
#include "source/postgres_link.h"

namespace chartbell {

// kConfig, saying what is wrong but never repeating the URL: it may hold a password. MariaDB's is
// in mariadb_sql.h.
Result<PostgresAddress> postgres_address(std::string_view url);

bool is_mariadb_url(std::string_view url);
bool is_postgres_url(std::string_view url);

}  // namespace chartbell
