// Single answers as people type them → as they are kept; nothing for what is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chartbell {

// An address as HTML's input of that type takes it, with a domain of two labels or more (HTML
// Standard, "valid email address"; RFC 5321 §4.5.3.1 for the lengths).
bool is_email(std::string_view text);

// Digits, 5 to 15 (ITU-T E.164 §6), with a plus before, blanks and - . ( ) / between, and an
// extension behind: "+1 (212) 555-0101 x12".
bool is_phone(std::string_view text);

// YYYY-MM-DD, a day there is, 1900 to 2199.
bool is_day(std::string_view text);

// Decimal numbers of 15 digits at the most, so that every double is told apart: no exponent, no
// zeros that say nothing, "." before the fraction. "+007" → "7", "-0" → "0".
std::optional<std::string> canonical_integer(std::string_view text);
// A comma is taken for a point where it cannot stand between thousands: "1,5" but not "1,500".
std::optional<std::string> canonical_number(std::string_view text);

// "x,y x,y;x,y …": whole numbers up to 600 and 200 without zeros in front, kStrokesBytesMax bytes.
bool are_strokes(std::string_view text);

// Digits of Arabic, Persian, Devanagari and those of full width as 0 to 9, for texts of numbers.
std::string with_plain_digits(std::string_view text);

// Every end of a line as one line feed.
std::string with_plain_lines(std::string_view text);

}  // namespace chartbell
