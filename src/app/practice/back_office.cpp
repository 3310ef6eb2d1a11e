// The files: patients and their families, coverages, treatment plans and fees.
#include <algorithm>

#include "app/practice/booking.h"
#include "app/practice/day.h"
#include "app/practice/people.h"
#include "app/practice/practice_schema.h"
#include "app/practice/records.h"

namespace chartbell::practice {
namespace {

using enum ResourceKind;

constexpr int kDependent = 8;  // patplan.Relationship

constexpr std::string_view kPatients =
    "SELECT PatNum, TRIM(FName || ' ' || LName), WirelessPhone, Email, BalTotal FROM patient"
    " WHERE PatStatus = 0 ORDER BY PatNum";

Result<std::optional<Row>> pick_patient(Day& day) {
  return pick(day, kPatients, {},
              [&](const Row& row) { return day.free(kPatient, row.number(0)); });
}

// Draws until something else than `old` comes.
template <class Draw>
auto drawn_anew(Draw draw, const std::string& old) {
  std::string out = draw();
  while (out == old) out = draw();
  return out;
}

Result<Changes> new_patient(Day& day) {
  PatientForm form;
  form.person = draw_person(day.random, day.now);
  form.clinic = static_cast<std::int64_t>(day.random.below(kClinics));
  TRY(const auto key, insert_patient(day.database, day.random, form, day.now));
  const Person& person = form.person;
  const std::string name =
      person.first_name + (person.last_name.empty() ? "" : " ") + person.last_name;
  Changes changes{day.created(kPatient, key, name + " registers as a new patient")};
  TRY(const Changes booking, book_for(day, {key, name, true}));
  changes.insert(changes.end(), booking.begin(), booking.end());
  return changes;
}

Result<Changes> change_phone(Day& day) {
  TRY(const auto patient, pick_patient(day));
  if (!patient) return Changes{};
  const auto phone = drawn_anew([&] { return draw_phone(day.random); }, patient->texts[2]);
  TRY_DO(day.database.run("UPDATE patient SET WirelessPhone = ?1 WHERE PatNum = ?2",
                          {phone, patient->number(0)}));
  return Changes{
      day.updated(kPatient, patient->number(0), patient->texts[1] + " has a new phone number")};
}

Result<Changes> change_email(Day& day) {
  TRY(const auto patient, pick_patient(day));
  if (!patient) return Changes{};
  const auto email = drawn_anew([&] { return draw_email(day.random); }, patient->texts[3]);
  TRY_DO(day.database.run("UPDATE patient SET Email = ?1 WHERE PatNum = ?2",
                          {email, patient->number(0)}));
  return Changes{
      day.updated(kPatient, patient->number(0), patient->texts[1] + " has a new mail address")};
}

Result<Changes> pay(Day& day) {
  TRY(const auto patient,
      pick(day,
           "SELECT PatNum, TRIM(FName || ' ' || LName) FROM patient"
           " WHERE PatStatus = 0 AND BalTotal >= 10 ORDER BY PatNum",
           {}, [&](const Row& row) { return day.free(kPatient, row.number(0)); }));
  if (!patient) return Changes{};
  TRY_DO(day.database.run(
      "UPDATE patient SET BalTotal = CASE WHEN BalTotal > 100 THEN BalTotal - 80 ELSE 0 END"
      " WHERE PatNum = ?1",
      {patient->number(0)}));
  return Changes{
      day.updated(kPatient, patient->number(0), patient->texts[1] + " pays on the account")};
}

// "Same address for the whole family": everybody with this guarantor.
Result<Changes> move_house(Day& day) {
  TRY(const auto family,
      pick(day,
           "SELECT Guarantor, group_concat(PatNum) FROM patient"
           " WHERE PatStatus = 0 GROUP BY Guarantor ORDER BY Guarantor",
           {}, [&](const Row& row) { return day.free(kPatient, row.numbers(1)); }));
  if (!family) return Changes{};
  TRY(const auto members,
      day.database.rows("SELECT PatNum, TRIM(FName || ' ' || LName), Address FROM patient"
                        " WHERE PatStatus = 0 AND Guarantor = ?1 ORDER BY PatNum",
                        {family->number(0)}));
  const auto is_old = [&](const Address& address) {
    return std::ranges::any_of(members,
                               [&](const Row& row) { return row.texts[2] == address.street; });
  };
  Address home = draw_address(day.random);
  while (is_old(home)) home = draw_address(day.random);
  Changes changes;
  for (const Row& row : members) {
    TRY_DO(day.database.run(
        "UPDATE patient SET Address = ?1, Address2 = ?2, City = ?3, State = ?4,"
        " Zip = ?5 WHERE PatNum = ?6",
        {home.street, home.second_line, home.city, home.state, home.zip, row.number(0)}));
    changes.push_back(
        day.updated(kPatient, row.number(0), row.texts[1] + " moves to " + home.city));
  }
  return changes;
}

Result<Changes> add_insurance(Day& day) {
  TRY(const auto patient,
      pick(day,
           "SELECT p.PatNum, TRIM(p.FName || ' ' || p.LName),"
           " (SELECT COUNT(*) FROM patplan x WHERE x.PatNum = p.PatNum) AS plans"
           " FROM patient p WHERE p.PatStatus = 0 AND plans < 3 ORDER BY p.PatNum",
           {}, [](const Row&) { return true; }));
  if (!patient) return Changes{};
  TRY(const auto subscription,
      insert_subscription(day.database, day.random, patient->number(0), day.now));
  const int ordinal = static_cast<int>(patient->number(2)) + 1;
  TRY(const auto key,
      insert_coverage(day.database, {patient->number(0), subscription, ordinal, 0}));
  return Changes{day.created(kCoverage, key, patient->texts[1] + " brings a new insurance card")};
}

// A relative joins the guarantor's subscription.
Result<Changes> join_insurance(Day& day) {
  TRY(const auto joining,
      pick(day,
           "SELECT p.PatNum, TRIM(p.FName || ' ' || p.LName), s.InsSubNum,"
           " (SELECT COUNT(*) FROM patplan x WHERE x.PatNum = p.PatNum) AS plans"
           " FROM patient p JOIN inssub s ON s.Subscriber = p.Guarantor"
           " WHERE p.Guarantor <> p.PatNum AND s.DateTerm = '0001-01-01' AND plans < 3"
           " AND NOT EXISTS (SELECT 1 FROM patplan y"
           "                  WHERE y.PatNum = p.PatNum AND y.InsSubNum = s.InsSubNum)"
           " ORDER BY p.PatNum, s.InsSubNum",
           {}, [](const Row&) { return true; }));
  if (!joining) return Changes{};
  const int ordinal = static_cast<int>(joining->number(3)) + 1;
  TRY(const auto key,
      insert_coverage(day.database, {joining->number(0), joining->number(2), ordinal, kDependent}));
  return Changes{
      day.created(kCoverage, key, joining->texts[1] + " is added to the family's insurance")};
}

// An open subscription and everybody covered by it, all of them free.
Result<std::optional<Row>> pick_subscription(Day& day) {
  return pick(day,
              "SELECT s.InsSubNum, group_concat(pp.PatPlanNum), s.SubscriberID,"
              " TRIM(p.FName || ' ' || p.LName)"
              " FROM inssub s JOIN patplan pp ON pp.InsSubNum = s.InsSubNum"
              " JOIN patient p ON p.PatNum = s.Subscriber"
              " WHERE s.DateTerm = '0001-01-01' GROUP BY s.InsSubNum ORDER BY s.InsSubNum",
              {}, [&](const Row& row) { return day.free(kCoverage, row.numbers(1)); });
}

Changes all_covered(const Day& day, const Row& subscription, const std::string& sentence) {
  Changes changes;
  for (const std::int64_t key : subscription.numbers(1))
    changes.push_back(day.updated(kCoverage, key, sentence));
  return changes;
}

Result<Changes> end_insurance(Day& day) {
  TRY(const auto subscription, pick_subscription(day));
  if (!subscription) return Changes{};
  TRY_DO(day.database.run("UPDATE inssub SET DateTerm = ?1 WHERE InsSubNum = ?2",
                          {sql_date(day.now), subscription->number(0)}));
  return all_covered(day, *subscription,
                     "The insurance of " + subscription->texts[3] + " ends today");
}

Result<Changes> renumber_insurance(Day& day) {
  TRY(const auto subscription, pick_subscription(day));
  if (!subscription) return Changes{};
  const auto number =
      drawn_anew([&] { return draw_subscriber_id(day.random); }, subscription->texts[2]);
  TRY_DO(day.database.run("UPDATE inssub SET SubscriberID = ?1 WHERE InsSubNum = ?2",
                          {number, subscription->number(0)}));
  return all_covered(day, *subscription,
                     "The insurer renumbers " + subscription->texts[3] + "'s subscription");
}

// The row goes, and later coverages of the patient move up. Only open ones: the wire shows the end
// of a vanished coverage as an expiration date, which one that had ended already has.
Result<Changes> drop_insurance(Day& day) {
  TRY(const auto dropped,
      pick(day,
           "SELECT pp.PatPlanNum, TRIM(p.FName || ' ' || p.LName), pp.PatNum, pp.Ordinal,"
           " (SELECT group_concat(x.PatPlanNum) FROM patplan x"
           "   WHERE x.PatNum = pp.PatNum AND x.Ordinal > pp.Ordinal)"
           " FROM patplan pp JOIN patient p ON p.PatNum = pp.PatNum"
           " JOIN inssub s ON s.InsSubNum = pp.InsSubNum"
           " WHERE s.DateTerm = '0001-01-01' ORDER BY pp.PatPlanNum",
           {}, [&](const Row& row) {
             return day.free(kCoverage, row.number(0)) && day.free(kCoverage, row.numbers(4));
           }));
  if (!dropped) return Changes{};
  TRY_DO(day.database.run("DELETE FROM patplan WHERE PatPlanNum = ?1", {dropped->number(0)}));
  TRY_DO(day.database.run(
      "UPDATE patplan SET Ordinal = Ordinal - 1 WHERE PatNum = ?1 AND Ordinal > ?2",
      {dropped->number(2), dropped->number(3)}));
  Changes changes{
      day.updated(kCoverage, dropped->number(0), dropped->texts[1] + " drops an insurance")};
  for (const std::int64_t key : dropped->numbers(4))
    changes.push_back(
        day.updated(kCoverage, key, "A later insurance of " + dropped->texts[1] + " moves up"));
  return changes;
}

Result<Changes> plan_treatment(Day& day) {
  TRY(const auto patient, pick(day, kPatients, {}, [](const Row&) { return true; }));
  if (!patient) return Changes{};
  const auto provider = draw_provider(day.random, 1);
  TRY(const auto key, insert_procedure(day.database, day.random,
                                       {patient->number(0), 0, provider, 0, false, day.now}));
  TRY(const std::string what, day.shown_procedure(key));
  return Changes{day.created(kProcedure, key, what + " is planned for " + patient->texts[1])};
}

Result<Changes> change_fee(Day& day) {
  TRY(const auto procedure,
      pick(day,
           "SELECT l.ProcNum, TRIM(p.FName || ' ' || p.LName)"
           " FROM procedurelog l JOIN patient p ON p.PatNum = l.PatNum WHERE l.ProcStatus = 1 "
           "ORDER BY l.ProcNum",
           {}, [&](const Row& row) { return day.free(kProcedure, row.number(0)); }));
  if (!procedure) return Changes{};
  // Below 35 nothing starts, so a discount of 5 to 25 leaves something to pay; then it rises again.
  const double by = 5.0 * static_cast<double>(1 + day.random.below(5));
  TRY_DO(
      day.database.run("UPDATE procedurelog SET ProcFee = CASE WHEN ProcFee > 60"
                       " THEN ProcFee - ?1 ELSE ProcFee + ?1 END WHERE ProcNum = ?2",
                       {by, procedure->number(0)}));
  TRY(const std::string what, day.shown_procedure(procedure->number(0)));
  return Changes{day.updated(kProcedure, procedure->number(0),
                             "The fee of " + what + " for " + procedure->texts[1] + " changes")};
}

constexpr Step kSteps[] = {
    {5, new_patient},        {3, change_phone},   {2, change_email},   {2, pay},
    {2, move_house},         {2, add_insurance},  {1, join_insurance}, {1, end_insurance},
    {2, renumber_insurance}, {1, drop_insurance}, {2, plan_treatment}, {3, change_fee}};

}  // namespace

std::span<const Step> back_office_steps() {
  return kSteps;
}

}  // namespace chartbell::practice
