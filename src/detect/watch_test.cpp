#include "detect/watch.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "detect/watch_world_for_test.h"

namespace chartbell {
namespace {

using enum Turn::Outcome;

class WatchTest : public WatchWorld {};

TEST_F(WatchTest, PositionFirstThenTheBaselineThenTheStream) {
  put_people(3);
  log.add(kPatient, key(1));
  EXPECT_EQ(settle(), Told{});
  EXPECT_EQ(position(), "1");
  EXPECT_EQ(live(kPatient), 3);
  write(2, "Ann");
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p2"})"});
  EXPECT_EQ(position(), "2");
  EXPECT_EQ(capture->stored_positions.back(), "2");
}

TEST_F(WatchTest, AChangeDuringTheBaselineIsInTheStream) {
  auto with = options();
  with.chunk_rows = 2;
  detector_options = with;
  restart_watch();
  put_people(6);
  turns(3);  // the first rows have been read
  write(1, "Ann");
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p1"})"});
}

TEST_F(WatchTest, ARestartResumesWhereItWas) {
  put_people(2);
  settle();
  write(1, "Ann");
  restart_watch();
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p1"})"});
  restart_watch();
  EXPECT_EQ(settle(), Told{});
}

TEST_F(WatchTest, AnErrorDropsWhatWasGatheredAndResumes) {
  put_people(2);
  settle();
  write(1, "Ann");
  reader().unreadable = {key(1)};
  EXPECT_EQ(turn().outcome, kBad);
  EXPECT_EQ(last_turn.fault.code, Code::kUnreachable);
  EXPECT_EQ(position(), "0");
  reader().unreadable.clear();
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p1"})"});
}

// Otherwise its first read after the return would fail once more, and cost another rest.
TEST_F(WatchTest, ASystemThatIsAwayIsAwayForTheReaderToo) {
  put_people(1);
  settle();
  EXPECT_EQ(reader().disconnected, 0);
  capture->away = true;
  turn();
  EXPECT_EQ(reader().disconnected, 1);
}

TEST_F(WatchTest, TheRestGrowsWhileTheSystemIsAwayAndTwoGoodTurnsFollowItsReturn) {
  put_people(1);
  settle();
  capture->away = true;
  Milliseconds longest{0};
  for (int i = 0; i < 12; ++i) longest = std::max(longest, turn().rest);
  EXPECT_EQ(longest, Milliseconds(15'000));
  capture->away = false;
  EXPECT_EQ(turn().outcome, kUnderWay) << "connected, nothing read yet";
  EXPECT_EQ(turn().outcome, kGood);
  EXPECT_EQ(turn().outcome, kGood);
}

TEST_F(WatchTest, ALostPositionIsAFullComparisonAndRedUntilItIsDone) {
  put_people(3);
  settle();
  write(1, "Ann");
  erase(2);
  write(4, "p4");
  log.forgotten = 3;
  restart_watch();
  bool bad = false;
  const auto before = store.events.size();
  for (int i = 0; i < 50 && !(bad && turn().outcome == kGood); ++i) {
    if (!bad) bad = turn().outcome == kBad;
    EXPECT_NE(last_turn.outcome, bad ? kUnderWay : kGood);
    EXPECT_TRUE(!bad || last_turn.outcome == kGood || position() == "0") << "not before it is done";
  }
  EXPECT_EQ(told_since(before),
            (Told{R"(patient_updated Ann was {"name":"p1"})", "patient_created p4",
                  R"(patient_updated p2 was {"inactive":false})"}));
  EXPECT_EQ(position(), "3");
}

TEST_F(WatchTest, APositionLostWhileStreamingIsTheSame) {
  put_people(2);
  settle();
  put(kPatient, 1, person("Ann"));
  log.transactions.clear();  // another server
  capture->away = true;
  turn();
  capture->away = false;
  log.transactions.resize(0);
  log.forgotten = 1;
  log.transactions.resize(2);
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p1"})"});
}

