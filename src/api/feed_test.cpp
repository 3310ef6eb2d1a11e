// The feed and the stream: gap-free, bounded, and closed to who may not see any more.
#include "api/event_stream.h"
#include "support/api_world.h"

namespace chartbell {
namespace {

using namespace std::chrono_literals;

class FeedTest : public ApiTest {
 protected:
  void append(int count = 1) {
    for (int i = 0; i < count; ++i)
      archive_.append(green_, new_event(green_, "patient_created", ++appended_));
    feed_.appended(green_);
  }
  // Nothing while the answer is still to come.
  using Later = std::shared_ptr<std::optional<HttpResponse>>;
  Later pull(const std::string& query, const std::string& key = "key-a", HttpFields fields = {},
             const std::string& what = "feed") {
    const auto out = std::make_shared<std::optional<HttpResponse>>();
    ask(
        "GET", "/api/v1/events/" + what + "?subdomain=green" + query, "", key,
        [out](HttpResponse answer) { *out = std::move(answer); }, std::move(fields));
    return out;
  }
  static std::string cursor_in(const HttpResponse& answer) {
    return std::string(parsed(answer).at("page").at("next_cursor").as_string());
  }
  static std::vector<std::int64_t> sequences(const HttpResponse& answer) {
    std::vector<std::int64_t> out;
    for (const auto& row : parsed(answer).at("data").as_array())
      out.push_back(row.at("sequence").as_int64());
    return out;
  }
  // What the stream gives next; nothing while it waits.
  using Piece = std::shared_ptr<std::optional<std::string>>;
  static Piece next(BodySource& source) {
    const auto out = std::make_shared<std::optional<std::string>>();
    source.next([out](std::string piece) { *out = std::move(piece); });
    return out;
  }

