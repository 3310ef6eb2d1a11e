// A member that an object has twice: parsers keep one of the two, and which one differs (RFC 8259
// §4), so whoever checks another one than he uses is fooled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chartbell {

// The name of the first such member of a JSON text; nothing where there is none, or where the text
// is no JSON, or nests deeper than `depth_max`: the parser proper says that.
std::optional<std::string> key_twice(std::string_view json, std::size_t depth_max);

}  // namespace chartbell
