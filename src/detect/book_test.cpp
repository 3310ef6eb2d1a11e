#include "detect/book.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "detect/detector_world_for_test.h"
#include "detect/leaf_edit.h"
#include "support/property.h"

namespace chartbell {
namespace {

std::vector<KindRules> book_rules() {
  return {{.kind = kProvider},
          {.kind = kPatient},
          {.kind = kAppointment, .embedded_patient = "patient_id"}};
}

class BookTest : public testing::Test {
 protected:
  BookTest() {
    reader_.rules = book_rules();
    provider_ = put(kProvider, "dr", {{"name", "\"Dr. Who\""}});
    patient_ = put(kPatient, "p", {{"first_name", "\"Ada\""}});
    type_ = put(kAppointmentType, "t", {{"minutes", "30"}});
  }

  ResourceId put(ResourceKind kind, std::string key, const Leaves& leaves) {
    HeldResource held;
    held.known = {.key = std::move(key), .id = store_.allot_id(), .presence = Presence::kLive};
    held.document = edited(kind, blank(kind), leaves).value();
    const auto id = held.known.id;
    DetectedBatch batch{.source = kSource};
    batch.writes.push_back({kind, std::move(held)});
    CHECK(store_.commit(std::move(batch)).has_value());
    return id;
  }
  Leaves visit() const {
    return {{"patient_id", to_string(patient_)},
            {"provider_id", to_string(provider_)},
            {"start_time", "\"2031-07-01T13:00:00Z\""},
            {"end_time", "\"2031-07-01T13:20:00Z\""}};
  }
  Leaves visit_with(std::string path, std::string json) const {
    auto out = visit();
    std::erase_if(out, [&](const auto& leaf) { return leaf.first == path; });
    out.emplace_back(std::move(path), std::move(json));
    return out;
  }
  InBook request() { return book_.request({{11}, visit()}).value(); }
  std::string refusal(Leaves leaves) {
    const auto refused = book_.request({{11}, std::move(leaves)});
    return refused ? "" : refused.error().detail;
  }
  static std::string error(const Result<InBook>& result) {
    return result ? "" : std::string(name(result.error().code)) + ": " + result.error().detail;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& event : store_.events) out.push_back(event.event_name);
    return out;
  }
  std::string last_body() const { return std::string(store_.events.back().body.text.expose()); }

  FakeClock clock_;
  MemoryResourceStore store_;
  IdBook ids_{kSource, store_, clock_};
  ScriptedReader reader_{ids_};
  Book book_{{.source = kSource,
              .subdomain = "green",
              .foreign_id_type = "book",
              .digest_key = "key",
              .zones = {{LocationId{11}, Zone::open("America/New_York").value()}},
              .reader = reader_,
              .store = store_,
              .ids = ids_,
              .clock = clock_}};
  ResourceId provider_, patient_, type_;
};

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

TEST_F(BookTest, ARequestIsToldWithItsPatientAndWithoutAForeignId) {
  const auto made = request();
  ASSERT_TRUE(made.booking);
  EXPECT_EQ(made.booking->status, BookingStatus::kOpen);
  EXPECT_EQ(names(), (std::vector<std::string>{"appointment_requested"}));
  const auto body = last_body();
  expect_in(body, R"("data":{"appointments":[{"id":)" + to_string(made.id));
  expect_in(body, R"("first_name":"Ada")");
  expect_in(body, R"("foreign_id":null,"foreign_id_type":"book")");
  expect_in(body, R"("provider_name":"Dr. Who")");
  expect_in(body, R"("timezone":"America/New_York")");
  expect_in(body, R"("timezone_offset":"-4:00")");
  expect_in(body, R"("is_booked_on_nexhealth":true)");
  expect_in(body, R"("descriptors":[])");
  EXPECT_EQ(store_.commits, 4);  // three resources, one act
}

TEST_F(BookTest, AcceptingCreatesItOnce) {
  const auto id = request().id;
  const auto accepted = book_.decide(id, Decision::kAccept);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->booking->status, BookingStatus::kAccepted);
  expect_in(last_body(), R"("foreign_id":"chartbell-)" + to_string(id) + '"');
  ASSERT_TRUE(book_.decide(id, Decision::kAccept));
  EXPECT_EQ(names(), (std::vector<std::string>{"appointment_requested", "appointment_created"}));
  EXPECT_EQ(error(book_.decide(id, Decision::kDecline)), "conflict: The request was accepted");
}

TEST_F(BookTest, DecliningCancelsItOnce) {
  const auto id = request().id;
  ASSERT_TRUE(book_.decide(id, Decision::kDecline));
  ASSERT_TRUE(book_.decide(id, Decision::kDecline));
  EXPECT_EQ(names(), (std::vector<std::string>{"appointment_requested", "appointment_updated"}));
  expect_in(last_body(), R"("previous_attributes":{"cancelled":false,"cancelled_at":null})");
  EXPECT_EQ(error(book_.decide(id, Decision::kAccept)), "conflict: The request was declined");
  EXPECT_EQ(error(book_.change(id, {{"note", "\"x\""}})), "conflict: The request was declined");
}

TEST_F(BookTest, WhoAskedMayTakeItBackWhileItIsOpen) {
  const auto id = request().id;
  const auto cancelled = book_.change(id, {{"cancelled", "true"}});
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->booking->status, BookingStatus::kCancelled);
  EXPECT_EQ(error(book_.decide(id, Decision::kAccept)), "conflict: The request was cancelled");
}

