// Words for the person at the terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace chartbell {

// "chartbell: detail" on standard error; the exit code that goes with it.
int complain(const Error& error);
int complain(std::string_view what);

enum class Color : std::uint8_t { kPlain, kDim, kGreen, kRed, kYellow, kBlue, kBold };
// Colored when standard output is a terminal and NO_COLOR is not set.
std::string painted(Color color, std::string_view text);

// Untrusted text made safe to print: no control characters, at most `width` characters of it.
std::string printable(std::string_view text, std::size_t width = 200);

// How wide the terminal is that standard output is; nothing where it is none.
std::optional<std::size_t> terminal_columns();
// Characters, not bytes.
std::size_t characters(std::string_view text);
// `text` in lines of `width` characters at most, broken between words; a longer word is a line of
// its own. Lines behind the first begin with `indent` blanks, which do not count.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace chartbell
