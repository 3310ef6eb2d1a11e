#include "app/practice/records.h"

#include <cstdio>

#include "app/practice/practice_schema.h"

namespace chartbell::practice {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

constexpr std::string_view kSurfaces[] = {"M", "O", "D", "MO", "DO", "MOD", "B", "L"};
constexpr int kTreatSurface = 1;  // procedurecode.TreatArea
constexpr int kTreatTooth = 2;

std::int64_t count_up_to(Random& random, std::int64_t most) {
  return 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most)));
}

}  // namespace

std::string sql_date(LocalTime time) {
  return to_date_text(std::chrono::year_month_day(floor<days>(time)));
}

std::string sql_time(LocalTime time) {
  const std::chrono::hh_mm_ss clock(floor<std::chrono::seconds>(time - floor<days>(time)));
  char out[32];
  std::snprintf(out, sizeof out, " %02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return sql_date(time) + out;
}

std::string time_pattern(int length) {
  std::string out(static_cast<std::size_t>(length / 5), 'X');
  out.front() = out.back() = '/';
  return out;
}

std::int64_t clinic_of(std::int64_t operatory) {
  return operatory <= kOperatoriesOfClinic0 ? 0 : 1;
}

std::int64_t draw_provider(Random& random, std::int64_t operatory) {
  constexpr std::int64_t kMainStreet[] = {1, 2, 4};
  constexpr std::int64_t kHarbor[] = {3, 5};
  return clinic_of(operatory) == 0 ? one_of(random, kMainStreet) : one_of(random, kHarbor);
}

int draw_minutes(Random& random) {
  constexpr int kLengths[] = {20, 30, 30, 40, 50, 60, 60, 90};
  return one_of(random, kLengths);
}

Result<std::int64_t> insert_patient(PracticeDatabase& database, Random& random,
                                    const PatientForm& form, LocalTime now) {
  const Person& person = form.person;
  TRY(const auto key,
      database.insert(
          "INSERT INTO patient (LName, FName, MiddleI, PatStatus, Gender, Birthdate, Address,"
          " Address2, City, State, Zip, HmPhone, WkPhone, WirelessPhone, Guarantor, Email, PriProv,"
          " BillingType, BalTotal, DateFirstVisit, ClinicNum, TxtMsgOk, Language, SecDateEntry)"
          " VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
          " ?18, ?19, ?20, ?21, ?22, ?23)",
          {person.last_name,
           person.first_name,
           person.middle_name,
           person.gender,
           person.birthdate,
           person.address.street,
           person.address.second_line,
           person.address.city,
           person.address.state,
           person.address.zip,
           person.home_phone,
           person.work_phone,
           person.wireless_phone,
           form.guarantor,
           person.email,
           count_up_to(random, kProviders),
           kBillingTypeFirst - 1 + count_up_to(random, kBillingTypes),
           form.balance,
           form.first_visit,
           form.clinic,
           count_up_to(random, 3) - 1,
           person.language,
           sql_date(now)}));
  TRY_DO(
      database.run("UPDATE patient SET ChartNumber = 'C' || (10000 + PatNum),"
                   " Guarantor = CASE WHEN Guarantor = 0 THEN PatNum ELSE Guarantor END"
                   " WHERE PatNum = ?1",
                   {key}));
  return key;
}

Result<std::int64_t> insert_appointment(PracticeDatabase& database, const AppointmentForm& form,
                                        LocalTime now) {
  const bool complete = form.status == AppointmentStatus::kComplete;
  const LocalTime end = form.slot.start + minutes(form.slot.minutes);
  return database.insert(
      "INSERT INTO appointment (PatNum, AptStatus, Pattern, Confirmed, Op, Note, ProvNum,"
      " AptDateTime, IsNewPatient, ClinicNum, DateTimeArrived, DateTimeDismissed, SecDateTEntry)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      {form.patient, static_cast<int>(form.status), time_pattern(form.slot.minutes), form.confirmed,
       form.slot.operatory, form.note, form.provider, sql_time(form.slot.start),
       form.new_patient ? 1 : 0, clinic_of(form.slot.operatory),
       complete ? sql_time(form.slot.start - minutes(5)) : kNoTime,
       complete ? sql_time(end) : kNoTime, sql_time(now)});
}

Result<std::int64_t> insert_procedure(PracticeDatabase& database, Random& random,
                                      const ProcedureForm& form) {
  TRY(const auto codes,
      database.rows("SELECT CodeNum, TreatArea, BaseUnits FROM procedurecode ORDER BY CodeNum"));
  const Row& code = one_of(random, codes);
  const std::int64_t area = code.number(1);
  const bool of_tooth = area == kTreatSurface || area == kTreatTooth;
  const std::string tooth = of_tooth ? std::to_string(count_up_to(random, 32)) : "";
  const std::string surface(area == kTreatSurface ? one_of(random, kSurfaces) : "");
  const double fee = 35.0 + 12.5 * static_cast<double>(random.below(90));
  return database.insert(
      "INSERT INTO procedurelog (PatNum, AptNum, ProcDate, ProcFee, Surf, ToothNum, ProcStatus,"
      " ProvNum, ClinicNum, CodeNum, UnitQty, BaseUnits, DateTP, DateComplete)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      {form.patient, form.appointment, sql_date(form.date), fee, surface, tooth,
       form.complete ? 2 : 1, form.provider, form.clinic, code.number(0),
       chance(random, 10) ? 2 : 1, code.number(2), sql_date(form.date),
       form.complete ? sql_date(form.date) : std::string(kNoDate)});
}

Result<std::int64_t> insert_subscription(PracticeDatabase& database, Random& random,
                                         std::int64_t subscriber, LocalTime now) {
  const LocalTime since = now - days(count_up_to(random, 900));
  return database.insert(
      "INSERT INTO inssub (PlanNum, Subscriber, DateEffective, SubscriberID)"
      " VALUES (?1, ?2, ?3, ?4)",
      {count_up_to(random, static_cast<std::int64_t>(insurers().size())), subscriber,
       sql_date(since), draw_subscriber_id(random)});
}

Result<std::int64_t> insert_coverage(PracticeDatabase& database, const CoverageForm& form) {
  return database.insert(
      "INSERT INTO patplan (PatNum, Ordinal, Relationship, InsSubNum) VALUES (?1, ?2, ?3, ?4)",
      {form.patient, form.ordinal, form.relationship, form.subscription});
}

}  // namespace chartbell::practice
