#include "app/practice/booking.h"

#include "app/practice/population.h"
#include "app/practice/practice_schema.h"
#include "base/check.h"

namespace chartbell::practice {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using enum ResourceKind;

// Puts the patient's planned procedures into the appointment; those in flight stay planned.
Result<Changes> take_planned(Day& day, const Guest& guest, std::int64_t appointment) {
  TRY(const auto planned,
      day.database.rows("SELECT ProcNum FROM procedurelog"
                        " WHERE PatNum = ?1 AND AptNum = 0 AND ProcStatus = 1 ORDER BY ProcNum",
                        {guest.patient}));
  Changes changes;
  for (const Row& row : planned) {
    const std::int64_t key = row.number(0);
    if (changes.size() == 2 || !day.free(kProcedure, key)) continue;
    TRY_DO(day.database.run("UPDATE procedurelog SET AptNum = ?1 WHERE ProcNum = ?2",
                            {appointment, key}));
    TRY(const std::string what, day.shown_procedure(key));
    changes.push_back(day.updated(kProcedure, key, what + " for " + guest.name + " is scheduled"));
  }
  return changes;
}

Result<Changes> add_procedures(Day& day, const Guest& guest, const AppointmentForm& form,
                               std::int64_t appointment) {
  Changes changes;
  for (auto left = 1 + day.random.below(2); left > 0; --left) {
    const ProcedureForm procedure{
        guest.patient, appointment, form.provider, clinic_of(form.slot.operatory), false, day.now};
    TRY(const auto key, insert_procedure(day.database, day.random, procedure));
    TRY(const std::string what, day.shown_procedure(key));
    changes.push_back(
        day.created(kProcedure, key, what + " for " + guest.name + " is written into the plan"));
  }
  return changes;
}

Result<std::string> provider_label(Day& day, std::int64_t provider) {
  TRY(const auto rows,
      day.database.rows("SELECT Abbr FROM provider WHERE ProvNum = ?1", {provider}));
  CHECK(rows.size() == 1);
  return rows[0].texts[0];
}

}  // namespace

Result<std::optional<Slot>> free_slot(Day& day, int length, std::optional<std::int64_t> clinic) {
  for (int tries = 0; tries < 60; ++tries) {
    const auto date = std::chrono::floor<days>(day.now) + days(day.random.below(14));
    const std::int64_t operatory = 1 + static_cast<std::int64_t>(day.random.below(kOperatories));
    const LocalTime start = date + kOpens + minutes(10 * day.random.below(60));
    const LocalTime end = start + minutes(length);
    if (clinic && clinic_of(operatory) != *clinic) continue;
    if (start < day.now + minutes(20) || end > date + kCloses) continue;
    TRY(const auto taken,
        day.database.rows(
            "SELECT 1 FROM appointment WHERE AptDateTime BETWEEN ?1 AND ?2 AND Op = ?3"
            " AND AptStatus IN (1, 2) AND AptDateTime < ?4"
            " AND datetime(AptDateTime, (5 * LENGTH(Pattern)) || ' minutes') > ?5 LIMIT 1",
            {sql_time(start - minutes(180)), sql_time(end), operatory, sql_time(end),
             sql_time(start)}));
    if (taken.empty()) return Slot{operatory, start, length};
  }
  return std::nullopt;
}

Result<Changes> book_for(Day& day, const Guest& guest) {
  TRY(const auto slot, free_slot(day, draw_minutes(day.random), std::nullopt));
  if (!slot) return Changes{};
  AppointmentForm form;
  form.patient = guest.patient;
  form.provider = draw_provider(day.random, slot->operatory);
  form.slot = *slot;
  form.confirmed = kNotCalled;
  form.new_patient = guest.new_patient;
  TRY(const auto key, insert_appointment(day.database, form, day.now));
  TRY(const std::string with, provider_label(day, form.provider));
  Changes changes{day.created(kAppointment, key,
                              guest.name + " books " + day.shown(slot->start) + " with " + with)};
  TRY(Changes treatment, take_planned(day, guest, key));
  if (treatment.empty()) {
    TRY(treatment, add_procedures(day, guest, form, key));
  }
  changes.insert(changes.end(), treatment.begin(), treatment.end());
  return changes;
}

}  // namespace chartbell::practice
