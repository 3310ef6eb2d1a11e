// Attempt blocks: the successes of one transaction, packed (docs/formats.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/attempt.h"

namespace chartbell {

struct AttemptBlock {
  WallTime at;  // of its earliest attempt
  std::int64_t count = 0;
  std::string packed;
};

// Those of `attempts` that were delivered; count is 0 without any.
AttemptBlock pack_delivered(const std::vector<Attempt>& attempts);
// kCorrupt for anything that pack_delivered() does not write.
Result<std::vector<Attempt>> unpack_delivered(WallTime at, std::string_view packed);

}  // namespace chartbell
