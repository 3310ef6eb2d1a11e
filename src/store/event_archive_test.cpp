#include "store/event_archive.h"

#include <algorithm>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

class EventArchiveTest : public testing::Test, protected StoreWorld {
 protected:
  // `count` events, one a second, of resources 1, 2, 3, 1, 2, …
  void fill(int count, std::string_view name = "patient_created") {
    std::vector<NewEvent> events;
    for (int i = 0; i < count; ++i)
      events.push_back(
          new_event(green_, name, 1 + i % 3, start_ + std::chrono::seconds(filled_++)));
    ASSERT_TRUE(append(green_, std::move(events)));
  }
  std::vector<std::int64_t> all(EventQuery query) {
    std::vector<std::int64_t> out;
    for (pages_ = 1;; ++pages_) {
      const auto page = archive->events(query);
      EXPECT_TRUE(page);
      EXPECT_LE(page->rows.size(), query.limit);
      for (const auto& row : page->rows) out.push_back(row.seq.value);
      if (!page->next) return out;
      query.after = page->next;
    }
  }

  InstitutionId green_ = institution("green");
  InstitutionId blue_ = institution("blue");
  const WallTime start_ = from_ms(1'700'000'000'000);
  int filled_ = 0;
  int pages_ = 0;
};

TEST_F(EventArchiveTest, PagesGoOverTheWholeLogOnceInBothDirections) {
  fill(7);
  ASSERT_TRUE(append(blue_, 2));
  EXPECT_EQ(all({.institution = green_, .limit = 3}),
            (std::vector<std::int64_t>{7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(pages_, 3);
  EXPECT_EQ(all({.institution = green_, .newest_first = false, .limit = 7}),
            (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(pages_, 1) << "a full page at the end has no next one";
  EXPECT_TRUE(all({.institution = {99}}).empty());
}

TEST_F(EventArchiveTest, FiltersHoldTogether) {
  fill(9);
  fill(3, "appointment_updated");
  using V = std::vector<std::int64_t>;
  const EventQuery query{.institution = green_, .newest_first = false};
  const auto with = [&](auto set) {
    auto changed = query;
    set(changed);
    return all(changed);
  };
  EXPECT_EQ(with([](auto& q) { q.resource = ResourceId{2}; }), (V{2, 5, 8, 11}));
  EXPECT_EQ(with([](auto& q) { q.event = "appointment_updated"; }), (V{10, 11, 12}));
  EXPECT_EQ(with([](auto& q) { q.resource_type = "Appointment"; }), (V{10, 11, 12}));
  EXPECT_EQ(with([](auto& q) { q.location = LocationId{2}; }), V());
  EXPECT_EQ(with([&](auto& q) {
              q.since = start_ + std::chrono::seconds(3);
              q.until = start_ + std::chrono::seconds(6);
            }),
            (V{4, 5, 6}));
  EXPECT_EQ(with([&](auto& q) {
              q.resource = ResourceId{3};
              q.newest_first = false;
              q.limit = 1;
            }),
            (V{3, 6, 9, 12}));
}

TEST_F(EventArchiveTest, AScanIsBoundedAndGoesOn) {
  for (int i = 0; i < 12; ++i) fill(1000);
  fill(1, "appointment_updated");
  for (int i = 0; i < 6; ++i) fill(1000);
  EXPECT_EQ(all({.institution = green_, .event = "appointment_updated"}),
            (std::vector<std::int64_t>{12001}));
  EXPECT_EQ(pages_, 4);
}

TEST_F(EventArchiveTest, EventsOfAResourceAreFoundInAllBlocksOfTheLog) {
  for (int i = 0; i < 25; ++i) fill(999);
  std::vector<std::int64_t> wanted;
  for (std::int64_t seq = 2; seq <= 24'975; seq += 3) wanted.push_back(seq);
  EventQuery query{.institution = green_, .resource = ResourceId{2}, .newest_first = false};
  query.limit = 4'000;
  EXPECT_EQ(all(query), wanted);
  EXPECT_EQ(pages_, 3);
  query.newest_first = true;
  std::ranges::reverse(wanted);
  EXPECT_EQ(all(query), wanted);
}

TEST_F(EventArchiveTest, ATimeBecomesAPlaceInTheLog) {
  EXPECT_EQ(archive->last_before(green_, start_), EventSeq{0});
  fill(1000);
  EXPECT_EQ(archive->last_before(green_, start_), EventSeq{0});
  EXPECT_EQ(archive->last_before(green_, start_ + Milliseconds(1)), EventSeq{1});
  EXPECT_EQ(archive->last_before(green_, start_ + std::chrono::seconds(500)), EventSeq{500});
  EXPECT_EQ(archive->last_before(green_, start_ + std::chrono::hours(1)), EventSeq{1000});
}

TEST_F(EventArchiveTest, EventsAreReadWhole) {
  fill(3);
  open();
  EXPECT_EQ(archive->event(green_, {0}), EventPtr());
  EXPECT_EQ(archive->event(green_, {4}), EventPtr());
  const auto event = *archive->event(green_, {2});
  ASSERT_NE(event, nullptr);
  EXPECT_NE(event->content.body.text.expose().find("\"number\":2"), std::string_view::npos);
  EXPECT_EQ(archive->events_after(green_, {1}, 10)->size(), 2U);
  EXPECT_TRUE(archive->events_after(green_, {3}, 10)->empty());
}

}  // namespace
}  // namespace chartbell
