// Column texts → JSON values, one function a conversion. Each appends nothing and returns false
// when the value means "not set" or cannot be shown; the caller writes null then.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"

namespace chartbell {

bool append_integer(std::string& out, std::string_view text);
bool append_boolean(std::string& out, std::string_view text);
// "-0.5" → "\"-0.50\""; exponents are understood, since some systems keep money in binary
// fractions.
bool append_money(std::string& out, std::string_view text);
// `null_date` and everything before it mean "not set", as do years 0000.
bool append_date(std::string& out, std::string_view text, std::string_view null_date);
// The civil time in a column, nothing where it means "not set".
std::optional<LocalTime> read_local(std::string_view text, std::string_view null_date);
bool append_json(std::string& out, std::string_view text);

}  // namespace chartbell