  int appended_ = 0;
};

TEST_F(FeedTest, PagesGoOverTheLogWithoutAGap) {
  append(120);
  std::vector<std::int64_t> seen;
  auto page = *pull("&from=earliest&limit=50");
  while (true) {
    const auto rows = sequences(*page);
    if (rows.empty()) break;
    seen.insert(seen.end(), rows.begin(), rows.end());
    page = *pull("&limit=50&cursor=" + cursor_in(*page));
  }
  ASSERT_EQ(seen.size(), 120U);
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_EQ(seen[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_FALSE(parsed(*page).at("page").at("has_more").as_bool());
  EXPECT_EQ(sequences(**pull("&cursor=118")), (std::vector<std::int64_t>{119, 120}));
  EXPECT_TRUE(sequences(**pull("")).empty()) << "from the end";
}

TEST_F(FeedTest, ARowHasThePayloadWithoutASubscription) {
  append();
  const auto row = parsed(**pull("&from=earliest")).at("data").at(0).as_object();
  EXPECT_EQ(keys(row),
            "id institution_id sequence event resource_type resource_id location_id event_time "
            "payload ");
  EXPECT_EQ(row.at("id").as_string(), "evt_t_" + to_string(green_) + "_1");
  EXPECT_TRUE(row.at("payload").at("webhook_subscription_id").is_null());
  EXPECT_EQ(row.at("payload").at("data").at("number").as_int64(), 1);
}

TEST_F(FeedTest, AWaitEndsWithTheFirstEventOrEmptyInTime) {
  append(3);
  const auto one = pull("&wait=30");
  EXPECT_FALSE(*one);
  append();
  ASSERT_TRUE(*one);
  EXPECT_EQ(sequences(**one), std::vector<std::int64_t>{4});
  const auto two = pull("&wait=30&cursor=" + cursor_in(**one));
  clock_.advance(29s);
  feed_.tick();
  EXPECT_FALSE(*two);
  clock_.advance(1s);
  feed_.tick();
  ASSERT_TRUE(*two);
  EXPECT_EQ((**two).status, 200);
  EXPECT_TRUE(sequences(**two).empty());
  EXPECT_EQ(cursor_in(**two), cursor_in(**one));
  EXPECT_FALSE(feed_.anybody_waits());
}

TEST_F(FeedTest, ARevokedKeyEndsItsWaitsWithinATick) {
  const auto id = accounts_.add_account("key-c", {"*"});
  const auto wait = pull("&wait=30", "key-c");
  const auto stream = pull("", "key-c", {}, "stream");
  next(*(**stream).source);
  const auto piece = next(*(**stream).source);
  feed_.tick();
  EXPECT_FALSE(*wait);
  EXPECT_FALSE(*piece);
  accounts_.revoke(id);
  feed_.tick();
  ASSERT_TRUE(*wait);
  EXPECT_EQ((**wait).status, 401);
  EXPECT_EQ(*piece, "");
}

TEST_F(FeedTest, SeatsAreBoundedForEachAccountAndForAll) {
  std::vector<Later> waits;
  for (int i = 0; i < 3; ++i) waits.push_back(pull("&wait=30"));
  const auto fourth = pull("&wait=30");
  ASSERT_TRUE(*fourth);
  EXPECT_EQ((**fourth).status, 429);
  EXPECT_TRUE(field((**fourth).fields, "retry-after"));
  const auto stream = pull("", "key-b", {}, "stream");
  EXPECT_EQ((**stream).status, 200);
  EXPECT_EQ((**pull("", "key-b", {}, "stream")).status, 429) << "all seats are taken";
  append();
  EXPECT_EQ((**pull("", "key-b", {}, "stream")).status, 200) << "the waits are over";
}

TEST_F(FeedTest, AStreamTellsEachEventOnceAndThatItStillLives) {
  append(2);
  const auto answer = pull("&cursor=1", "key-a", {}, "stream");
  EXPECT_EQ(field((**answer).fields, "content-type"), "text/event-stream");
  auto& source = *(**answer).source;
  EXPECT_TRUE((*next(source))->starts_with(": "));
  const auto first = *next(source);
  EXPECT_TRUE(first->starts_with("id: 2\nevent: patient_created\ndata: {\"institution_id\":"));
  EXPECT_TRUE(first->ends_with("}\n\n"));
  const auto second = next(source);
  EXPECT_FALSE(*second);
  append();
  EXPECT_TRUE((*second)->starts_with("id: 3\n"));
  const auto third = next(source);
  clock_.advance(15s);
  feed_.tick();
  EXPECT_EQ(*third, ":\n\n");
}

TEST_F(FeedTest, AStreamGoesOnBehindTheLastEventId) {
  append(5);
  const auto answer = pull("&cursor=1", "key-a", {{"Last-Event-ID", "4"}}, "stream");
  auto& source = *(**answer).source;
  next(source);
  EXPECT_TRUE((*next(source))->starts_with("id: 5\n"));
}

TEST_F(FeedTest, AStreamThatIsGoneGivesItsSeatBack) {
  for (int i = 0; i < 10; ++i) {
    const auto answer = pull("", "key-a", {}, "stream");
    ASSERT_EQ((**answer).status, 200);
    next(*(**answer).source);
    const auto piece = next(*(**answer).source);
    (**answer).source.reset();
    EXPECT_FALSE(feed_.anybody_waits());
    EXPECT_FALSE(*piece);
  }
}

TEST_F(FeedTest, WhatIsAskedWronglyIsRefused) {
  append(2);
  for (const auto* query :
       {"&wait=31", "&wait=-1", "&wait=x", "&limit=0", "&limit=501", "&cursor=3", "&cursor=x",
        "&cursor=-1", "&cursor=99999999999999999999", "&from=middle", "&cursor=ZQE"})
    EXPECT_EQ((**pull(query)).status, 400) << query;
  EXPECT_EQ((**pull("", "key-a", {{"Last-Event-ID", "3"}}, "stream")).status, 400);
  EXPECT_EQ((**pull("", "key-a", {{"Last-Event-ID", "x"}}, "stream")).status, 400);
  for (const auto* what : {"feed", "stream"}) {
    EXPECT_EQ(call("GET", std::string("/api/v1/events/") + what).status, 400);
    const auto hidden =
        call("GET", std::string("/api/v1/events/") + what + "?subdomain=blue&from=earliest");
    EXPECT_EQ(hidden.status, 403);
    EXPECT_EQ(call("HEAD", std::string("/api/v1/events/") + what + "?subdomain=green").status, 404);
  }
}

TEST_F(FeedTest, AFeedThatEndsLeavesWhatWaitsOnIt) {
  auto feed = std::make_unique<EventFeed>(archive_, accounts_, clock_);
  auto seat = feed->take_seat({AccountId{1}, green_, "green"});
  const auto& taken = *seat;
  feed->wait(taken, EventSeq{0}, 1s, [seat = std::move(seat)](EventFeed::Woken) {});
  feed.reset();
}

TEST_F(FeedTest, ABatchIsBoundedByItsBytesButNeverEmpty) {
  for (int i = 0; i < 5; ++i) {
    auto event = new_event(green_, "patient_created", i);
    event.body.text = Document("{\"webhook_subscription_id\":,\"data\":\"" +
                               std::string(std::size_t{3} << 20, 'x') + "\"}");
    event.body.splice_at = 27;
    archive_.append(green_, std::move(event));
  }
  EXPECT_EQ(read_batch(archive_, green_, {0}, 500)->size(), 1U);
}

}  // namespace
}  // namespace chartbell
