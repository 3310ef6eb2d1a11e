// MariaDB's compressed parts of events: a head that says how long, then a zlib stream.
#pragma once

#include <vector>

#include "base/result.h"
#include "source/binlog/bytes.h"

namespace chartbell {

// The longest that is unpacked; also the longest packet that is read.
inline constexpr std::size_t kEventBytesMax = std::size_t{256} * 1024 * 1024;

// The unpacked bytes, which lie in `scratch`. kProtocol where they are not as long as the head
// says, or where the head promises what so few bytes cannot hold.
Result<Bytes> inflated(Bytes packed, std::vector<unsigned char>& scratch);

}  // namespace chartbell
