#include "detect/auditor.h"

#include <set>

#include <gtest/gtest.h>

#include "base/random.h"
#include "detect/watch_world_for_test.h"

namespace chartbell {
namespace {

class AuditorTest : public WatchWorld {
 protected:
  void SetUp() override {
    DetectorTest::SetUp();
    restart_watch({.audit_interval = std::chrono::seconds(10)});
  }
  std::int64_t missed() { return watch->report().audit.missed; }
  // Lets so many passes go by.
  void passes(int count) {
    const auto wanted = watch->report().audit.passes + count;
    for (int i = 0; i < 10'000 && watch->report().audit.passes < wanted; ++i) {
      turn();
      clock.advance(Milliseconds(100));
    }
    turns(3);
  }
};

TEST_F(AuditorTest, WhatNobodyWokeForIsFoundToldAndCounted) {
  put_people(5);
  settle();
  passes(1);
  EXPECT_EQ(missed(), 0);
  put(kPatient, 1, person("Ann"));
  put(kPatient, 6, person("p6"));
  remove_people(2, 2);
  const auto before = store.events.size();
  passes(2);
  EXPECT_EQ(told_since(before),
            (Told{R"(patient_updated Ann was {"name":"p1"})", "patient_created p6",
                  R"(patient_updated p2 was {"inactive":false})"}));
  EXPECT_EQ(missed(), 3);
  passes(2);
  EXPECT_EQ(missed(), 3) << "each once";
}

// A server that dies may have written a row and not its log.
TEST_F(AuditorTest, AnInterruptedStreamIsReasonToLookAtOnce) {
  restart_watch({.audit_interval = std::chrono::hours(1)});
  put_people(5);
  settle();
  passes(1);
  capture->away = true;
  turns(2);
  put(kPatient, 1, person("Ann"));
  capture->away = false;
  const auto before = store.events.size();
  const auto since = clock.steady_now();
  passes(1);
  EXPECT_EQ(told_since(before), Told{R"(patient_updated Ann was {"name":"p1"})"});
  EXPECT_LT(clock.steady_now() - since, std::chrono::minutes(1));
  EXPECT_EQ(missed(), 1);
}

TEST_F(AuditorTest, AnInterruptionWithinAPassIsFollowedByAnother) {
  restart_watch({.audit_interval = std::chrono::hours(1)});
  put_people(1200);
  settle(5000);
  for (int i = 0; i < 1000 && watch->report().audit.rows == 0; ++i) turn();
  ASSERT_EQ(watch->report().audit.passes, 0);
  capture->away = true;
  turns(1);
  put(kPatient, 1, person("Ann"));
  capture->away = false;
  const auto before = store.events.size();
  passes(2);
  EXPECT_EQ(told_since(before), Told{R"(patient_updated Ann was {"name":"p1"})"});
}

// The auditor sees the row before the stream gets to it.
TEST_F(AuditorTest, AWakeUpThatIsUnderWayIsNoMiss) {
  put_people(5);
  settle();
  capture->at_once = 0;  // the stream stands still
  write(1, "Ann");
  turns(5);
  EXPECT_EQ(watch->report().audit.rows, 5) << "the slice has been read";
  EXPECT_EQ(missed(), 0);
  const auto before = store.events.size();
  capture->at_once = 10;
  turns(3);
  EXPECT_EQ(told_since(before).size(), 1u);
  passes(2);
  EXPECT_EQ(missed(), 0);
}

// Its wake-up came before the slice was read, and is read a second time behind it.
TEST_F(AuditorTest, AChangeThatWasHeardEarlyIsNoMiss) {
  put_people(5);
  settle();
  capture->unseen = Milliseconds(250);
  log.add(kPatient, key(1));
  watch->turn();
  put(kPatient, 1, person("Ann"));
  passes(2);
  EXPECT_EQ(store.events.size(), 1u);
  EXPECT_EQ(missed(), 0);
}

// A thread that asks again and again takes its processor from the record system beside it.
TEST_F(AuditorTest, SuspectsThatAwaitTheSecondReadingKeepNobodyBusy) {
  put_people(5);
  settle();
  capture->unseen = Milliseconds(250);
  int busy = 0;
  int busy_most = 0;
  for (int i = 0; i < 2000; ++i) {
    if (i % 7 == 0) log.add(kPatient, key(1));
    watch->turn();
    busy = capture->waited_for == Milliseconds(0) ? busy + 1 : 0;
    busy_most = std::max(busy, busy_most);
    if (i % 7 == 0) put(kPatient, 1, person("Ann " + std::to_string(i)));
    clock.advance(Milliseconds(50));
  }
  EXPECT_LE(busy_most, 3);
  EXPECT_EQ(missed(), 0);
}

TEST_F(AuditorTest, AStreamThatNeverComesHoldsSuspectsForAMinuteAtMost) {
  put_people(5);
  settle();
  capture->at_once = 0;
  put(kPatient, 1, person("Ann"));
  log.transactions.resize(log.transactions.size() + 3);
  const auto before = store.events.size();
  for (int i = 0; i < 300; ++i) {
    turn();
    clock.advance(Milliseconds(500));
  }
  EXPECT_EQ(told_since(before).size(), 1u);
  EXPECT_EQ(missed(), 0) << "who knows";
}

TEST_F(AuditorTest, ARowThatIsAsItWasAgainIsNoMiss) {
  put_people(5);
  settle();
  capture->at_once = 0;
  log.transactions.resize(log.transactions.size() + 1);
  put(kPatient, 1, person("Ann"));
  turns(5);
  put(kPatient, 1, person("p1"));
  capture->at_once = 10;
  passes(2);
  EXPECT_EQ(missed(), 0);
}

TEST_F(AuditorTest, ASliceAfterTheOtherAndAPauseBetween) {
  put_people(1750);
  settle();
  std::set<std::int64_t> seen;
  for (int i = 0; i < 40; ++i) {
    const auto turn_now = watch->turn();
    if (turn_now.rest > Milliseconds(0)) EXPECT_LE(turn_now.rest, std::chrono::seconds(10));
    seen.insert(watch->report().audit.rows);
    clock.advance(Milliseconds(5));
  }
  EXPECT_GE(seen.size(), 4u);
  EXPECT_TRUE(seen.contains(500));
  EXPECT_TRUE(seen.contains(1750));
}

TEST_F(AuditorTest, RemovalsThatOnlyTheAuditorSeesAreGuardedAsOneBurst) {
  put_people(5000);
  settle();
  passes(1);
  remove_people(1, 4000);
  passes(2);
  EXPECT_GE(live(kPatient), 4700) << "five in a hundred at most";
  EXPECT_EQ(last_turn.fault.code, Code::kGuard);
}

// One wake-up in a hundred is dropped, another one doubled or late: the auditor finds exactly the
// dropped ones.
class AuditorSeeds : public AuditorTest, public testing::WithParamInterface<int> {};

TEST_P(AuditorSeeds, FindsExactlyWhatWasDropped) {
  constexpr int kRows = 1000;
  SeededRandom random(static_cast<std::uint64_t>(GetParam()));
  put_people(kRows);
  settle();
  std::set<ForeignKey> dropped;
  std::set<ForeignKey> named;  // by chance, behind their change
  int written = 0;
  capture->disturb = [&](DirtyKeys& dirty) {
    DirtyKeys kept;
    for (const auto& [kind, found] : dirty.kinds())
      for (const auto& row : found.keys) {
        if (random.below(100) == 0) {
          if (!named.contains(row)) dropped.insert(row);
        } else {
          kept.add(kind, row);
        }
      }
    if (random.below(10) == 0) {
      const auto other = key(static_cast<std::int64_t>(1 + random.below(kRows)));
      kept.add(kPatient, other);
      const auto stored = store.held(kSource, kPatient, other).value()->document;
      if (std::get<std::int64_t>(other) <= written) named.insert(other);
      if (stored.expose() != reader().rows[kPatient][other]) dropped.erase(other);
    }
    dirty = kept;
  };
  for (int i = 1; i <= kRows; ++i) {
    write(i, "n" + std::to_string(i));
    written = i;
    if (random.below(5) != 0) continue;
    capture->at_once = random.below(4);
    turn();
  }
  capture->at_once = 1000;
  passes(3);
  EXPECT_EQ(store.events.size(), static_cast<std::size_t>(kRows)) << "each change is told once";
  EXPECT_EQ(missed(), static_cast<std::int64_t>(dropped.size()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, AuditorSeeds, testing::Range(1, 21));

}  // namespace
}  // namespace chartbell
