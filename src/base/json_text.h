// Writing JSON text (RFC 8259) piece by piece, for the places where a document is concatenated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chartbell {

// Appends `text` as a JSON string. UTF-8 passes as it is; what is not UTF-8 becomes U+FFFD, so the
// result is always valid, whatever a record system stored.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

}  // namespace chartbell
