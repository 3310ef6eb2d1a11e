// What browsers send of a form, and what a query is: application/x-www-form-urlencoded (URL
// Standard §5.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace chartbell {

// %41 and + decoded; nothing for a bad escape or a NUL.
std::optional<std::string> url_decoded(std::string_view text);

struct UrlPair {
  std::string name;
  std::string value;
};

// The next pair off the front, decoded; nothing at the end. kInvalid for what url_decoded()
// refuses.
Result<std::optional<UrlPair>> take_url_pair(std::string_view& form);

}  // namespace chartbell
