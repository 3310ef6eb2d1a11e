// Bookings, changes and patients, asked for as a client asks (wire contract §6, §7.1).
#include <gmock/gmock.h>

#include "base/time_text.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

using enum ResourceKind;

class WriteRoutesTest : public ApiTest {
 protected:
  WriteRoutesTest() {
    location_ = accounts_.institutions()->at(0).locations.at(0).id;
    put(kPatient, 41, R"({"id":null,"name":"Ann"})");
    put(kProvider, 3, R"({"id":null,"name":"Dr. Noe"})");
    put(kOperatory, 5, R"({"id":null,"name":"Chair"})");
    put(kAppointmentType, 6, R"({"id":null,"name":"Long","minutes":90})");
  }

  Record& put(ResourceKind kind, std::int64_t id, std::string document) {
    records_.rows.push_back({.institution = green_,
                             .source = {1},
                             .kind = kind,
                             .id = {id},
                             .location = location_,
                             .key = ForeignKey(id * 10),
                             .created_at = clock_.now(),
                             .updated_at = clock_.now(),
                             .document = Document(std::move(document))});
    return records_.rows.back();
  }
  Record& put_appointment(std::int64_t id) {
    return put(kAppointment, id,
               R"({"id":null,"provider_id":3,"start_time":"2030-01-02T15:00:00.000Z",)"
               R"("end_time":"2030-01-02T15:45:00.000Z","cancelled":false,"note":null,)"
               R"("operatory_id":null,"confirmed":false})");
  }
  HttpResponse book(const std::string& appt, const std::string& more = "") {
    return call("POST", "/appointments?subdomain=green&location_id=" + to_string(location_) + more,
                R"({"appt":{)" + appt + "}}");
  }
  HttpResponse change(const std::string& appt, const std::string& id = "70") {
    return call("PATCH", "/appointments/" + id + "?subdomain=green", R"({"appt":{)" + appt + "}}");
  }
  std::string order() const { return std::string(writes_.accepted.back().order.expose()); }

  LocationId location_;
  const std::string sound_ =
      R"("patient_id":41,"provider_id":3,"start_time":"2030-01-02T15:00:00Z")";
};

TEST_F(WriteRoutesTest, ABookingIsAcceptedWithAnIdAndWithoutAForeignId) {
  const auto answer = book(sound_ + R"(,"operatory_id":5,"note":"a \"b\"","referrer":"x")");
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto appt = data(answer).at("appt").as_object();
  EXPECT_EQ(appt.at("id").as_int64(), 500);
  EXPECT_TRUE(appt.at("foreign_id").is_null());
  EXPECT_EQ(appt.at("provider_name").as_string(), "Dr. Noe");
  EXPECT_EQ(appt.at("start_time").as_string(), "2030-01-02T15:00:00.000Z");
  EXPECT_EQ(appt.at("end_time").as_string(), "2030-01-02T15:30:00.000Z");
  EXPECT_EQ(appt.at("timezone_offset").as_string(), "-5:00");
  EXPECT_EQ(appt.at("location_id").as_int64(), location_.value);
  EXPECT_EQ(appt.at("note").as_string(), "a \"b\"");
  EXPECT_TRUE(appt.at("misc").at("is_booked_on_nexhealth").as_bool());
  ASSERT_EQ(writes_.accepted.size(), 1);
  EXPECT_EQ(writes_.accepted[0].expires_at, parse_utc("2030-01-02T15:00:00Z"));
  EXPECT_EQ(records_.spans.at(0).operatory, 5);
}

TEST_F(WriteRoutesTest, LengthsAndZonesAreUnderstood) {
  const std::string who = R"("patient_id":41,"provider_id":3,)";
  book(who + R"("start_time":"2030-07-01T10:00:00","appointment_type_id":6)");
  EXPECT_THAT(order(), testing::HasSubstr(R"("start_time":"2030-07-01T14:00:00.000Z")"));
  EXPECT_THAT(order(), testing::HasSubstr(R"("end_time":"2030-07-01T15:30:00.000Z")"));
  book(who + R"("start_time":"2030-07-01T10:00:00+02:00","end_time":"2030-07-01T08:10:00Z")");
  EXPECT_THAT(order(), testing::HasSubstr(R"("start_time":"2030-07-01T08:00:00.000Z")"));
  EXPECT_THAT(order(), testing::HasSubstr(R"("end_time":"2030-07-01T08:10:00.000Z")"));
}

