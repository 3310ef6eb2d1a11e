#include "store/event_log.h"

#include <gtest/gtest.h>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

class EventLogTest : public testing::Test, protected StoreWorld {
 protected:
  std::vector<std::int64_t> seqs(InstitutionId institution) {
    std::vector<std::int64_t> out;
    const auto events = log->after(institution, {0}, 1000);
    for (const auto& event : *events) out.push_back(event->seq.value);
    return out;
  }
  static std::vector<std::int64_t> upto(std::int64_t last) {
    std::vector<std::int64_t> out;
    for (std::int64_t seq = 1; seq <= last; ++seq) out.push_back(seq);
    return out;
  }
  static void expect_same(const Event& found, const NewEvent& wanted) {
    EXPECT_EQ(found.content.row, wanted.row);
    EXPECT_EQ(found.content.event_name, wanted.event_name);
    EXPECT_EQ(found.content.resource, wanted.resource);
    EXPECT_EQ(found.content.location, wanted.location);
    EXPECT_EQ(found.content.time, wanted.time);
    EXPECT_EQ(found.content.body, wanted.body);
  }

  InstitutionId green_ = institution("green");
  InstitutionId blue_ = institution("blue");
};

TEST_F(EventLogTest, EachInstitutionsLogHasNoGap) {
  ASSERT_TRUE(append(green_, 3));
  ASSERT_TRUE(append(blue_, 2));
  ASSERT_TRUE(append(green_, 4));
  EXPECT_EQ(seqs(green_), upto(7));
  EXPECT_EQ(seqs(blue_), upto(2));
  EXPECT_EQ(log->head(green_), EventSeq{7});
  EXPECT_EQ(log->head({99}), EventSeq{0});
}

TEST_F(EventLogTest, ALogSurvivesReopeningAndGoesOnWhereItEnded) {
  ASSERT_TRUE(append(green_, 3));
  open();
  EXPECT_EQ(log->head(green_), EventSeq{3});
  ASSERT_TRUE(append(green_, 2));
  EXPECT_EQ(seqs(green_), upto(5));
}

TEST_F(EventLogTest, AnEventReadFromMemoryAndFromDiskIsWhatWasAppended) {
  const auto wanted = new_event(green_, "appointment_insertion.complete", 42, from_ms(123'456));
  ASSERT_TRUE(append(green_, {wanted}));
  expect_same(**log->at(green_, {1}), wanted);
  open();
  expect_same(**log->at(green_, {1}), wanted);
}

TEST_F(EventLogTest, WhatIsNotInTheLogIsNotFound) {
  ASSERT_TRUE(append(green_, 2));
  for (const std::int64_t seq : {0, 3, 100}) EXPECT_FALSE(*log->at(green_, {seq})) << seq;
  open();
  for (const std::int64_t seq : {0, 3, 100}) EXPECT_FALSE(*log->at(green_, {seq})) << seq;
  EXPECT_FALSE(*log->at(blue_, {1}));
}

TEST_F(EventLogTest, ReadingIsLimitedAndStartsBehindThePlaceGiven) {
  ASSERT_TRUE(append(green_, 10));
  for (int round = 0; round < 2; ++round) {
    const auto events = log->after(green_, {4}, 3);
    ASSERT_EQ(events->size(), 3U);
    EXPECT_EQ(events->front()->seq, EventSeq{5});
    EXPECT_EQ(events->back()->seq, EventSeq{7});
    EXPECT_TRUE(log->after(green_, {10}, 3)->empty());
    open();
  }
}

TEST_F(EventLogTest, WhatMemoryDroppedIsReadFromDiskBesideWhatItHolds) {
  ASSERT_TRUE(append(green_, 3));
  open();  // forgets the recent ones
  ASSERT_TRUE(append(green_, 3));
  EXPECT_EQ(seqs(green_), upto(6));
  EXPECT_EQ(log->after(green_, {1}, 2)->back()->seq, EventSeq{3});
  EXPECT_EQ(log->after(green_, {3}, 2)->back()->seq, EventSeq{5});
}

TEST_F(EventLogTest, NothingIsVisibleBeforeItIsCommitted) {
  const auto prepared = EventLog::prepare({new_event(green_, "patient_created", 1)});
  std::vector<InstitutionId> told;
  log->on_appended([&](InstitutionId institution) { told.push_back(institution); });
  ASSERT_TRUE(core->write(
      [&](SqliteDb& db) -> Result<void> {
        TRY_DO(log->append(db, green_, prepared));
        EXPECT_EQ(log->head(green_), EventSeq{0});
        EXPECT_TRUE(log->after(green_, {0}, 10)->empty());
        EXPECT_FALSE(*log->at(green_, {1}));
        EXPECT_TRUE(told.empty());
        return {};
      },
      [&] { log->committed(green_); }));
  EXPECT_EQ(log->head(green_), EventSeq{1});
  EXPECT_EQ(told, std::vector<InstitutionId>{green_});
}

TEST_F(EventLogTest, ACommitWithoutEventsTellsNobody) {
  int told = 0;
  log->on_appended([&](InstitutionId) { ++told; });
  ASSERT_TRUE(append(green_, 0));
  EXPECT_EQ(told, 0);
  ASSERT_TRUE(append(green_, 5));
  EXPECT_EQ(told, 1);
}

TEST_F(EventLogTest, ABodyOnDiskIsNotReadable) {
  auto event = new_event(green_, "patient_created", 1);
  event.body.text = Document(R"({"name":"Wilhelmina"})");
  ASSERT_TRUE(append(green_, {event}));
  auto db = core->reader();
  auto select = (*db)->prepare("SELECT sealed_body FROM event");
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.blob(0).find("Wilhelmina"), std::string::npos);
}

TEST(RecentEventsTest, TheOldestGoFirstWhenTheBytesAreUsedUp) {
  const auto event = [](InstitutionId institution, std::int64_t seq) {
    auto out = std::make_shared<Event>(Event{institution, {seq}, {}});
    out->content.body.text = Document(std::string(10, 'x'));
    return out;
  };
  RecentEvents recent(30);
  recent.add(event({1}, 7));
  recent.add(event({2}, 1));
  recent.add(event({1}, 8));
  ASSERT_TRUE(recent.after({1}, {6}, 10));
  EXPECT_FALSE(recent.after({1}, {5}, 10)) << "it cannot know of 6";
  recent.add(event({1}, 9));
  EXPECT_FALSE(recent.after({1}, {6}, 10));
  EXPECT_EQ(recent.after({1}, {7}, 10)->size(), 2U);
  EXPECT_EQ(recent.after({1}, {7}, 1)->size(), 1U);
  EXPECT_TRUE(recent.after({1}, {9}, 10)->empty());
  EXPECT_EQ(recent.after({2}, {0}, 10)->size(), 1U);
  auto giant = event({1}, 10);
  giant->content.body.text = Document(std::string(31, 'x'));
  recent.add(giant);
  EXPECT_FALSE(recent.after({1}, {9}, 10));
}

}  // namespace
}  // namespace chartbell