TEST_F(BookTest, AnAcceptedAppointmentIsCancelledAndBackAsInARecordSystem) {
  const auto id = request().id;
  ASSERT_TRUE(book_.decide(id, Decision::kAccept));
  EXPECT_EQ(book_.change(id, {{"cancelled", "true"}})->booking->status, BookingStatus::kAccepted);
  ASSERT_TRUE(book_.change(id, {{"cancelled", "false"}}));
  expect_in(last_body(), R"("previous_attributes":{"cancelled":true})");
}

TEST_F(BookTest, MovingTakesTheEndAlongAndTellsOnce) {
  const auto id = request().id;
  const Leaves move = {{"start_time", "\"2031-07-02T09:00:00Z\""}};
  ASSERT_TRUE(book_.change(id, move));
  ASSERT_TRUE(book_.change(id, move));
  EXPECT_EQ(names(), (std::vector<std::string>{"appointment_requested", "appointment_updated"}));
  expect_in(last_body(), R"("end_time":"2031-07-02T09:20:00.000Z")");
  expect_in(last_body(), R"("previous_attributes":{"start_time":"2031-07-01T13:00:00.000Z",)"
                         R"("end_time":"2031-07-01T13:20:00.000Z"})");
}

TEST_F(BookTest, AMissingEndIsTheTypesMinutesLater) {
  auto leaves = visit_with("appointment_type_id", to_string(type_));
  std::erase_if(leaves, [](const auto& leaf) { return leaf.first == "end_time"; });
  ASSERT_TRUE(book_.request({{11}, leaves}));
  expect_in(last_body(), R"("end_time":"2031-07-01T13:30:00.000Z")");
}

TEST_F(BookTest, WhatTheBookDoesNotHaveIsRefused) {
  const std::string missing = " names nothing that this location has";
  EXPECT_EQ(refusal(visit_with("patient_id", "99")), "patient_id" + missing);
  EXPECT_EQ(refusal(visit_with("provider_id", to_string(patient_))), "provider_id" + missing);
  EXPECT_EQ(refusal(visit_with("operatory_id", "99")), "operatory_id" + missing);
  EXPECT_EQ(refusal(visit_with("start_time", "null")), "start_time is missing, or no time");
  EXPECT_EQ(refusal(visit_with("start_time", "\"soon\"")),
            "start_time has a value of another type");
  EXPECT_EQ(refusal(visit_with("id", "7")), "id is Chartbell's own");
  EXPECT_TRUE(refusal(visit_with("nte", "\"x\"")).starts_with("nte: the resource has no field"));
  EXPECT_EQ(error(book_.request({{12}, visit()})),
            "invalid: location_id is no location of this book");
  EXPECT_EQ(error(book_.change({99}, {})), "not_found: Appointment not found");
  EXPECT_TRUE(store_.events.empty());
  EXPECT_TRUE(store_.bookings.empty());
}

TEST_F(BookTest, APatientIsToldAndCanBeBookedFor) {
  const auto made = book_.create_patient({{"first_name", "\"Bo\""}, {"last_name", "\"Ek\""}});
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->booking);
  expect_in(last_body(), R"("name":"Bo Ek")");
  expect_in(last_body(), R"("foreign_id":"chartbell-)" + to_string(made->id) + '"');
  ASSERT_TRUE(book_.request({{11}, visit_with("patient_id", to_string(made->id))}));
}

TEST_F(BookTest, AFailedCommitLeavesNothing) {
  const auto id = request().id;
  store_.commits_left = 0;
  EXPECT_FALSE(book_.decide(id, Decision::kAccept));
  store_.commits_left.reset();
  EXPECT_EQ(store_.bookings.at(id).status, BookingStatus::kOpen);
  EXPECT_EQ(names().size(), 1u);
}

// Any acts in any order: one created event at most, none after the end, and the last event about
// the appointment is its state.
TEST_F(BookTest, AnyActsEndAsTheEventsTell) {
  check_property([&](const std::vector<int>& acts) {
    const auto id = request().id;
    const auto first = store_.events.size();
    for (const auto act : acts) {
      clock_.advance(Milliseconds(1));
      const auto which = ((act % 6) + 6) % 6;
      if (which < 2) (void)book_.decide(id, which == 0 ? Decision::kAccept : Decision::kDecline);
      if (which == 2) (void)book_.change(id, {{"cancelled", "true"}});
      if (which == 3) (void)book_.change(id, {{"cancelled", "false"}});
      if (which > 3) (void)book_.change(id, {{"note", json_string(std::to_string(act))}});
    }
    const auto told = std::span(store_.events).subspan(first);
    const auto created = std::ranges::count(told, "appointment_created", &NewEvent::event_name);
    const auto status = store_.bookings.at(id).status;
    RC_ASSERT(created == (status == BookingStatus::kAccepted ? 1 : 0));
    const auto held = store_.held(kSource, kAppointment, id).value().value();
    const auto object = finish_object(held).value();
    const auto shown = object.substr(0, object.size() - 1);
    const std::string body(store_.events.back().body.text.expose());
    RC_ASSERT(body.find(shown) != std::string::npos);
  });
}

}  // namespace
}  // namespace chartbell
