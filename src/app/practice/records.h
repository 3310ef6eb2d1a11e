// New rows as Open Dental's own forms write them: one function a kind of record, each giving the
// new row's key. The one place where the practice's INSERTs stand.
#pragma once

#include <cstdint>
#include <string>

#include "app/practice/people.h"
#include "app/practice/practice_database.h"
#include "base/result.h"
#include "base/time_text.h"

namespace chartbell::practice {

// Open Dental's word for "no date"; no column is NULL.
inline constexpr const char* kNoDate = "0001-01-01";
inline constexpr const char* kNoTime = "0001-01-01 00:00:00";

// "2024-03-21 17:52:47"
std::string sql_time(LocalTime time);
// "2024-03-21"
std::string sql_date(LocalTime time);

struct PatientForm {
  Person person;
  std::int64_t clinic = 0;
  std::int64_t guarantor = 0;  // 0: answers for the own bills
  double balance = 0;
  std::string first_visit = kNoDate;
};
Result<std::int64_t> insert_patient(PracticeDatabase& database, Random& random,
                                    const PatientForm& form, LocalTime now);

enum class AppointmentStatus { kScheduled = 1, kComplete = 2, kUnscheduledList = 3, kBroken = 5 };

// Where and when an appointment takes place.
struct Slot {
  std::int64_t operatory = 1;
  LocalTime start;
  int minutes = 30;
};
struct AppointmentForm {
  std::int64_t patient = 0;
  std::int64_t provider = 1;
  Slot slot;
  AppointmentStatus status = AppointmentStatus::kScheduled;
  std::int64_t confirmed = 0;  // definition.DefNum
  bool new_patient = false;
  std::string note;
};
// Arrival and end of a complete appointment are set as if all went as planned.
Result<std::int64_t> insert_appointment(PracticeDatabase& database, const AppointmentForm& form,
                                        LocalTime now);
// One sign for five minutes, dentist's time crossed: "/XXXX/".
std::string time_pattern(int minutes);
std::int64_t clinic_of(std::int64_t operatory);
// A provider who works in this operatory's clinic.
std::int64_t draw_provider(Random& random, std::int64_t operatory);
int draw_minutes(Random& random);

struct ProcedureForm {
  std::int64_t patient = 0;
  std::int64_t appointment = 0;  // 0: planned only
  std::int64_t provider = 1;
  std::int64_t clinic = 0;
  bool complete = false;
  LocalTime date;  // planned or completed on
};
// Draws code, tooth and fee.
Result<std::int64_t> insert_procedure(PracticeDatabase& database, Random& random,
                                      const ProcedureForm& form);

// A subscription of a plan, without anyone covered yet.
Result<std::int64_t> insert_subscription(PracticeDatabase& database, Random& random,
                                         std::int64_t subscriber, LocalTime now);
struct CoverageForm {
  std::int64_t patient = 0;
  std::int64_t subscription = 0;
  int ordinal = 1;
  int relationship = 0;  // patplan.Relationship; 0 self
};
Result<std::int64_t> insert_coverage(PracticeDatabase& database, const CoverageForm& form);

}  // namespace chartbell::practice
