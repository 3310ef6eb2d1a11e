// The appointment book: bookings, confirmations, arrivals, visits, and what becomes of the others.
#include "app/practice/booking.h"
#include "app/practice/day.h"
#include "app/practice/people.h"
#include "app/practice/practice_schema.h"
#include "app/practice/records.h"
#include "base/check.h"

namespace chartbell::practice {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using enum ResourceKind;

// An appointment as the front desk sees it.
struct Visit {
  std::int64_t key = 0;
  std::string who;
  LocalTime start;
  std::string with;
  std::int64_t patient = 0;
  int length_minutes = 0;
  std::vector<std::int64_t> procedures;
  bool first_visit = false;
  std::int64_t clinic = 0;
};

// Its procedures of any status, since a deleted appointment leaves them all.
constexpr std::string_view kVisit =
    "SELECT a.AptNum, TRIM(p.FName || ' ' || p.LName), a.AptDateTime, d.Abbr, a.PatNum,"
    "       5 * LENGTH(a.Pattern),"
    "       (SELECT group_concat(l.ProcNum) FROM procedurelog l WHERE l.AptNum = a.AptNum),"
    "       p.DateFirstVisit < '1880-01-01', a.ClinicNum"
    "  FROM appointment a JOIN patient p ON p.PatNum = a.PatNum"
    "  JOIN provider d ON d.ProvNum = a.ProvNum WHERE ";

Visit visit_of(const Row& row) {
  const auto start = parse_local(row.texts[2]);
  CHECK(start.has_value());
  return {row.number(0),  row.texts[1],       *start,
          row.texts[3],   row.number(4),      static_cast<int>(row.number(5)),
          row.numbers(6), row.number(7) != 0, row.number(8)};
}

template <class IsFree>
Result<std::optional<Visit>> pick_visit(Day& day, const std::string& condition, SqlValues values,
                                        IsFree is_free) {
  const std::string sql = std::string(kVisit) + condition + " ORDER BY a.AptNum";
  TRY(auto row, pick(day, sql, values, [&](const Row& candidate) {
        const Visit visit = visit_of(candidate);
        return day.free(kAppointment, visit.key) && is_free(visit);
      }));
  if (!row) return std::nullopt;
  return visit_of(*row);
}

Result<std::optional<Visit>> pick_visit(Day& day, const std::string& condition, SqlValues values) {
  return pick_visit(day, condition, values, [](const Visit&) { return true; });
}

// The change of one appointment alone.
Result<Changes> only(Day& day, const Visit& visit, const std::string& sentence) {
  return Changes{day.updated(kAppointment, visit.key, sentence)};
}

std::string appointment_text(const Day& day, const Visit& visit) {
  return day.shown(visit.start) + " with " + visit.with;
}

Result<Changes> book(Day& day) {
  TRY(const auto patient,
      pick(day,
           "SELECT PatNum, TRIM(FName || ' ' || LName), DateFirstVisit < '1880-01-01'"
           "  FROM patient WHERE PatStatus = 0 ORDER BY PatNum",
           {}, [](const Row&) { return true; }));
  if (!patient) return Changes{};
  return book_for(day, {patient->number(0), patient->texts[1], patient->number(2) != 0});
}

Result<Changes> confirm(Day& day) {
  TRY(const auto visit,
      pick_visit(day, "a.AptStatus = 1 AND a.Confirmed = 19 AND a.AptDateTime BETWEEN ?1 AND ?2",
                 {sql_time(day.now), sql_time(day.now + days(3))}));
  if (!visit) return Changes{};
  TRY_DO(day.database.run("UPDATE appointment SET Confirmed = ?1 WHERE AptNum = ?2",
                          {kConfirmed, visit->key}));
  return only(day, *visit, visit->who + " confirms " + appointment_text(day, *visit));
}

// Confirmed stays as it is: only the hour of arrival tells.
Result<Changes> arrive(Day& day) {
  TRY(const auto visit,
      pick_visit(day,
                 "a.AptStatus = 1 AND a.DateTimeArrived < '1880-01-01'"
                 " AND a.AptDateTime BETWEEN ?1 AND ?2",
                 {sql_time(day.now - minutes(25)), sql_time(day.now + minutes(20))}));
  if (!visit) return Changes{};
  TRY_DO(day.database.run("UPDATE appointment SET DateTimeArrived = ?1 WHERE AptNum = ?2",
                          {sql_time(day.now), visit->key}));
  return only(day, *visit, visit->who + " arrives for " + appointment_text(day, *visit));
}

Result<Changes> complete_procedures(Day& day, const Visit& visit) {
  TRY(const auto rows, day.database.rows("SELECT ProcNum FROM procedurelog"
                                         " WHERE AptNum = ?1 AND ProcStatus = 1 ORDER BY ProcNum",
                                         {visit.key}));
  Changes changes;
  for (const Row& row : rows) {
    const std::int64_t key = row.number(0);
    TRY_DO(
        day.database.run("UPDATE procedurelog SET ProcStatus = 2, ProcDate = ?1,"
                         " DateComplete = ?1 WHERE ProcNum = ?2",
                         {sql_date(day.now), key}));
    TRY(const std::string what, day.shown_procedure(key));
    changes.push_back(day.updated(kProcedure, key, what + " for " + visit.who + " is done"));
  }
  return changes;
}

Result<Changes> complete(Day& day) {
  TRY(const auto visit,
      pick_visit(day, "a.AptStatus = 1 AND a.DateTimeArrived > '1880-01-01' AND a.AptDateTime < ?1",
                 {sql_time(day.now - minutes(15))}, [&](const Visit& v) {
                   return day.free(kProcedure, v.procedures) &&
                          (!v.first_visit || day.free(kPatient, v.patient));
                 }));
  if (!visit) return Changes{};
  TRY_DO(day.database.run(
      "UPDATE appointment SET AptStatus = 2, DateTimeDismissed = ?1 WHERE AptNum = ?2",
      {sql_time(day.now), visit->key}));
  TRY(Changes changes, complete_procedures(day, *visit));
  changes.insert(changes.begin(),
                 day.updated(kAppointment, visit->key,
                             visit->who + " completes " + appointment_text(day, *visit)));
  if (!visit->first_visit) return changes;
  TRY_DO(day.database.run("UPDATE patient SET DateFirstVisit = ?1 WHERE PatNum = ?2",
                          {sql_date(day.now), visit->patient}));
  changes.push_back(day.updated(kPatient, visit->patient, visit->who + " is no longer new here"));
  return changes;
}

Result<Changes> miss(Day& day) {
  TRY(const auto visit,
      pick_visit(day, "a.AptStatus = 1 AND a.DateTimeArrived < '1880-01-01' AND a.AptDateTime < ?1",
                 {sql_time(day.now - minutes(30))}));
  if (!visit) return Changes{};
  TRY_DO(day.database.run("UPDATE appointment SET AptStatus = 5 WHERE AptNum = ?1", {visit->key}));
  return only(day, *visit, visit->who + " misses " + appointment_text(day, *visit));
}

Result<Changes> cancel(Day& day) {
  TRY(const auto visit, pick_visit(day,
                                   "a.AptStatus = 1 AND a.DateTimeArrived < '1880-01-01'"
                                   " AND a.AptDateTime > ?1",
                                   {sql_time(day.now)}));
  if (!visit) return Changes{};
  const auto status =
      chance(day.random, 50) ? AppointmentStatus::kBroken : AppointmentStatus::kUnscheduledList;
  TRY_DO(day.database.run("UPDATE appointment SET AptStatus = ?1 WHERE AptNum = ?2",
                          {static_cast<int>(status), visit->key}));
  return only(day, *visit, visit->who + " cancels " + appointment_text(day, *visit));
}

// The row goes, as in Open Dental; its procedures fall back to planned or lose the appointment.
Result<Changes> remove(Day& day) {
  TRY(const auto visit, pick_visit(day,
                                   "a.AptStatus IN (1, 3, 5) AND a.DateTimeArrived < '1880-01-01'"
                                   " AND a.AptDateTime > ?1",
                                   {sql_time(day.now)}, [&](const Visit& v) {
                                     return day.free(kProcedure, v.procedures);
                                   }));
  if (!visit) return Changes{};
  TRY_DO(day.database.run("DELETE FROM appointment WHERE AptNum = ?1", {visit->key}));
  TRY_DO(day.database.run("UPDATE procedurelog SET AptNum = 0 WHERE AptNum = ?1", {visit->key}));
  Changes changes{
      day.updated(kAppointment, visit->key,
                  "The front desk deletes " + visit->who + "'s " + appointment_text(day, *visit))};
  for (const std::int64_t key : visit->procedures) {
    TRY(const std::string what, day.shown_procedure(key));
    changes.push_back(
        day.updated(kProcedure, key, what + " for " + visit->who + " waits for a new date"));
  }
  return changes;
}

// Moves an appointment that stands, or brings back one that was cancelled or missed.
Result<Changes> move(Day& day, const std::string& condition, const std::string& verb) {
  TRY(const auto visit,
      pick_visit(day, condition + " AND a.DateTimeArrived < '1880-01-01'", {sql_time(day.now)}));
  if (!visit) return Changes{};
  TRY(const auto slot, free_slot(day, visit->length_minutes, visit->clinic));
  // Somewhere else at the same hour would also do, but reads oddly.
  if (!slot || slot->start == visit->start) return Changes{};
  TRY_DO(
      day.database.run("UPDATE appointment SET AptStatus = 1, AptDateTime = ?1, Op = ?2,"
                       " ClinicNum = ?3, Confirmed = ?4 WHERE AptNum = ?5",
                       {sql_time(slot->start), slot->operatory, clinic_of(slot->operatory),
                        kNotCalled, visit->key}));
  return only(day, *visit,
              visit->who + " " + verb + " " + appointment_text(day, *visit) + " to " +
                  day.shown(slot->start));
}

Result<Changes> reschedule(Day& day) {
  return move(day, "a.AptStatus = 1 AND a.AptDateTime > ?1", "moves");
}

Result<Changes> rebook(Day& day) {
  return move(day, "a.AptStatus IN (3, 5) AND a.AptDateTime < datetime(?1, '3 days')", "rebooks");
}

constexpr Step kSteps[] = {{13, book},  {13, confirm}, {20, arrive},    {18, complete}, {3, miss},
                           {4, cancel}, {3, remove},   {5, reschedule}, {2, rebook}};

}  // namespace

std::span<const Step> front_desk_steps() {
  return kSteps;
}

}  // namespace chartbell::practice
