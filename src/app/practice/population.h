// A practice as it stands on a morning: families, coverages, weeks of appointments behind and
// ahead.
#pragma once

#include "app/practice/practice_database.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time_text.h"

namespace chartbell::practice {

struct PracticeSize {
  int patients = 400;
  int appointments = 1'500;
};

// Working hours, every day of the week: a demo may be looked at on a Sunday.
inline constexpr std::chrono::hours kOpens{8};
inline constexpr std::chrono::hours kCloses{18};

// Fills an empty database: tables, fixtures and people. To be called inside a transaction.
Result<> populate(PracticeDatabase& database, Random& random, LocalTime today, PracticeSize size);

}  // namespace chartbell::practice
