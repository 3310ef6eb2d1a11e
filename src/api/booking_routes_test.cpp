#include <gtest/gtest.h>

#include "support/api_world.h"

namespace chartbell {
namespace {

class BookingRoutesTest : public ApiTest {
 protected:
  BookingRoutesTest() {
    bookings_.put(
        green_,
        {.appointment = {41}, .source = {1}, .location = {2}, .requested_at = clock_.now()});
    bookings_.put(blue_, {.appointment = {42}});
  }
  HttpResponse act(std::string what, std::string body = {}, std::string key = "key-a") {
    return call("POST", "/api/v1/requests/41/" + std::move(what) + "?subdomain=green",
                std::move(body), std::move(key));
  }
};

TEST_F(BookingRoutesTest, RequestsAreListedByThePage) {
  bookings_.next = ResourceId{41};
  const auto answer =
      call("GET", "/api/v1/requests?subdomain=green&status=open&location_id=2&limit=1");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto rows = parsed(answer).at("data").as_array();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(keys(rows[0].as_object()),
            "id location_id status requested_at decided_at appointment ");
  EXPECT_EQ(rows[0].at("appointment").at("id"), 41);
  EXPECT_EQ(rows[0].at("status"), "open");
  EXPECT_EQ(bookings_.asked.status, BookingStatus::kOpen);
  EXPECT_EQ(bookings_.asked.location, LocationId{2});
  const auto cursor = std::string(parsed(answer).at("page").at("next_cursor").as_string());
  call("GET", "/api/v1/requests?subdomain=green&cursor=" + cursor);
  EXPECT_EQ(bookings_.asked.after, ResourceId{41});
  expect_refusal(call("GET", "/api/v1/requests?subdomain=green&status=new"), 400,
                 "status must be open, accepted, declined or cancelled");
}

TEST_F(BookingRoutesTest, AnothersRequestIsNotThere) {
  EXPECT_EQ(call("GET", "/api/v1/requests/41?subdomain=green").status, 200);
  expect_refusal(call("GET", "/api/v1/requests/42?subdomain=green"), 404, "Request not found");
  expect_refusal(call("POST", "/api/v1/requests/42/accept?subdomain=green"), 404,
                 "Request not found");
  EXPECT_EQ(call("GET", "/api/v1/requests/42?subdomain=blue").status, 403);
  EXPECT_TRUE(books_.decisions.empty());
}

TEST_F(BookingRoutesTest, ThePracticeDecides) {
  EXPECT_EQ(act("accept").status, 200);
  EXPECT_EQ(act("decline").status, 200);
  EXPECT_EQ(books_.decisions, (std::vector{Decision::kAccept, Decision::kDecline}));
  books_.kept = failure(Code::kConflict, "The request was accepted");
  expect_refusal(act("decline"), 409, "The request was accepted");
  books_.kept = failure(Code::kUnreachable, "Too much waits");
  EXPECT_EQ(act("decline").status, 503);
}

TEST_F(BookingRoutesTest, AMoveNamesWhatChanges) {
  EXPECT_EQ(act("move", R"({"start_time":"2031-07-01T13:00:00Z","operatory_id":9})").status, 200);
  EXPECT_EQ(books_.changes.at(0),
            (Leaves{{"start_time", "\"2031-07-01T13:00:00.000Z\""}, {"operatory_id", "9"}}));
  EXPECT_EQ(act("move", R"({"start_time":"2031-07-01T09:00:00"})").status, 200);
  EXPECT_EQ(books_.changes.at(1), (Leaves{{"start_time", "\"2031-07-01T13:00:00.000Z\""}}));
  EXPECT_EQ(act("move", R"({"start_time":"soon"})").status, 400);
  EXPECT_EQ(act("move", "{}").status, 400);
  EXPECT_EQ(books_.changes.size(), 2u);
}

}  // namespace
}  // namespace chartbell
