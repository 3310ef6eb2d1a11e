// Ids that cannot be mistaken for one another: each is a distinct type over a 64-bit integer.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace chartbell {

template <class Tag>
struct Id {
  std::int64_t value = 0;

  friend auto operator<=>(const Id&, const Id&) = default;
};

template <class Tag>
std::string to_string(Id<Tag> id) {
  return std::to_string(id.value);
}

}  // namespace chartbell

template <class Tag>
struct std::hash<chartbell::Id<Tag>> {
  std::size_t operator()(chartbell::Id<Tag> id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
