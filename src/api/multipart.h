// Parts of a multipart/form-data body (RFC 7578, RFC 2046 §5.1), read strictly: what two readers
// could understand differently is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace chartbell {

struct FormPart {
  std::string name;
  std::optional<std::string> filename;  // as the client wrote it
  std::string_view body;                // within what was read
};

inline constexpr std::size_t kFormPartsMax = 16;
inline constexpr std::size_t kPartHeadBytesMax = std::size_t{4} * 1024;

bool is_form_data(std::string_view content_type);

// kInvalid, saying what is wrong, for a boundary that is missing or no boundary, for text before
// the first and behind the last one, for a boundary that a line of the content begins with, for a
// head without an end or beyond kPartHeadBytesMax, for a part without a name, for a name that comes
// twice, for a transfer encoding that would have to be undone, and for more than kFormPartsMax
// parts. The views live as long as `body`.
Result<std::vector<FormPart>> parse_form_data(std::string_view content_type, std::string_view body);

}  // namespace chartbell