TEST_F(WriteRoutesTest, ATypeMaySayAnyLength) {
  const std::string typed = sound_ + R"(,"appointment_type_id":8)";
  put(kAppointmentType, 8, R"({"id":null,"minutes":9223372036854775807})");
  EXPECT_EQ(book(typed).status, 201);
  EXPECT_THAT(order(), testing::HasSubstr(R"("end_time":"2030-01-03T15:00:00.000Z")"));
  records_.rows.back().document = Document(R"({"id":null,"minutes":-5})");
  EXPECT_EQ(book(typed).status, 201);
  EXPECT_THAT(order(), testing::HasSubstr(R"("end_time":"2030-01-02T15:30:00.000Z")"));
}

TEST_F(WriteRoutesTest, WhatIsWrongIsNamed) {
  const std::string who = R"("patient_id":41,"provider_id":3)";
  const std::string when = R"(,"start_time":"2030-01-02T15:00:00Z")";
  expect_refusal(call("POST", "/appointments?subdomain=green", R"({"appt":{}})"), 400,
                 "Missing parameter location_id");
  expect_refusal(call("POST", "/appointments?subdomain=green&location_id=999", R"({"appt":{}})"),
                 404, "location_id: not found");
  expect_refusal(call("POST", "/appointments?location_id=1", "{}"), 400,
                 "Missing parameter subdomain");
  expect_refusal(book(""), 400, "Missing parameter patient_id");
  expect_refusal(book(R"("patient_id":41)"), 400, "Missing parameter provider_id");
  expect_refusal(book(who), 400, "Missing parameter start_time");
  expect_refusal(book(R"("patient_id":4711,"provider_id":3)" + when), 404, "patient_id: not found");
  expect_refusal(book(R"("patient_id":3,"provider_id":3)" + when), 404, "patient_id: not found");
  expect_refusal(book(who + R"(,"operatory_id":9)" + when), 404, "operatory_id: not found");
  expect_refusal(book(who + R"(,"start_time":"2001-01-02T15:00:00Z")"), 400,
                 "start_time must be in the future");
  expect_refusal(book(who + R"(,"start_time":"tomorrow")"), 400,
                 "start_time must be a time like 2024-03-21T17:52:48Z");
  expect_refusal(book(who + when + R"(,"end_time":"2030-01-02T15:00:00Z")"), 400,
                 "end_time must be after start_time");
  expect_refusal(book(who + when + R"(,"note":")" + std::string(129, 'x') + "\""), 400,
                 "note is too long (maximum is 128 characters)");
  expect_refusal(book(who + when + R"(,"note":"a\u0001")"), 400, "note has control characters");
  expect_refusal(book(who + when + R"(,"is_guardian":"perhaps")"), 400,
                 "is_guardian must be true or false");
  expect_refusal(
      call("POST", "/appointments?subdomain=green&location_id=" + to_string(location_), "{}"), 400,
      "Missing parameter appt");
  EXPECT_TRUE(writes_.accepted.empty());
}

TEST_F(WriteRoutesTest, ATimeThatIsTakenIsRefusedUnlessMoreMayBeThere) {
  records_.at_that_time.push_back(put_appointment(70));
  expect_refusal(book(sound_), 409, "start_time: this time is taken");
  EXPECT_EQ(book(sound_, "&appointments_per_timeslot=2").status, 201);
  EXPECT_EQ(records_.spans.back().provider, 3);
}

TEST_F(WriteRoutesTest, ASystemThatCannotBeWrittenIsSaidSo) {
  writes_.light_now = Light::kRed;
  EXPECT_EQ(book(sound_).status, 503);
  writes_.untaken = {""};
  EXPECT_EQ(book(sound_).status, 422);
}

