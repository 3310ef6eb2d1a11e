// Resources as they are read: which query a call becomes, and what its answer looks like in v2 and
// v3. What a query finds is the store's to show.
#include "base/time_text.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

using enum ResourceKind;

class ReadsTest : public ApiTest {
 protected:
  ReadsTest() {
    location_ = std::to_string((*accounts_.institutions())[0].locations[0].id.value);
    span_ = "subdomain=green&start=2026-03-01&end=2026-04-01T00:00:00Z&location_id=" + location_;
  }
  void put(ResourceKind kind, std::int64_t id, std::string document, InstitutionId institution) {
    records_.rows.push_back({.institution = institution,
                             .source = {1},
                             .kind = kind,
                             .id = {id},
                             .key = ForeignKey(id + 1'000),
                             .created_at = from_ms(1'000),
                             .updated_at = from_ms(2'000),
                             .document = Document(std::move(document))});
  }
  void put(ResourceKind kind, std::int64_t id, std::string document) {
    put(kind, id, std::move(document), green_);
  }
  HttpResponse get(std::string target, HttpFields fields = {}) {
    std::optional<HttpResponse> out;
    ask(
        "GET", std::move(target), {}, "key-a",
        [&](HttpResponse answer) { out = std::move(answer); }, std::move(fields));
    return *out;
  }
  HttpResponse get_v3(std::string target) {
    return get(std::move(target), {{"Nex-Api-Version", "v3.0.0"}});
  }
  const RecordQuery& asked() const { return records_.queries.back(); }

  std::string location_;
  std::string span_;
};

TEST_F(ReadsTest, AppointmentsAreNestedInV2AndBareInV3) {
  put(kAppointment, 7, R"({"id":null,"created_at":null,"updated_at":null,"note":"x"})");
  records_.counted = 31;
  records_.has_next = true;
  const auto v2 = get("/appointments?" + span_);
  EXPECT_EQ(v2.status, 200);
  EXPECT_EQ(v2.body,
            R"({"code":true,"description":null,"error":[],"data":{"appointments":[{"id":7,)"
            R"("created_at":"1970-01-01T00:00:01.000Z","updated_at":"1970-01-01T00:00:02.000Z",)"
            R"("note":"x"}]},"count":31})");
  const auto v3 = parsed(get_v3("/appointments?" + span_));
  EXPECT_EQ(v3.at("data").as_array().size(), 1U);
  EXPECT_EQ(v3.at("count"), 1);
  const auto& info = v3.at("page_info").as_object();
  EXPECT_EQ(keys(info), "has_previous_page has_next_page start_cursor end_cursor ");
  EXPECT_EQ(info.at("has_next_page"), true);
}

TEST_F(ReadsTest, ParametersBecomeTheQuery) {
  get("/appointments?" + span_ +
      "&cancelled=false&unavailable=true&nex_only=true&updated_since=2026-03-02T05:00:00-05:00&"
      "appointment_type_id=4&patient_ids[]=1&patient_ids%5B%5D=2&provider_ids[]=3&"
      "operatory_ids[]=5&sort=-updated_at&page=3&per_page=20");
  EXPECT_EQ(asked().institution, green_);
  EXPECT_EQ(asked().kind, kAppointment);
  EXPECT_EQ(to_string(*asked().location), location_);
  EXPECT_EQ(to_text(*asked().start), "2026-03-01T00:00:00.000Z");
  EXPECT_EQ(to_text(*asked().end), "2026-04-01T00:00:00.000Z");
  EXPECT_EQ(to_text(*asked().updated_since), "2026-03-02T10:00:00.000Z");
  EXPECT_EQ(asked().cancelled, false);
  EXPECT_EQ(asked().unavailable, true);
  EXPECT_EQ(asked().booked_here, true);
  EXPECT_EQ(asked().appointment_type, 4);
  EXPECT_EQ(asked().patients, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(asked().providers, std::vector<std::int64_t>{3});
  EXPECT_EQ(asked().operatories, std::vector<std::int64_t>{5});
  EXPECT_EQ(asked().order, RecordOrder::kUpdated);
  EXPECT_TRUE(asked().descending);
  EXPECT_EQ(asked().skip, 40U);
  EXPECT_EQ(asked().limit, 20U);
  get("/appointments?" + span_ + "&sort=+updated_at");
  EXPECT_EQ(asked().order, RecordOrder::kUpdated);
  EXPECT_FALSE(asked().descending);
  get("/patients?subdomain=green&name=Ada&email=a@b.c&phone_number=212&date_of_birth=1980-05-03&"
      "inactive=true&location_strict=true&location_id=" +
      location_);
  EXPECT_EQ(asked().name, "Ada");
  EXPECT_EQ(asked().email, "a@b.c");
  EXPECT_EQ(asked().phone_number, "212");
  EXPECT_EQ(asked().date_of_birth, "1980-05-03");
  EXPECT_EQ(asked().inactive, true);
  EXPECT_EQ(to_string(*asked().location), location_);
}

TEST_F(ReadsTest, WhatIsMissingOrWrongIsNamed) {
  struct Case {
    std::string target;
    int status;
    std::string reason;
  };
  std::string many = "/appointments?" + span_;
  for (int i = 1; i <= 26; ++i) many += "&patient_ids[]=" + std::to_string(i);
  const Case cases[] = {
      {"/appointments", 400, "Missing parameter subdomain"},
      {"/appointments?subdomain=green", 400, "Missing parameter start"},
      {"/appointments?subdomain=green&start=2026-03-01", 400, "Missing parameter end"},
      {"/appointments?subdomain=green&start=2026-03-01&end=2026-03-02", 400,
       "Missing parameter location_id"},
      {"/appointments?" + span_ + "&location_id=99", 404, "Location not found"},
      {"/appointments?" + span_ + "&location_id=-1", 400, "location_id must be an id"},
      {"/appointments?" + span_ + "&start=soon", 400,
       "start must be a time like 2024-03-21T17:52:48Z"},
      {"/appointments?" + span_ + "&sort=name", 400, "sort must be updated_at or -updated_at"},
      {"/appointments?" + span_ + "&per_page=1001", 400,
       "per_page must be an integer from 1 to 1000"},
      {"/appointments?" + span_ + "&page=0", 400, "page must be an integer from 1 to 1000000000"},
      {"/appointments?" + span_ + "&cancelled=maybe", 400, "cancelled must be true or false"},
      {"/appointments?" + span_ + "&provider_ids[]=x", 400, "provider_ids[] must be ids"},
      {many, 400, "patient_ids[] has more than 25 values"},
      {"/patients?subdomain=green&date_of_birth=1.1.1980", 400,
       "date_of_birth must be a date like 1980-05-03"},
      {"/procedures?subdomain=green&location_id=" + location_, 400,
       "Missing parameter appointment_id, patient_id, provider_id or updated_since"},
      {"/patients?subdomain=blue", 403, "No access to this subdomain"},
      {"/appointments/7", 400, "Missing parameter subdomain"},
      {"/appointments/7?subdomain=green", 404, "Appointment not found"},
      {"/patients/7/insurance_coverages?subdomain=green", 404, "Patient not found"},
      {"/sync_status?subdomain=green&read_status=blue", 400, "read_status must be green or red"},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.target);
    expect_refusal(get(row.target), row.status, row.reason);
  }
}

TEST_F(ReadsTest, AnothersRecordIsAnsweredLikeOneThatNeverWas) {
  put(kPatient, 7, "{}", blue_);
  EXPECT_EQ(get("/patients/7?subdomain=green").body, get("/patients/8?subdomain=green").body);
  EXPECT_EQ(get("/patients/7?subdomain=green").status, 404);
}

TEST_F(ReadsTest, CursorsHoldAPlaceInTheListsOrder) {
  put(kAppointment, 7, R"({"id":null})");
  const auto first = parsed(get_v3("/appointments?" + span_ + "&end_cursor="));
  EXPECT_FALSE(asked().after);
  const auto cursor = std::string(first.at("page_info").at("end_cursor").as_string());
  get_v3("/appointments?" + span_ + "&end_cursor=" + cursor);
  EXPECT_EQ(asked().after, (RecordPosition{2'000, {7}}));
  get_v3("/appointments?" + span_ + "&start_cursor=" + cursor);
  EXPECT_EQ(asked().before, (RecordPosition{2'000, {7}}));
  expect_refusal(get_v3("/appointments?" + span_ + "&sort=updated_at&end_cursor=" + cursor), 400,
                 "end_cursor is not one that this list gave");
  expect_refusal(get_v3("/appointments?" + span_ + "&end_cursor=QUJD"), 400,
                 "end_cursor is not one that this list gave");
  expect_refusal(
      get_v3("/appointments?" + span_ + "&end_cursor=" + cursor + "&start_cursor=" + cursor), 400,
      "start_cursor and end_cursor exclude each other");
}

TEST_F(ReadsTest, TimesBefore1970HaveCursors) {
  put(kAppointment, 7, R"({"id":null})");
  records_.rows[0].updated_at = from_ms(-3);
  const auto first = parsed(get_v3("/appointments?" + span_));
  get_v3("/appointments?" + span_ +
         "&end_cursor=" + std::string(first.at("page_info").at("end_cursor").as_string()));
  EXPECT_EQ(asked().after, (RecordPosition{-3, {7}}));
}

TEST_F(ReadsTest, IncludesAreShownInsideAndUnknownOnesNoted) {
  put(kAppointment, 7, R"({"id":null,"patient_id":8,"operatory_id":null,"foreign_id_type":"od"})");
  put(kPatient, 8, R"({"id":null,"name":"Ada"})");
  put(kProcedure, 9, R"({"id":null,"code":"D1110","name":"Cleaning","status":"scheduled"})");
  put(kProcedure, 10, R"({"id":null,"code":"D0120","status":"inactive"})");
  records_.keys[{kDescriptor, ForeignKey(1'009)}] = {77};
  const auto shown =
      get("/appointments/7?subdomain=green&include[]=patient&include[]=operatory&"
          "include[]=procedures&include[]=descriptors&include[]=weather");
  const auto value = parsed(shown);
  EXPECT_EQ(value.at("description"), "include[]: what is not known was passed over");
  const auto& object = value.at("data").as_object();
  EXPECT_EQ(object.at("patient").at("name"), "Ada");
  EXPECT_TRUE(object.at("operatory").is_null());
  EXPECT_EQ(object.at("procedures").as_array().size(), 2U);
  ASSERT_EQ(object.at("descriptors").as_array().size(), 1U);
  const auto& descriptor = object.at("descriptors").at(0).as_object();
  EXPECT_EQ(descriptor.at("id"), 77);
  EXPECT_EQ(descriptor.at("code"), "D1110");
  EXPECT_EQ(descriptor.at("foreign_id"), "1009");
  EXPECT_EQ(descriptor.at("foreign_id_type"), "od");
}

TEST_F(ReadsTest, PatientsOfV3HaveOtherFields) {
  put(kPatient, 8,
      shape_of(kPatient).render(std::vector<std::string>(shape_of(kPatient).fields().size())));
  const auto v2 = data(get("/patients/8?subdomain=green"));
  EXPECT_TRUE(v2.contains("preferred_locale") && v2.contains("balance") &&
              v2.contains("location_ids"));
  EXPECT_FALSE(v2.contains("hipaa"));
  const auto v3 = data(get_v3("/patients/8?subdomain=green"));
  EXPECT_FALSE(v3.contains("preferred_locale") || v3.contains("balance"));
  EXPECT_TRUE(v3.contains("hipaa") && v3.contains("provider_id") && v3.contains("location_ids"));
  const auto listed = parsed(get_v3("/patients?subdomain=green"));
  EXPECT_FALSE(listed.at("data").at(0).as_object().contains("location_ids"));
  EXPECT_EQ(parsed(get("/patients?subdomain=green")).at("data").at("patients").as_array().size(),
            1U);
}

TEST_F(ReadsTest, CoveragesOfV3SayWhetherTheyGoOnAndOneSaysWhoHoldsIt) {
  put(kPatient, 8, R"({"id":null,"name":"Ada","bio":{"date_of_birth":"1815-12-10"}})");
  put(kCoverage, 9,
      R"({"id":null,"subscription_relation":"self","patient_id":8,)"
      R"("expiration_date":"1970-01-01"})");
  const auto listed = parsed(get_v3("/insurance_coverages?subdomain=green"));
  const auto& row = listed.at("data").at(0).as_object();
  EXPECT_EQ(row.at("active"), false);
  EXPECT_TRUE(row.at("plan_id").is_null());
  EXPECT_EQ(row.at("updated_at"), "1970-01-01T00:00:02.000Z");
  EXPECT_TRUE(asked().not_ended_at);
  get_v3("/insurance_coverages?subdomain=green&active=false");
  EXPECT_TRUE(asked().ended_before);
  const auto one = data(get_v3("/insurance_coverages/9?subdomain=green"));
  EXPECT_EQ(json::serialize(one.at("subscriber")),
            R"({"id":8,"name":"Ada","date_of_birth":"1815-12-10"})");
  const auto of_patient = parsed(get("/patients/8/insurance_coverages?subdomain=green"));
  EXPECT_FALSE(of_patient.at("data").at(0).as_object().contains("active"));
  EXPECT_EQ(asked().patients, std::vector<std::int64_t>{8});
  EXPECT_FALSE(asked().not_ended_at);
}

TEST_F(ReadsTest, TheDirectoryIsListed) {
  put(kAppointmentType, 5, R"({"id":null,"name":"Recall","minutes":30})");
  const auto types = parsed(get("/appointment_types?subdomain=green"));
  EXPECT_EQ(json::serialize(types.at("data")),
            R"([{"id":5,"name":"Recall","minutes":30,"parent_type":"Institution","parent_id":)" +
                to_string(green_) + R"(,"descriptors":[]}])");
  EXPECT_EQ(asked().gone, false);
  for (const auto* path : {"/providers", "/operatories"})
    EXPECT_EQ(get(std::string(path) + "?subdomain=green&location_id=" + location_).status, 200);
  EXPECT_EQ(get("/providers/5?subdomain=green").status, 404);
  EXPECT_EQ(get("/operatories/5?subdomain=green").status, 404);
  EXPECT_EQ(get("/appointment_types/5?subdomain=green").status, 200);
}

TEST_F(ReadsTest, SyncStatusIsFilteredByLocations) {
  const auto rows = [&](std::string filter) {
    return parsed(get("/sync_status?subdomain=green&" + filter)).at("data").as_array().size();
  };
  EXPECT_EQ(rows("location_ids[]=" + location_), 1U);
  EXPECT_EQ(rows("location_ids[]=9999"), 0U);
  EXPECT_EQ(rows("read_status=green"), 1U);
  EXPECT_EQ(rows("read_status=red"), 0U);
}

// ---- slots --------------------------------------------------------------------------------------

class SlotsTest : public ReadsTest {
 protected:
  // A block of provider 5 in operatories 1 and 2 on 2026-03-09, 13:00Z to 15:00Z: 9 to 11 in New
  // York, the day after the clock was changed there.
  SlotsTest() { schedule(11, "[1,2]", {.start = at("13:00"), .end = at("15:00"), .provider = 5}); }
  static WallTime at(std::string time) { return *parse_utc("2026-03-09T" + time + ":00Z"); }
  void schedule(std::int64_t id, std::string operatories, RecordTimes times) {
    times.id = {id};
    times.location = here();
    records_.times[kSchedule].push_back(times);
    put(kSchedule, id, R"({"operatory_ids":)" + operatories + "}");
  }
  void appointment(RecordTimes times) {
    times.location = here();
    records_.times[kAppointment].push_back(times);
  }
  LocationId here() const { return {std::stoll(location_)}; }
  std::string slots(std::string more = "") {
    const auto answer =
        parsed(get("/appointment_slots?subdomain=green&start_date=2026-03-09&"
                   "days=1&lids[]=" +
                   location_ + more));
    std::string out;
    for (const auto& row : answer.at("data").as_array()) {
      const auto& operatory = row.at("operatory_id");
      out += std::to_string(row.at("pid").as_int64()) + "/" + json::serialize(operatory) + ":";
      for (const auto& slot : row.at("slots").as_array())
        out += " " + std::string(slot.at("time").as_string()).substr(11, 5);
      out += "; ";
    }
    return out;
  }
};

TEST_F(SlotsTest, AreWhereSomebodyWorksAndNothingIs) {
  EXPECT_EQ(slots("&slot_length=30"),
            "5/1: 13:00 13:30 14:00 14:30; 5/2: 13:00 13:30 14:00 14:30; ");
  appointment({.start = at("13:10"), .end = at("13:20"), .provider = 6, .operatory = 1});
  EXPECT_EQ(slots("&slot_length=30"), "5/1: 13:30 14:00 14:30; 5/2: 13:00 13:30 14:00 14:30; ");
  appointment({.start = at("14:00"), .end = at("14:30"), .provider = 5, .operatory = 9});
  EXPECT_EQ(slots("&slot_length=30"), "5/1: 13:30 14:30; 5/2: 13:00 13:30 14:30; ");
  appointment({.start = at("14:30"), .end = at("15:00"), .provider = 5, .cancelled = true});
  EXPECT_EQ(slots("&slot_length=30"), "5/1: 13:30 14:30; 5/2: 13:00 13:30 14:30; ");
  EXPECT_EQ(slots("&slot_length=30&slot_interval=10&operatory_ids[]=1"),
            "5/1: 13:20 13:30 14:30; ");
}

TEST_F(SlotsTest, BlockoutsCloseTheirRoomsOrAllOfThem) {
  schedule(12, "[2]", {.start = at("13:00"), .end = at("14:00"), .unavailable = true});
  EXPECT_EQ(slots("&slot_length=60"), "5/1: 13:00 14:00; 5/2: 14:00; ");
  schedule(13, "[]", {.start = at("14:00"), .end = at("15:00"), .unavailable = true});
  EXPECT_EQ(slots("&slot_length=60"), "5/1: 13:00; 5/2:; ");
  records_.times[kSchedule].back().location = {};
  EXPECT_EQ(slots("&slot_length=60"), "5/1: 13:00; 5/2:; ");
}

TEST_F(SlotsTest, AreOfThePlacesDayAndNeverOver) {
  EXPECT_EQ(slots("&slot_length=60&start_date=2026-03-08"), "");
  clock_.advance(at("13:45") - clock_.now());
  EXPECT_EQ(slots("&slot_length=30&operatory_ids[]=1"), "5/1: 14:00 14:30; ");
}

TEST_F(SlotsTest, WhoHasNoneIsTheNextDayOn) {
  const auto next = [&](const std::string& more) {
    const auto answer =
        parsed(get("/appointment_slots?subdomain=green&slot_length=30&lids[]=" + location_ + more));
    return json::serialize(answer.at("data").at(0).at("next_available_date"));
  };
  const auto far = *parse_utc("2026-04-20T14:00:00Z");
  schedule(12, "[1]", {.start = far, .end = far + std::chrono::hours(1), .provider = 5});
  EXPECT_EQ(next("&start_date=2026-03-09&days=1&pids[]=5"), "null") << "there are slots";
  EXPECT_EQ(next("&start_date=2026-03-01&days=1&pids[]=5"), R"("2026-03-09")");
  EXPECT_EQ(next("&start_date=2026-03-10&days=2&pids[]=5"), R"("2026-04-20")");
  EXPECT_EQ(next("&start_date=2026-03-10&days=2&pids[]=5&operatory_ids[]=2"), "null");
  EXPECT_EQ(next("&start_date=2026-04-21&days=1&pids[]=5"), "null");
  EXPECT_EQ(next("&start_date=2026-01-01&days=1&pids[]=5"), R"("2026-03-09")");
  EXPECT_EQ(next("&start_date=2025-11-01&days=1&pids[]=5"), "null") << "too far away";
}

TEST_F(SlotsTest, AreAsLongAsTheTypeOfTheAppointment) {
  put(kAppointmentType, 40, R"({"id":null,"minutes":60})");
  EXPECT_EQ(slots("&appointment_type_id=40&operatory_ids[]=1"), "5/1: 13:00 14:00; ");
  EXPECT_EQ(slots("&appointment_type_id=40&slot_length=45&operatory_ids[]=1"),
            "5/1: 13:00 13:45; ");
}

TEST_F(SlotsTest, WhoIsAskedForHasARow) {
  EXPECT_EQ(slots("&pids[]=6&slot_length=60"), "6/null:; ");
  EXPECT_EQ(slots("&pids[]=5&pids[]=6&slot_length=120"), "5/1: 13:00; 5/2: 13:00; 6/null:; ");
}

TEST_F(SlotsTest, WhatIsMissingOrWrongIsNamed) {
  const std::string start = "/available_slots?subdomain=green&start_date=2026-03-09";
  expect_refusal(get("/available_slots?subdomain=green"), 400, "Missing parameter start_date");
  expect_refusal(get(start), 400, "Missing parameter days");
  expect_refusal(get(start + "&days=93"), 400, "days must be an integer from 1 to 92");
  expect_refusal(get(start + "&days=1"), 400, "Missing parameter lids");
  expect_refusal(get(start + "&days=1&lids[]=99"), 404, "Location not found");
  expect_refusal(get(start + "T00:00:00&days=1"), 400, "start_date must be a date like 2024-03-21");
  expect_refusal(get(start + "&days=1&lids[]=" + location_ + "&appointment_type_id=7"), 404,
                 "Appointment type not found");
}

}  // namespace
}  // namespace chartbell