TEST_F(WatchTest, ANewCaptureComparesEverythingOnce) {
  put_people(2);
  captured = false;
  restart_watch();
  turns(6);
  EXPECT_EQ(position(), std::nullopt);
  put(kPatient, 1, person("Ann"));
  captured = true;
  restart_watch();
  EXPECT_EQ(turn().outcome, kBad);
  EXPECT_NE(last_turn.fault.detail.find("new way"), std::string::npos);
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p1"})"});
  EXPECT_EQ(turn().outcome, kGood);
}

TEST_F(WatchTest, ACrashInAComparisonBeginsItAgain) {
  detector_options.chunk_rows = 1;
  put_people(5);
  restart_watch();
  settle();
  for (int i = 1; i <= 5; ++i) put(kPatient, i, person("n" + std::to_string(i)));
  log.transactions.resize(7);
  log.forgotten = 7;
  restart_watch();
  turns(5);
  EXPECT_EQ(position(), "0");
  restart_watch();
  settle();
  EXPECT_EQ(store.events.size(), 5u) << "each once";
  EXPECT_EQ(position(), "7");
}

TEST_F(WatchTest, AnEditedMappingIsRenderedSilentlyBeforeTheStreamGoesOn) {
  put_people(2);
  settle();
  const auto changed = R"({"id":null,"name":"p1","inactive":false,"age":7})";
  put(kPatient, 1, changed);
  reader().rules[0].version = "v2";
  restart_watch();
  EXPECT_EQ(settle(), Told{});
  write(2, "Ann");
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p2"})"});
}

TEST_F(WatchTest, WithoutACaptureItScansAtEachInterval) {
  captured = false;
  restart_watch({.scan_interval = Milliseconds(700)});
  put_people(1);
  int good = 0;
  for (int i = 0; i < 30; ++i) {
    if (turn().outcome != kGood) continue;
    EXPECT_EQ(last_turn.rest, Milliseconds(700));
    put(kPatient, 1, person("n" + std::to_string(++good)));
  }
  ASSERT_GE(good, 3);
  EXPECT_GE(store.events.size(), static_cast<std::size_t>(good - 1));
  EXPECT_EQ(watch->report().mode, "scan");
}

TEST_F(WatchTest, APositionAloneIsStoredNowAndThen) {
  put_people(1);
  settle();
  const int commits = store.commits;
  for (int i = 0; i < 100; ++i) {
    log.add(kPatient, key(1));
    turn();
    clock.advance(Milliseconds(100));
  }
  EXPECT_LE(store.commits - commits, 3);
  EXPECT_GE(store.commits - commits, 1);
}

TEST_F(WatchTest, ManyChangesInARowAreReadTogether) {
  put_people(400);
  settle();
  capture->at_once = 50;
  const int commits = store.commits;
  for (int i = 1; i <= 400; ++i) write(i, "n" + std::to_string(i));
  turns(10);
  EXPECT_EQ(store.events.size(), 400u);
  EXPECT_EQ(store.commits - commits, 1);
}

TEST_F(WatchTest, AFewChangesDoNotWait) {
  put_people(2);
  settle();
  write(1, "Ann");
  const auto before = store.events.size();
  turn();
  EXPECT_EQ(told_since(before).size(), 1u);
}

TEST_F(WatchTest, AConfiguredWindowGathersEvenAFew) {
  put_people(2);
  restart_watch({.coalesce = Milliseconds(25)});
  settle();
  write(1, "Ann");
  const auto before = store.events.size();
  turn();
  EXPECT_EQ(told_since(before).size(), 0u);
  write(1, "Anna");
  clock.advance(Milliseconds(25));
  turn();
  EXPECT_EQ(told_since(before), Told{R"(patient_updated Anna was {"name":"p1"})"});
}

// ---- logs that are heard early ----------------------------------------------------------------