TEST_F(WriteRoutesTest, WhatTheSystemNeedsIsAskedFor) {
  writes_.needed = "operatory_id";
  expect_refusal(book(sound_), 400, "Missing parameter operatory_id");
  EXPECT_EQ(book(sound_ + R"(,"operatory_id":5)").status, 201);
}

TEST_F(WriteRoutesTest, AnothersInstitutionAndAForeignPatientAreNotThere) {
  expect_refusal(call("POST", "/appointments?subdomain=blue&location_id=1", R"({"appt":{}})"), 403,
                 "No access to this subdomain");
  records_.rows[0].institution = blue_;
  expect_refusal(book(sound_), 404, "patient_id: not found");
}

TEST_F(WriteRoutesTest, AChangeIsAnsweredByWhatBecameOfIt) {
  put_appointment(70);
  auto answer = change(R"("cancelled":true,"note":"late")");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(data(answer).at("appt").at("cancelled").as_bool());
  EXPECT_TRUE(parsed(answer).at("description").is_null());
  EXPECT_EQ(order(), R"({"cancelled":true,"note":"late"})");
  writes_.first_attempt = WriteState::kAccepted;
  answer = change(R"("confirmed":true)");
  EXPECT_EQ(parsed(answer).at("description").as_string(),
            "Accepted; it is not in the health record system yet");
  writes_.first_attempt = WriteState::kFailed;
  writes_.fault = WriteFault::kRefused;
  expect_refusal(change(R"("confirmed":true)"), 422, "The health record system refused it");
}

TEST_F(WriteRoutesTest, AMoveKeepsTheLength) {
  put_appointment(70);
  change(R"("start_time":"2030-01-03T09:00:00Z")");
  EXPECT_EQ(order(), R"({"start_time":"2030-01-03T09:00:00.000Z",)"
                     R"("end_time":"2030-01-03T09:45:00.000Z"})");
  records_.at_that_time = {records_.rows.back()};
  EXPECT_EQ(change(R"("start_time":"2030-01-02T15:15:00Z")").status, 200) << "it is there itself";
}

TEST_F(WriteRoutesTest, WhatCannotBeChangedIsSaidSo) {
  put_appointment(70);
  writes_.untaken = {"checkin_at"};
  expect_refusal(change(R"("checkin_at":"2030-01-02T15:00:00Z")"), 422,
                 "checkin_at cannot be changed in this health record system");
  EXPECT_EQ(change(R"("patient_id":3)").status, 400);
  put(kOperatory, 9, R"({"id":null,"name":"Elsewhere"})").source = {2};
  expect_refusal(change(R"("operatory_id":9)"), 400,
                 "operatory_id is of another health record system than the appointment");
  expect_refusal(change(R"("note":"x")", "71"), 404, "Appointment not found");
  put_appointment(72).gone = true;
  expect_refusal(change(R"("note":"x")", "72"), 404, "Appointment not found");
}

class NewPatientTest : public WriteRoutesTest {
 protected:
  HttpResponse add(const std::string& patient, const std::string& more = "") {
    return call("POST", "/patients?subdomain=green&location_id=" + to_string(location_),
                R"({"provider":{"provider_id":3},"patient":{)" + patient + "}" + more + "}");
  }
  static std::string person(
      const std::string& bio = R"("date_of_birth":"1980-05-03","phone_number":"(555) 010-0199")") {
    return R"("first_name":"Ann","last_name":"O'Hara","email":"a@b.example","bio":{)" + bio + "}";
  }
};

TEST_F(NewPatientTest, IsAcceptedAsAUser) {
  records_.rows.erase(records_.rows.begin());
  const auto answer = add(person());
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto user = data(answer).at("user").as_object();
  EXPECT_EQ(user.at("name").as_string(), "Ann O'Hara");
  EXPECT_EQ(user.at("bio").at("date_of_birth").as_string(), "1980-05-03");
  EXPECT_TRUE(user.at("foreign_id").is_null());
  EXPECT_EQ(writes_.accepted.at(0).kind, kPatient);
}

