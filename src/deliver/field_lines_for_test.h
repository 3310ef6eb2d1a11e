// Reading what a PendingAttempt carries as header lines.
#pragma once

#include <string_view>

namespace chartbell {

// The value of the first line of that name, as written; empty without one.
inline std::string_view field_in(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(line.size() + 2);
    if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
      return line.substr(name.size() + 2);
  }
  return {};
}

}  // namespace chartbell
