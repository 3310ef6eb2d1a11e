#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/emit.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

class SourceRoutesTest : public ApiTest {
 protected:
  SourceRoutesTest() {
    board_.rows.push_back({.institution = blue_, .name = "back-office", .id = {2}});
    board_.mode_reason = "the binary log is off";
    board_.watch = {
        .phase = WatchPhase::kStream,
        .mode = "poll",
        .lag = "1 table waits for a turn",
        .baseline_done = true,
        .scan = {.rows = 120, .kinds_done = 7, .kinds = 7},
        .audit = {.rows = 40, .passes = 2, .pass_ended_at = clock_.now(), .missed = 3},
        .rows_seen = 9,
        .withheld = {{ResourceKind::kPatient, 60, 100}, {ResourceKind::kAppointment, 70, 200}}};
    board_.fault = SourceFault{"guard", "rows are gone", clock_.now()};
  }
};

TEST_F(SourceRoutesTest, ASourceIsShownWhole) {
  const auto answer = call("GET", "/api/v1/sources?subdomain=green");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto rows = parsed(answer).at("data").as_array();
  ASSERT_EQ(rows.size(), 1u);
  const auto time = "\"" + to_text(clock_.now()) + "\"";
  EXPECT_EQ(json::serialize(rows[0]),
            R"({"id":1,"name":"front-office","institution_id":)" + to_string(green_) +
                R"(,"mapping":"opendental.toml","capture":{"mode":"poll",)"
                R"("reason":"the binary log is off","phase":"live",)"
                R"("lag":"1 table waits for a turn","rows_seen":9},"read_status":"green",)"
                R"("read_status_at":)" +
                time +
                R"(,"write_status":"red","write_status_at":null)"
                R"(,"baseline":{"done":true,"rows":120,"kinds_done":7,"kinds":7},)"
                R"("audit":{"rows":40,"passes":2,"last_pass_at":)" +
                time +
                R"(},"missed_by_wakeups":3,"pushed":null,"withheld_removals":[)"
                R"({"resource":"patient","missing":60,"stored":100},)"
                R"({"resource":"appointment","missing":70,"stored":200}],)"
                R"("last_error":{"code":"guard","detail":"rows are gone","at":)" +
                time + "}}");
}

TEST_F(SourceRoutesTest, AnAccountSeesTheSourcesOfItsInstitutions) {
  EXPECT_EQ(parsed(call("GET", "/api/v1/sources")).at("data").as_array().size(), 1u);
  EXPECT_EQ(parsed(call("GET", "/api/v1/sources", "", "key-b")).at("data").as_array().size(), 2u);
  EXPECT_EQ(call("GET", "/api/v1/sources?subdomain=blue").status, 403);
  EXPECT_EQ(call("GET", "/api/v1/sources", "", "nobody").status, 401);
}

TEST_F(SourceRoutesTest, ItsLightsAreToldAsTheyChanged) {
  auto other = board_.rows.at(0);
  other.id = {7};
  for (const auto& status : {board_.rows.at(0), other})
    for (const auto* event : {"sync_status_read_change", "sync_status_write_change"})
      archive_.append(green_, sync_status_event(*find_row("SyncStatus", event), Light::kRed, status,
                                                "green", clock_.now()));
  const auto answer = call("GET", "/api/v1/sources/front-office/lights?subdomain=green");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto rows = parsed(answer).at("data").as_array();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(json::serialize(rows[0]), R"({"light":"read","status":"red","at":")" +
                                          to_text(clock_.now()) + R"(","event_id":"evt_t_)" +
                                          to_string(green_) + R"(_1"})");
  EXPECT_EQ(rows[1].at("light"), "write");
  EXPECT_EQ(archive_.queries.back().resource_type, "SyncStatus");
}

TEST_F(SourceRoutesTest, LightsGoOnBehindACursor) {
  for (int i = 0; i < 3; ++i)
    archive_.append(
        green_, sync_status_event(*find_row("SyncStatus", "sync_status_read_change"), Light::kRed,
                                  board_.rows.at(0), "green", clock_.now()));
  const std::string path = "/api/v1/sources/front-office/lights?subdomain=green&limit=2";
  const auto first = parsed(call("GET", path));
  EXPECT_EQ(first.at("data").as_array().size(), 2u);
  const auto cursor = std::string(first.at("page").at("next_cursor").as_string());
  EXPECT_EQ(parsed(call("GET", path + "&cursor=" + cursor)).at("data").as_array().size(), 1u);
  EXPECT_EQ(call("GET", "/api/v1/sources/elsewhere/lights?subdomain=green").status, 404);
}

TEST_F(SourceRoutesTest, TheNumberThatWasSeenConfirms) {
  const auto answer = call("POST", "/api/v1/sources/front-office/confirm_removals?subdomain=green",
                           R"({"removals":130})");
  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(board_.confirmed, (std::vector<std::int64_t>{130}));
}

TEST_F(SourceRoutesTest, AnythingElseDoesNot) {
  const std::string path = "/api/v1/sources/front-office/confirm_removals?subdomain=green";
  expect_refusal(call("POST", path, "{}"), 400, "Missing parameter removals");
  EXPECT_EQ(call("POST", path, R"({"removals":129})").status, 409);
  EXPECT_EQ(call("POST", "/api/v1/sources/back-office/confirm_removals?subdomain=green",
                 R"({"removals":130})")
                .status,
            404);
  EXPECT_EQ(call("POST", "/api/v1/sources/back-office/confirm_removals?subdomain=blue",
                 R"({"removals":130})")
                .status,
            403);
  EXPECT_TRUE(board_.confirmed.empty());
}

}  // namespace
}  // namespace chartbell