TEST_F(NewPatientTest, WhatIsWrongIsNamed) {
  expect_refusal(add(R"("first_name":"A")"), 400, "Missing parameter last_name");
  expect_refusal(add(R"("first_name":"A","last_name":"B","email":"none")"), 400,
                 "email must be an e-mail address");
  expect_refusal(add(R"("first_name":"A","last_name":"B","email":"a@b")"), 400,
                 "Missing parameter bio");
  expect_refusal(add(person(R"("phone_number":"5550100199")")), 400,
                 "Missing parameter date_of_birth");
  expect_refusal(add(person(R"("date_of_birth":"1980-02-30","phone_number":"5550100199")")), 400,
                 "date_of_birth must be a date like 1980-05-03");
  expect_refusal(add(person(R"("date_of_birth":"2980-05-03","phone_number":"5550100199")")), 400,
                 "date_of_birth must not be in the future");
  expect_refusal(add(person(R"("date_of_birth":"1980-05-03","phone_number":"12")")), 400,
                 "phone_number must have 7 to 15 digits");
}

TEST_F(NewPatientTest, OneWhoIsThereIsGivenBackWhereThatIsWanted) {
  put(kPatient, 42, R"({"id":null,"first_name":"ANN","last_name":"OHara"})");
  EXPECT_EQ(add(person(), R"(,"return_existing_if_match":true)").status, 200);
  EXPECT_EQ(add(person()).status, 409);
  EXPECT_TRUE(writes_.accepted.empty());
}

TEST_F(NewPatientTest, WhoseNameHasMoreWordsIsSomebodyElse) {
  put(kPatient, 42, R"({"id":null,"first_name":"Ann Marie","last_name":"O'Hara"})");
  EXPECT_EQ(add(person(), R"(,"return_existing_if_match":true)").status, 201);
}

TEST_F(WriteRoutesTest, WritesAreListedWithoutWhatTheyWrite) {
  book(sound_ + R"(,"note":"private")");
  const auto answer = call("GET", "/api/v1/writes?subdomain=green&status=accepted&resource_id=500");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find("private"), std::string::npos);
  const auto row = parsed(answer).at("data").at(0).as_object();
  EXPECT_EQ(row.at("status").as_string(), "accepted");
  EXPECT_EQ(row.at("resource_id").as_int64(), 500);
  EXPECT_EQ(writes_.queries.at(0).resource, ResourceId{500});
  EXPECT_EQ(call("GET", "/api/v1/writes?subdomain=green&status=lost").status, 400);
}

// ---- without a record system --------------------------------------------------------------------

TEST_F(WriteRoutesTest, ABookTakesWhatNoRecordSystemDoes) {
  books_.book = SourceId{1};
  const auto booked = book(sound_ + R"(,"note":"x")");
  ASSERT_EQ(booked.status, 201) << booked.body;
  EXPECT_EQ(json::serialize(data(booked).at("appt")), R"({"id":41,"foreign_id":null})");
  ASSERT_EQ(books_.requests.size(), 1u);
  EXPECT_EQ(books_.requests[0].location, location_);
  EXPECT_EQ(books_.requests[0].leaves, (Leaves{{"end_time", "\"2030-01-02T15:30:00.000Z\""},
                                               {"misc.is_booked_on_nexhealth", "true"},
                                               {"note", "\"x\""},
                                               {"patient_id", "41"},
                                               {"provider_id", "3"},
                                               {"provider_name", "\"Dr. Noe\""},
                                               {"start_time", "\"2030-01-02T15:00:00.000Z\""}}));
  EXPECT_TRUE(writes_.accepted.empty());
}

TEST_F(WriteRoutesTest, ABookTakesEveryChangeAndSaysWhatItCannot) {
  books_.book = SourceId{1};
  put_appointment(70);
  EXPECT_EQ(change(R"("cancelled":true,"note":"y")").status, 200);
  EXPECT_EQ(books_.changes.at(0), (Leaves{{"cancelled", "true"}, {"note", "\"y\""}}));
  books_.kept = failure(Code::kConflict, "The request was declined");
  expect_refusal(change(R"("cancelled":true)"), 409, "The request was declined");
  books_.kept = failure(Code::kUnreachable, "Too much waits");
  const auto busy = change(R"("cancelled":true)");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(field(busy.fields, "retry-after"), "1");
}

}  // namespace
}  // namespace chartbell
