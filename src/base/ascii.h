// Letters of ASCII, whatever the locale: names of protocols and of SQL compare this way.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace chartbell {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = to_lower(c);
  return out;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  constexpr auto lower = [](char c) { return to_lower(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// 1 to `most` letters, digits, `.`, `_` and `-`: what may stand in a line of a log as it is.
inline bool is_plain_name(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace chartbell
