// Times and dates as the wire writes them (wire contract §1): UTC, ISO 8601, milliseconds, `Z`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace chartbell {

// "2024-03-21T17:52:47.824Z"
std::string to_text(WallTime time);
// The same form back; fraction of 0 to 9 digits, `T` or a space. Nothing else is accepted.
std::optional<WallTime> parse_utc(std::string_view text);

// A civil date and time without zone, as record systems store it: "2024-03-21 17:52:47[.824]",
// also a date alone. Years 0000 to 9999; impossible dates are refused.
using LocalTime = std::chrono::local_time<Milliseconds>;
std::optional<LocalTime> parse_local(std::string_view text);

// What people write for a moment: parse_utc()'s form, an offset in place of the Z ("-05:00",
// "+0000"; a blank stands for a plus that a query lost), or neither, which is UTC, also a date
// alone.
std::optional<WallTime> parse_moment(std::string_view text);

// "2024-03-21"
std::string to_date_text(std::chrono::year_month_day date);

}  // namespace chartbell
