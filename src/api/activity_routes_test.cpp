#include <gtest/gtest.h>

#include "support/api_world.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class ActivityRoutesTest : public ApiTest {
 protected:
  using Piece = std::shared_ptr<std::optional<std::string>>;
  std::shared_ptr<BodySource> stream(const std::string& key = "key-a") {
    std::optional<HttpResponse> out;
    ask("GET", "/api/v1/activity/stream?subdomain=green", "", key,
        [&](HttpResponse answer) { out = std::move(answer); });
    EXPECT_EQ(field(out->fields, "content-type"), "text/event-stream");
    return out->source;
  }
  // What it gives next; nothing while it waits.
  static Piece next(BodySource& source) {
    const auto out = std::make_shared<std::optional<std::string>>();
    source.next([out](std::string piece) { *out = std::move(piece); });
    return out;
  }
  void pass(std::chrono::seconds time) {
    clock_.advance(time);
    feed_.tick();
  }
};

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

TEST_F(ActivityRoutesTest, AStreamTellsEachPartAtFirstAndThenWhatDiffers) {
  const auto source = stream();
  const auto first = next(*source);
  for (const auto* part : {"event: activity\n", "event: sources\n", "event: endpoints\n"})
    EXPECT_TRUE((*first)->contains(part)) << part;
  const auto second = next(*source);
  pass(3s);
  EXPECT_FALSE(second->has_value()) << "nothing differs";
  health_.activity_value.p50 = Microseconds(7'000);
  pass(3s);
  ASSERT_TRUE(second->has_value());
  EXPECT_TRUE((*second)->starts_with("event: activity\ndata: {")) << **second;
  EXPECT_TRUE((*second)->contains("\"p50_ms\":7"));
  EXPECT_FALSE((*second)->contains("event: sources"));
}

TEST_F(ActivityRoutesTest, AStreamSaysThatItStillLives) {
  const auto source = stream();
  next(*source);
  const auto silent = next(*source);
  for (int seconds = 0; seconds < 18 && !silent->has_value(); seconds += 3) pass(3s);
  EXPECT_EQ(silent->value_or(""), ":\n\n");
}

TEST_F(ActivityRoutesTest, AStreamOfARevokedKeyEnds) {
  const auto id = accounts_.add_account("key-c", {"*"});
  const auto source = stream("key-c");
  next(*source);
  const auto last = next(*source);
  accounts_.revoke(id);
  pass(1s);
  EXPECT_EQ(last->value_or("more"), "");
}

TEST_F(ActivityRoutesTest, AStreamShowsEndpointsToWhoMayReadThem) {
  const auto id = accounts_.add_account("key-c", {"*"});
  accounts_.set_scopes(id, Scopes::of_text("read"));
  EXPECT_FALSE((*next(*stream("key-c")))->contains("event: endpoints"));
  accounts_.set_scopes(id, Scopes::of_text("read,webhooks.read"));
  EXPECT_TRUE((*next(*stream("key-c")))->contains("event: endpoints"));
}

TEST_F(ActivityRoutesTest, AnothersIsNotShown) {
  EXPECT_EQ(call("GET", "/api/v1/activity?subdomain=blue").status, 403);
  EXPECT_EQ(call("GET", "/api/v1/activity").status, 400);
}

}  // namespace
}  // namespace chartbell
