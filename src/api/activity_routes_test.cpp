#include <gtest/gtest.h>

#include "support/api_world.h"

namespace chartbell {
namespace {

class ActivityRoutesTest : public ApiTest {};

TEST_F(ActivityRoutesTest, MinutesAndLatenciesAreShown) {
  health_.activity_value = {.minutes = {{clock_.now(), 12, 14, 13}},
                            .p50 = Microseconds(12'400),
                            .p95 = Microseconds(80'000)};
  const auto shown = data(call("GET", "/api/v1/activity?subdomain=green"));
  const auto& minute = shown.at("minutes").at(0);
  EXPECT_EQ(keys(minute.as_object()), "at events attempts successes ");
  EXPECT_EQ(minute.at("attempts"), 14);
  EXPECT_EQ(json::serialize(shown.at("latency")), R"({"p50_ms":12,"p95_ms":80,"p99_ms":null})");
}

TEST_F(ActivityRoutesTest, AnothersIsNotShown) {
  EXPECT_EQ(call("GET", "/api/v1/activity?subdomain=blue").status, 403);
  EXPECT_EQ(call("GET", "/api/v1/activity").status, 400);
}

}  // namespace
}  // namespace chartbell
