// PostgreSQL as a source, over libpq.
#pragma once

#include <memory>

#include "source/postgres_link.h"
#include "source/sql.h"

namespace chartbell {

// An identifier of more than 63 bytes would be cut by the server without an error, so columns()
// refuses it with kMapping (PostgreSQL documentation, 4.1.1).
std::unique_ptr<SqlConnector> postgres_connector(PostgresAddress address,
                                                 SqlUse use = SqlUse::kReading);

}  // namespace chartbell
