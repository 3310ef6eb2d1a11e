#include "app/practice/population.h"

#include <algorithm>
#include <array>

#include "app/practice/people.h"
#include "app/practice/practice_schema.h"
#include "app/practice/records.h"

namespace chartbell::practice {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr int kAppointmentsADay = 40;
constexpr int kDaysLeast = 6;

struct Population {
  PracticeDatabase& database;
  Random& random;
  LocalTime today;  // midnight
  PracticeSize size;
};

Result<> add_insurers(Population& all) {
  for (const Insurer& insurer : insurers()) {
    TRY(const auto carrier, all.database.insert("INSERT INTO carrier (CarrierName) VALUES (?1)",
                                                {std::string(insurer.name)}));
    TRY_DO(
        all.database.run("INSERT INTO insplan (GroupName, GroupNum, CarrierNum, IsMedical)"
                         " VALUES (?1, ?2, ?3, ?4)",
                         {"Group " + std::to_string(carrier), std::to_string(4000 + carrier),
                          carrier, insurer.is_medical}));
  }
  return {};
}

Result<std::int64_t> add_patient(Population& all, const Person& person, std::int64_t guarantor) {
  PatientForm form{person, static_cast<std::int64_t>(all.random.below(kClinics)), guarantor, 0,
                   kNoDate};
  if (chance(all.random, 40))
    form.balance = 20.0 + 2.5 * static_cast<double>(all.random.below(300));
  if (chance(all.random, 90))
    form.first_visit = sql_date(all.today - days(30 + all.random.below(3'000)));
  return insert_patient(all.database, all.random, form, all.today);
}

// The first relative is the spouse, the others are children.
Relation relation_of_member(std::size_t member) {
  return member == 1 ? Relation::kSpouse : Relation::kChild;
}

// Own coverages of a head of family, its relatives on the first of them.
Result<> insure(Population& all, const std::vector<std::int64_t>& family) {
  if (!chance(all.random, 75)) return {};
  TRY(const auto shared, insert_subscription(all.database, all.random, family.front(), all.today));
  for (std::size_t i = 0; i < family.size(); ++i) {
    const int relationship = i == 0 ? 0 : static_cast<int>(relation_of_member(i));
    TRY_DO(insert_coverage(all.database, {family[i], shared, 1, relationship}));
  }
  if (!chance(all.random, 25)) return {};
  TRY(const auto second, insert_subscription(all.database, all.random, family.front(), all.today));
  TRY_DO(insert_coverage(all.database, {family.front(), second, 2, 0}));
  return {};
}

Result<int> add_family(Population& all, int members_most) {
  const Person head = draw_person(all.random, all.today);
  TRY(const auto guarantor, add_patient(all, head, 0));
  std::vector<std::int64_t> family{guarantor};
  const int members = chance(all.random, 50) ? 1 : 2 + static_cast<int>(all.random.below(3));
  while (std::ssize(family) < std::min(members, members_most)) {
    const Person relative =
        draw_relative(all.random, head, relation_of_member(family.size()), all.today);
    TRY(const auto key, add_patient(all, relative, guarantor));
    family.push_back(key);
  }
  TRY_DO(insure(all, family));
  return static_cast<int>(family.size());
}

// Every place in the book for so many days, in a random order.
std::vector<Slot> open_book(Population& all) {
  const int span = std::max(kDaysLeast, all.size.appointments / kAppointmentsADay);
  std::vector<Slot> out;
  for (int day = -span / 2; day < span - span / 2; ++day) {
    for (int operatory = 1; operatory <= kOperatories; ++operatory) {
      LocalTime at = all.today + days(day) + kOpens;
      const LocalTime closing = all.today + days(day) + kCloses;
      while (true) {
        const int length = draw_minutes(all.random);
        if (at + minutes(length) > closing) break;
        out.push_back({operatory, at, length});
        at += minutes(length + (chance(all.random, 30) ? 10 : 0));
      }
    }
  }
  for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[all.random.below(i)]);
  return out;
}

AppointmentStatus draw_outcome(Population& all, LocalTime start) {
  const auto drawn = all.random.below(100);
  if (start < all.today)
    return drawn < 88   ? AppointmentStatus::kComplete
           : drawn < 95 ? AppointmentStatus::kBroken
                        : AppointmentStatus::kUnscheduledList;
  return drawn < 96 ? AppointmentStatus::kScheduled : AppointmentStatus::kBroken;
}

Result<> add_appointment(Population& all, const Slot& slot) {
  constexpr std::array kNotes = {"",
                                 "",
                                 "",
                                 "",
                                 "Anxious, allow time",
                                 "Prefers mornings",
                                 "Allergic to latex: see chart ⚠",
                                 "Parle français"};
  AppointmentForm form;
  form.patient = 1 + static_cast<std::int64_t>(
                         all.random.below(static_cast<std::uint64_t>(all.size.patients)));
  form.provider = draw_provider(all.random, slot.operatory);
  form.slot = slot;
  form.status = draw_outcome(all, slot.start);
  const bool near = slot.start < all.today + days(3);
  form.confirmed = near && chance(all.random, 50) ? kConfirmed : kNotCalled;
  form.note = one_of(all.random, kNotes);
  TRY(const auto key, insert_appointment(all.database, form, all.today - days(20)));
  const bool complete = form.status == AppointmentStatus::kComplete;
  const LocalTime date = complete ? slot.start : all.today - days(20);
  for (auto left = 1 + all.random.below(2); left > 0; --left)
    TRY_DO(insert_procedure(
        all.database, all.random,
        {form.patient, key, form.provider, clinic_of(slot.operatory), complete, date}));
  return {};
}

// Treatment that is planned and waits for an appointment.
Result<> add_plans(Population& all) {
  for (std::int64_t patient = 1; patient <= all.size.patients; ++patient) {
    if (!chance(all.random, 20)) continue;
    const auto provider = draw_provider(all.random, 1);
    TRY_DO(insert_procedure(all.database, all.random,
                            {patient, 0, provider, 0, false, all.today - days(40)}));
  }
  return {};
}

// Who works when, seven weeks ahead: every day, as the demo has it, each in the rooms that are
// theirs, with an hour of lunch in all of them.
Result<> add_schedules(Population& all) {
  const auto today = to_date_text(std::chrono::year_month_day(floor<days>(all.today)));
  TRY_DO(all.database.run(
      "WITH RECURSIVE day(n) AS (SELECT -1 UNION ALL SELECT n+1 FROM day WHERE n<48) "
      "INSERT INTO schedule (SchedDate, StartTime, StopTime, SchedType, ProvNum) "
      "SELECT date(?1, n || ' days'), '08:00:00', '18:00:00', 1, ProvNum FROM day, provider "
      "ORDER BY n, ProvNum",
      {today}));
  TRY_DO(all.database.run(
      "INSERT INTO scheduleop (ScheduleNum, OperatoryNum) SELECT s.ScheduleNum, o.OperatoryNum "
      "FROM schedule s JOIN operatory o ON o.ProvDentist=s.ProvNum "
      "ORDER BY s.ScheduleNum, o.OperatoryNum"));
  TRY_DO(all.database.run(
      "WITH RECURSIVE day(n) AS (SELECT -1 UNION ALL SELECT n+1 FROM day WHERE n<48) "
      "INSERT INTO schedule (SchedDate, StartTime, StopTime, SchedType, ClinicNum) "
      "SELECT date(?1, n || ' days'), '12:00:00', '13:00:00', 2, ClinicNum FROM day, clinic "
      "ORDER BY n, ClinicNum",
      {today}));
  return {};
}

}  // namespace

Result<> populate(PracticeDatabase& database, Random& random, LocalTime today, PracticeSize size) {
  Population all{database, random, std::chrono::floor<days>(today), size};
  TRY_DO(database.script(practice_tables()));
  TRY_DO(database.script(practice_fixtures()));
  TRY_DO(add_schedules(all));
  TRY_DO(add_insurers(all));
  for (int patients = 0; patients < size.patients;) {
    TRY(const int family, add_family(all, size.patients - patients));
    patients += family;
  }
  std::vector<Slot> book = open_book(all);
  book.resize(std::min(book.size(), static_cast<std::size_t>(std::max(0, size.appointments))));
  std::ranges::sort(book, {}, &Slot::start);
  for (const Slot& slot : book) TRY_DO(add_appointment(all, slot));
  return add_plans(all);
}

}  // namespace chartbell::practice
