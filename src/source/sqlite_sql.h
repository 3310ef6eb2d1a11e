// SQLite files as a source: read-only, waiting up to five seconds for a writer.
#pragma once

#include <memory>
#include <string>

#include "source/sql.h"

namespace chartbell {

std::unique_ptr<SqlConnector> sqlite_connector(std::string path, SqlUse use = SqlUse::kReading);

}  // namespace chartbell