// Many watches on a few threads: nobody waits inside a turn.
TEST_F(WatchTest, AWatchWithoutPatienceSaysWhatToWaitFor) {
  put_people(2);
  restart_watch({.patience = Milliseconds(0)});
  capture->descriptor = 7;
  settle();
  EXPECT_EQ(turn().readable, 7);
  EXPECT_EQ(capture->waited_for, Milliseconds(0));
  EXPECT_GT(last_turn.rest, Milliseconds(0));
  write(1, "Ann");
  EXPECT_EQ(settle(1), Told{R"(patient_updated Ann was {"name":"p1"})"});
  capture->descriptor.reset();
  EXPECT_EQ(turn().rest, Milliseconds(0)) << "only asking tells";
  capture->away = true;
  EXPECT_EQ(turn().readable, std::nullopt);
}

TEST_F(WatchTest, AChangeThatIsHeardBeforeItCanBeSeenIsReadOnceMore) {
  put_people(2);
  settle();
  capture->unseen = Milliseconds(250);
  log.add(kPatient, key(1));
  turns(2);
  put(kPatient, 1, person("Ann"));
  const auto before = store.events.size();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(position(), "0");
    clock.advance(Milliseconds(100));
    turn();
  }
  turns(2);
  EXPECT_EQ(told_since(before), Told{R"(patient_updated Ann was {"name":"p1"})"});
  EXPECT_EQ(position(), "1");
}

TEST_F(WatchTest, WhoSeesTheChangeNeedNotAskWhetherItCanBeSeen) {
  put_people(2);
  settle();
  capture->unseen = Milliseconds(250);
  capture->visible = false;
  write(1, "Ann");
  turn();
  EXPECT_EQ(last_turn.outcome, Turn::Outcome::kGood);
  EXPECT_EQ(capture->awaited, 0);
}

TEST_F(WatchTest, ARowThatIsAsItWasIsReadAgainWhenTheServerShowsTheChange) {
  put_people(3);
  settle();
  capture->unseen = Milliseconds(250);
  capture->visible = false;
  capture->on_await = [&] { put(kPatient, 1, person("Ann")); };
  const auto before = store.events.size();
  write(2, "Bob");
  log.add(kPatient, key(1));
  turn();
  EXPECT_EQ(capture->awaited, 1);
  EXPECT_EQ(told_since(before), (Told{R"(patient_updated Bob was {"name":"p2"})",
                                      R"(patient_updated Ann was {"name":"p1"})"}));
}

TEST_F(WatchTest, ManyAreReadOnceAndSoNotBeforeTheyCanBeSeen) {
  put_people(50);
  settle();
  capture->unseen = Milliseconds(250);
  capture->visible = false;
  capture->on_await = [&] {
    for (int i = 1; i <= 30; ++i) put(kPatient, i, person("new"));
  };
  for (int i = 1; i <= 30; ++i) log.add(kPatient, key(i));
  const auto before = store.events.size();
  for (int i = 0; i < 20 && capture->awaited == 0; ++i) turn();
  EXPECT_EQ(told_since(before).size(), 30u);
  EXPECT_EQ(capture->awaited, 1);
}

TEST_F(WatchTest, ACrashBeforeTheSecondReadingHearsOfItAgain) {
  put_people(2);
  settle();
  capture->unseen = Milliseconds(250);
  log.add(kPatient, key(1));
  turns(2);
  restart_watch();
  put(kPatient, 1, person("Ann"));
  EXPECT_EQ(settle(), Told{R"(patient_updated Ann was {"name":"p1"})"});
}

// ---- removals that are withheld ---------------------------------------------------------------

TEST_F(WatchTest, WithheldRemovalsAreRedWhileTheRestGoesOn) {
  put_people(100);
  settle();
  for (int i = 1; i <= 60; ++i) erase(i);
  turns(3);
  EXPECT_EQ(last_turn.outcome, kBad);
  EXPECT_EQ(last_turn.fault.code, Code::kGuard);
  const auto before = store.events.size();
  write(100, "Ann");
  turns(2);
  EXPECT_EQ(told_since(before), Told{R"(patient_updated Ann was {"name":"p100"})"});
  EXPECT_EQ(watch->report().withheld, (std::vector<WithheldRemovals>{{kPatient, 60, 100}}));
}

