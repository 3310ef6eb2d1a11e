// The binary log of a real server, over the client protocol.
#pragma once

#include <cstdint>
#include <memory>

#include "source/binlog/stream.h"
#include "source/mariadb_sql.h"

namespace chartbell {

// `replica_id` is what the server knows this reader by: among all its replicas and readers no other
// may have the same, for the server ends the older of two. Not 0.
std::unique_ptr<BinlogConnector> mariadb_binlog(MariadbAddress address, std::uint32_t replica_id);

}  // namespace chartbell
