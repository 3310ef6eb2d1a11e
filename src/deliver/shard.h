// Shard: a part of the endpoints.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/ids.h"

namespace chartbell {

// Each endpoint is of one shard as long as the process runs, so that what is known of it is one
// thread's; shards share the log and the store and nothing else. The one that has all is Shard{}.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;

  // The index of the one that has the endpoint. Multiples of the golden ratio fall evenly between
  // 0 and 1 (Knuth, volume 3, 6.4), whatever the steps between the ids.
  static std::size_t of(EndpointId endpoint, std::size_t count) {
    const auto spread = static_cast<std::uint64_t>(endpoint.value) * 0x9E3779B97F4A7C15U >> 32U;
    return static_cast<std::size_t>(spread * count >> 32U);
  }
  bool has(EndpointId endpoint) const { return of(endpoint, count) == index; }
};

}  // namespace chartbell
