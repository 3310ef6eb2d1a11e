// Making an appointment: a gap in the book, and what is to be done then.
#pragma once

#include <optional>
#include <string>

#include "app/practice/day.h"
#include "app/practice/records.h"

namespace chartbell::practice {

// Looks for a gap in the book of the coming two weeks, in one clinic or in any; nothing where the
// book looks full.
Result<std::optional<Slot>> free_slot(Day& day, int length_minutes,
                                      std::optional<std::int64_t> clinic);

struct Guest {
  std::int64_t patient = 0;
  std::string name;
  bool new_patient = false;
};
// A new appointment for a patient, with the planned treatment that is free or with a new one.
// Changes nothing where there is no gap.
Result<Changes> book_for(Day& day, const Guest& guest);

}  // namespace chartbell::practice
