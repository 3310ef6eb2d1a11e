// How often a date of birth may be guessed: four wrong ones in a row are free, each from the fifth
// on locks the link for a quarter of an hour, the tenth ends it.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "model/form.h"

namespace chartbell {

inline constexpr int kWrongDatesFree = 4;
inline constexpr int kWrongDatesMost = 10;
inline constexpr std::chrono::minutes kDateLock{15};

// Until when nothing is compared; nothing where a date may be said now.
std::optional<WallTime> locked_until(const FormRequest& request, WallTime now);

enum class WrongDate : std::uint8_t { kAgain, kLocks, kEnds };
// What the so-manieth wrong date in a row means.
WrongDate wrong_date(int in_a_row);

}  // namespace chartbell
