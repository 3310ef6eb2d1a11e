// Characters of a text that somebody else has written, and which of them deceive whoever reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chartbell {

// One character off the front of a text that is not empty; nothing for what is no UTF-8 (RFC 3629
// §4).
std::optional<char32_t> take_character(std::string_view& text);

enum class TextFault : std::uint8_t {
  kNotUtf8,
  kControl,    // U+0000–001F, U+007F–009F, U+2028, U+2029
  kDirection,  // turns the direction of writing (Unicode UAX #9): U+202A–202E, U+2066–2069
};

// After the name of a text: "has control characters".
std::string_view words(TextFault fault);

// Which control characters a text may have.
enum class TextLines : std::uint8_t {
  kOne,
  kMany,  // line feeds and tabs
};

// The first fault; nothing for a text that can be shown as it is.
std::optional<TextFault> text_fault(std::string_view text, TextLines lines);

bool is_utf8(std::string_view text);

// Without the blanks around it, those of other scripts and invisible ones (U+200B, U+FEFF) among
// them.
std::string_view trimmed(std::string_view text);

// How many characters (code points); bytes that are no UTF-8 count one each.
std::size_t character_count(std::string_view text);

}  // namespace chartbell
