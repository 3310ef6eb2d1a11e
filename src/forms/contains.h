// contains: std::ranges::contains of C++23, which the library of Debian 12 has not yet.
#pragma once

#include <algorithm>
#include <functional>
#include <ranges>
#include <utility>

namespace chartbell {

template <std::ranges::input_range Range, class Value, class Projection = std::identity>
constexpr bool contains(Range&& range, const Value& value, Projection projection = {}) {
  return std::ranges::find(range, value, std::move(projection)) != std::ranges::end(range);
}

}  // namespace chartbell
