// What one step of the practice's day works with, and the steps there are.
//
// A step looks for a row that is free and fits, changes it, and lists every resource of the mapping
// that shows the change: no more, no less. Where nothing fits it does nothing and lists nothing.
#pragma once

#include <optional>
#include <span>

#include "app/practice/practice.h"
#include "app/practice/practice_database.h"

namespace chartbell::practice {

using Changes = std::vector<PracticeChange>;

struct Day {
  PracticeDatabase& database;
  Random& random;
  const InFlight& in_flight;
  LocalTime now;

  bool free(ResourceKind kind, std::int64_t key) const { return in_flight.free(kind, key); }
  bool free(ResourceKind kind, std::span<const std::int64_t> keys) const {
    return in_flight.free(kind, keys);
  }
  // "10:30", with the day in front where it is not today.
  std::string shown(LocalTime time) const;
  // "D1110 Cleaning, adult"
  Result<std::string> shown_procedure(std::int64_t key) const;

  // The events of a new row and of a changed or removed one, with a sentence after the clock.
  PracticeChange created(ResourceKind kind, std::int64_t key, const std::string& sentence) const;
  PracticeChange updated(ResourceKind kind, std::int64_t key, const std::string& sentence) const;
};

// One of the query's rows that `is_free` accepts, each as likely; nothing where there is none.
template <class IsFree>
Result<std::optional<Row>> pick(Day& day, std::string_view sql, SqlValues values, IsFree is_free) {
  TRY(auto rows, day.database.rows(sql, values));
  std::erase_if(rows, [&](const Row& row) { return !is_free(row); });
  if (rows.empty()) return std::nullopt;
  return std::move(rows[day.random.below(rows.size())]);
}

struct Step {
  unsigned weight;  // how often, against the others
  Result<Changes> (*happen)(Day&);
};
// Bookings, arrivals, visits: what moves the appointment book.
std::span<const Step> front_desk_steps();
// Patients, coverages, fees: what is typed into the files meanwhile.
std::span<const Step> back_office_steps();

}  // namespace chartbell::practice
