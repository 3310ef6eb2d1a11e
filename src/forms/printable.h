// Text as it may be put on paper, whatever was sent or stored.
#pragma once

#include <string>
#include <string_view>

namespace chartbell {

// Valid UTF-8 whose lines end in '\n'. What is no character, control characters, and those that
// turn the direction of writing (Unicode UAX #9: U+202A–202E, U+2066–2069) become U+FFFD: that
// something was there is seen. No more than two empty lines follow each other: paper is paid for.
std::string printable(std::string_view text);

}  // namespace chartbell
