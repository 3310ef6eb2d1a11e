#include "forms/lock.h"

namespace chartbell {

std::optional<WallTime> locked_until(const FormRequest& request, WallTime now) {
  if (request.wrong_dates <= kWrongDatesFree || !request.wrong_date_at) return std::nullopt;
  const auto end = *request.wrong_date_at + kDateLock;
  // A clock that was set back locks nobody for longer than from now on.
  return now < end ? std::optional(std::min(end, now + kDateLock)) : std::nullopt;
}

WrongDate wrong_date(int in_a_row) {
  if (in_a_row >= kWrongDatesMost) return WrongDate::kEnds;
  return in_a_row > kWrongDatesFree ? WrongDate::kLocks : WrongDate::kAgain;
}

}  // namespace chartbell
