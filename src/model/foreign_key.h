// ForeignKey: the health record system's own key of a row, the wire's `foreign_id`.
//
// Integer keys sort by number and before text keys, text keys by their bytes: the order in which
// the store keeps them and in which a source must deliver them.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>

namespace chartbell {

using ForeignKey = std::variant<std::int64_t, std::string>;

inline std::string to_string(const ForeignKey& key) {
  const auto* number = std::get_if<std::int64_t>(&key);
  return number != nullptr ? std::to_string(*number) : std::get<std::string>(key);
}

}  // namespace chartbell