TEST_F(WatchTest, ConfirmedRemovalsAreToldAtOnce) {
  put_people(100);
  settle();
  for (int i = 1; i <= 60; ++i) erase(i);
  turns(3);
  watch->confirm_removals(watch->report().withheld);
  turns(2);
  EXPECT_EQ(live(kPatient), 40);
  EXPECT_EQ(last_turn.outcome, kGood);
}

TEST_F(WatchTest, WhatWasWithheldIsWithheldAfterARestart) {
  put_people(100);
  settle();
  for (int i = 1; i <= 60; ++i) erase(i);
  turns(3);
  clock.advance(Milliseconds(6000));
  turns(2);
  EXPECT_EQ(position(), "60");
  restart_watch();
  turns(4);
  EXPECT_EQ(last_turn.outcome, kBad);
  EXPECT_EQ(watch->report().withheld, (std::vector<WithheldRemovals>{{kPatient, 60, 100}}));
}

// ---- whatever happens -------------------------------------------------------------------------

// A seeded life of a source: changes at any moment, errors, crashes, commits that fail, a log that
// forgets. In the end everything has been told exactly as a process that never failed would have:
// state and source are equal, and the events end in that state.

class WatchLife : public WatchTest, public testing::WithParamInterface<int> {
 protected:
  void something_happens(SeededRandom& random) {
    const auto number = static_cast<std::int64_t>(1 + random.below(30));
    switch (random.below(12)) {
      case 0:
        return erase(number);
      case 1:
        capture->away = !capture->away;
        return;
      case 2:
        restart_watch();
        capture->unseen = Milliseconds(random.below(2) * 250);
        capture->at_once = 1 + random.below(5);
        return;
      case 3:
        store.commits_left = static_cast<int>(random.below(3));
        return;
      case 4:
        if (random.below(4) == 0) log.forgotten = log.transactions.size();
        return;
      default:
        return write(number, "v" + std::to_string(random.below(1000)));
    }
  }
  void expect_state_is_source() {
    const auto& held = store.of(kSource, kPatient);
    const auto& rows = reader().rows[kPatient];
    for (const auto& [row, text] : rows) {
      ASSERT_TRUE(held.contains(row));
      EXPECT_EQ(held.at(row).document.expose(), text);
    }
    EXPECT_EQ(live(kPatient), static_cast<std::int64_t>(rows.size()));
  }
  void expect_events_end_in_state() {
    std::map<std::int64_t, std::string> labels;
    for (const auto& event : store.events) labels[event.resource.value] = label_of(event);
    for (const auto& [row, resource] : store.of(kSource, kPatient)) {
      const auto label = labels.find(resource.known.id.value);
      if (label == labels.end()) continue;  // as the baseline found it
      EXPECT_TRUE(resource.document.expose().contains("\"" + label->second + "\""));
    }
  }
};

TEST_P(WatchLife, EndsInTheSourcesState) {
  SeededRandom random(static_cast<std::uint64_t>(GetParam()));
  detector_options.removals_max = 1000;
  detector_options.chunk_rows = 4;
  put_people(12);
  restart_watch();
  for (int i = 0; i < 400; ++i) {
    if (random.below(3) == 0) something_happens(random);
    turn();
    if (random.below(8) == 0) store.commits_left.reset();
  }
  capture->away = false;
  store.commits_left.reset();
  settle(200);
  turns(5);
  ASSERT_TRUE(live_now());
  expect_state_is_source();
  expect_events_end_in_state();
  const auto events = store.events.size();
  cycle();
  EXPECT_EQ(store.events.size(), events) << "nothing was left to find";
}

INSTANTIATE_TEST_SUITE_P(Seeds, WatchLife, testing::Range(1, 101));

}  // namespace
}  // namespace chartbell
