// UTF-8 ↔ UTF-16, as ODBC speaks it. What is no valid text becomes U+FFFD; nothing fails.
#pragma once

#include <string>
#include <string_view>

namespace chartbell {

std::u16string to_utf16(std::string_view utf8);
std::string to_utf8(std::u16string_view utf16);

}  // namespace chartbell
