#include "model/http_message.h"

#include "base/ascii.h"

namespace chartbell {

std::optional<std::string_view> field(const HttpFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (equal_ignoring_case(key, name)) return value;
  return std::nullopt;
}

}  // namespace chartbell
