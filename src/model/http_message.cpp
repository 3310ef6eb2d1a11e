#include "model/http_message.h"

#include <algorithm>

#include "base/ascii.h"

namespace chartbell {

std::optional<std::string_view> field(const HttpFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (equal_ignoring_case(key, name)) return value;
  return std::nullopt;
}

std::optional<std::string_view> take_cookie(std::string_view& cookies, std::string_view name) {
  while (!cookies.empty()) {
    auto pair = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(cookies.size(), pair.size() + 1));
    pair.remove_prefix(std::min(pair.size(), pair.find_first_not_of(' ')));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return pair.substr(name.size() + 1);
  }
  return std::nullopt;
}

}  // namespace chartbell
