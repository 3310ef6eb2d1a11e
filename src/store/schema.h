// The store's tables and how they came to be. docs/formats.md explains each.
#pragma once

#include "base/result.h"
#include "store/sqlite_db.h"

namespace chartbell {

// Brings the file to this program's version, each step in a transaction of its own. kConfig when a
// later program wrote it.
Result<void> migrate(SqliteDb& db);

}  // namespace chartbell
