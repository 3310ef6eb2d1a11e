#include "app/practice/day.h"

#include <cstdio>

#include "app/practice/records.h"
#include "base/check.h"
#include "model/catalogue.h"

namespace chartbell::practice {
namespace {

std::string clock_text(LocalTime time) {
  return sql_time(time).substr(11, 5);
}

std::string stamped(LocalTime now, const std::string& sentence) {
  return clock_text(now) + "  " + sentence;
}

}  // namespace

std::string Day::shown(LocalTime time) const {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  if (day == std::chrono::floor<std::chrono::days>(now)) return clock_text(time);
  constexpr const char* kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const std::chrono::weekday weekday(day);
  return std::string(kWeekdays[weekday.c_encoding()]) + " " + sql_date(time).substr(5) + " " +
         clock_text(time);
}

Result<std::string> Day::shown_procedure(std::int64_t key) const {
  TRY(const auto rows,
      database.rows("SELECT c.ProcCode || ' ' || c.Descript FROM procedurelog l"
                    " JOIN procedurecode c ON c.CodeNum = l.CodeNum WHERE l.ProcNum = ?1",
                    {key}));
  CHECK(rows.size() == 1);
  return rows[0].texts[0];
}

PracticeChange Day::created(ResourceKind kind, std::int64_t key,
                            const std::string& sentence) const {
  const CatalogueRow* row = created_row(kind);
  CHECK(row != nullptr);
  return {stamped(now, sentence), kind, key, row->event};
}

PracticeChange Day::updated(ResourceKind kind, std::int64_t key,
                            const std::string& sentence) const {
  const CatalogueRow* row = updated_row(kind);
  CHECK(row != nullptr);
  return {stamped(now, sentence), kind, key, row->event};
}

}  // namespace chartbell::practice
