// Reading anew what wake-ups named.
#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "detect/detector_world_for_test.h"

namespace chartbell {
namespace {

class RefreshTest : public DetectorTest {
 protected:
  Told refresh(const DirtyKeys& dirty, std::optional<std::string> position = std::nullopt) {
    const auto before = store.events.size();
    report = process->detector.refresh(dirty, position);
    Told out;
    for (auto i = before; i < store.events.size(); ++i) out.push_back(told(store.events[i]));
    return out;
  }
  static DirtyKeys patients(std::initializer_list<std::int64_t> numbers) {
    DirtyKeys out;
    for (const auto number : numbers) out.add(kPatient, key(number));
    return out;
  }
  static DirtyKeys patients(std::int64_t from, std::int64_t to) {
    DirtyKeys out;
    for (auto i = from; i <= to; ++i) out.add(kPatient, key(i));
    return out;
  }
  static DirtyKeys whole(ResourceKind kind, Extent extent) {
    DirtyKeys out;
    out.widen(kind, extent);
    return out;
  }
  std::optional<std::string> position() { return store.position(kSource).value(); }
  RemovalGuard& guard() { return process->detector.guard(); }

  Result<RefreshReport> report;
};

TEST_F(RefreshTest, OnlyWhatIsNamedIsRead) {
  put_people(3);
  cycle();
  for (int i = 1; i <= 3; ++i) put(kPatient, i, person("new" + std::to_string(i)));
  EXPECT_EQ(refresh(patients({2})), Told{R"(patient_updated new2 was {"name":"p2"})"});
  EXPECT_EQ(report->changes.rows, 1);
  EXPECT_EQ(report->changes.updated, 1);
}

TEST_F(RefreshTest, ARowThatCameIsCreatedAndOneThatWentIsRemoved) {
  put_people(2);
  cycle();
  remove_people(1, 1);
  put(kPatient, 3, person("p3"));
  EXPECT_EQ(refresh(patients({1, 3})),
            (Told{"patient_created p3", R"(patient_updated p1 was {"inactive":false})"}));
  EXPECT_EQ(refresh(patients({1, 3})), Told{}) << "twice tells nothing more";
  EXPECT_EQ(cycle(), Told{}) << "nor does a scan";
}

TEST_F(RefreshTest, AnUnknownKeyOfNothingIsNothing) {
  cycle();
  const int commits = store.commits;
  EXPECT_EQ(refresh(patients({77}), "p1"), Told{});
  EXPECT_EQ(store.commits, commits);
  EXPECT_FALSE(report->position_stored);
}

TEST_F(RefreshTest, PatientsComeBeforeAppointmentsInOneCommitWithThePosition) {
  cycle();
  const int commits = store.commits;
  put(kPatient, 7, person("Ann"));
  put(kAppointment, 1, visit(7, "first"));
  DirtyKeys dirty = patients({7});
  dirty.add(kAppointment, key(1));
  EXPECT_EQ(refresh(dirty, "p1"), (Told{"patient_created Ann", "appointment_created first"}));
  EXPECT_EQ(store.commits, commits + 1);
  EXPECT_EQ(position(), "p1");
  EXPECT_TRUE(report->position_stored);
}

TEST_F(RefreshTest, APatientThatAnAppointmentBringsAlongIsToldOnce) {
  process->reader.rules = {small_practice()[1], small_practice()[0]};
  cycle();
  put(kPatient, 7, person("Ann"));
  put(kAppointment, 1, visit(7, "first"));
  DirtyKeys dirty = patients({7});
  dirty.add(kAppointment, key(1));
  EXPECT_EQ(refresh(dirty, "p1"), (Told{"patient_created Ann", "appointment_created first"}));
  EXPECT_EQ(position(), "p1");
}

// Knows a row by its name, and says so once.
class OneAdoption final : public Adoption {
 public:
  Result<std::optional<Reference>> claim(ResourceKind kind, const FreshResource& row) override {
    if (kind != kPatient || !row.document.expose().contains("Ours")) return std::nullopt;
    ++claims;
    return std::optional(reference);
  }
  Reference reference{ResourceId{4'711}, from_ms(1'600'000'000'000)};
  int claims = 0;
};

TEST_F(RefreshTest, ARowThatChartbellWroteKeepsItsIdAndTheTimeOfItsBooking) {
  OneAdoption ours;
  process = std::make_unique<Process>(store, clock, options(), &ours);
  EXPECT_TRUE(process->detector.cycle());
  process->reader.rows[kPatient][key(7)] = person("Ours");
  process->reader.rows[kPatient][key(8)] = person("Bo");
  DirtyKeys dirty;
  dirty.add(kPatient, key(7));
  dirty.add(kPatient, key(8));
  EXPECT_TRUE(process->detector.refresh(dirty, std::nullopt));
  EXPECT_EQ(ours.claims, 1);
  const auto held = store.held(kSource, kPatient, key(7)).value();
  EXPECT_EQ(held->known.id, ours.reference.id);
  EXPECT_EQ(held->created_at, ours.reference.first_seen);
  EXPECT_NE(store.held(kSource, kPatient, key(8)).value()->known.id, ours.reference.id);
}

TEST_F(RefreshTest, WhatABookingSaidAndNoColumnHoldsStays) {
  OneAdoption ours;
  process = std::make_unique<Process>(store, clock, options(), &ours);
  process->reader.rules[1].unmapped = {"misc.is_booked_on_nexhealth", "referrer"};
  EXPECT_TRUE(process->detector.cycle());
  const auto row = [](std::string_view note, std::string_view booked, std::string_view referrer) {
    return R"({"id":null,"patient_id":null,"note":")" + std::string(note) +
           R"(","misc":{"is_booked_on_nexhealth":)" + std::string(booked) + R"(},"referrer":)" +
           std::string(referrer) + "}";
  };
  HeldResource held;
  held.known = {.key = key(7), .id = {4'711}};
  held.document = Document(row("x", "true", "\"blog\""));
  DetectedBatch batch{.source = kSource};
  batch.writes.push_back({kAppointment, held});
  EXPECT_TRUE(store.commit(std::move(batch)));
  const auto stored = [&] {
    return std::string(store.held(kSource, kAppointment, key(7)).value()->document.expose());
  };
  DirtyKeys dirty;
  dirty.add(kAppointment, key(7));
  for (const auto* note : {"x", "y", "y"}) {
    process->reader.rows[kAppointment][key(7)] = row(note, "false", "null");
    EXPECT_TRUE(process->detector.refresh(dirty, std::nullopt));
    EXPECT_EQ(stored(), row(note, "true", "\"blog\""));
  }
  EXPECT_EQ(store.events.size(), 2) << "created, and the other note";
}

TEST_F(RefreshTest, AFailedCommitLeavesThePositionAndTellsTheSameLater) {
  put_people(1);
  cycle();
  put(kPatient, 1, person("Ann"));
  store.commits_left = 0;
  EXPECT_EQ(refresh(patients({1}), "p1"), Told{});
  EXPECT_FALSE(report);
  EXPECT_EQ(position(), std::nullopt);
  store.commits_left.reset();
  EXPECT_EQ(refresh(patients({1}), "p1"), Told{R"(patient_updated Ann was {"name":"p1"})"});
}

TEST_F(RefreshTest, VeryMuchIsSeveralCommitsAndThePositionComesWithTheLast) {
  cycle();
  put_people(5000);
  const int before = store.commits;
  EXPECT_EQ(refresh(patients(1, 5000), "p1").size(), 5000u);
  ASSERT_GE(store.commits - before, 2);
  for (auto i = static_cast<std::size_t>(before); i + 1 < store.batches.size(); ++i)
    EXPECT_FALSE(store.batches[i].position);
  EXPECT_EQ(store.batches.back().position, "p1");
}

TEST_F(RefreshTest, DuringTheBaselineANewKeyIsStoredButNotTold) {
  put_people(1);
  EXPECT_EQ(refresh(patients({1})), Told{});
  EXPECT_EQ(live(kPatient), 1);
  EXPECT_EQ(cycle(), Told{});
  put(kPatient, 1, person("Ann"));
  EXPECT_EQ(refresh(patients({1})), Told{R"(patient_updated Ann was {"name":"p1"})"});
}

TEST_F(RefreshTest, DuringABaselineThatTellsANewKeyIsToldOnce) {
  auto with = options();
  with.initial_events = true;
  restart(with);
  put_people(2);
  EXPECT_EQ(refresh(patients({1})), Told{"patient_created p1"});
  EXPECT_EQ(cycle(), Told{"patient_created p2"});
}

// ---- whole kinds ------------------------------------------------------------------------------

TEST_F(RefreshTest, AKeyListFindsWhatCameAndWentAndWhatIsNamed) {
  put_people(3);
  cycle();
  remove_people(1, 1);
  put(kPatient, 2, person("unnamed change"));
  put(kPatient, 3, person("named change"));
  put(kPatient, 4, person("p4"));
  auto dirty = whole(kPatient, Extent::kKeyList);
  dirty.add(kPatient, key(3));
  EXPECT_EQ(refresh(dirty),
            (Told{R"(patient_updated named change was {"name":"p3"})", "patient_created p4",
                  R"(patient_updated p1 was {"inactive":false})"}));
  EXPECT_EQ(report->changes.rows, 2) << "no other row is read";
}

TEST_F(RefreshTest, AKeyListOfManyPortions) {
  auto with = options();
  with.removals_max = 100'000;
  restart(with);
  put_people(12'000);
  cycle();
  remove_people(100, 11'000);
  EXPECT_EQ(refresh(whole(kPatient, Extent::kKeyList)).size(), 10'901u);
  EXPECT_EQ(live(kPatient), 1'099);
}

TEST_F(RefreshTest, AllIsAPassOverTheKindAlone) {
  put_people(2);
  put(kAppointment, 1, visit(1, "first"));
  cycle();
  remove_people(1, 1);
  put(kPatient, 2, person("Ann"));
  put(kAppointment, 1, visit(1, "second"));
  EXPECT_EQ(refresh(whole(kPatient, Extent::kAll)),
            (Told{R"(patient_updated Ann was {"name":"p2"})",
                  R"(patient_updated p1 was {"inactive":false})"}));
}

// ---- the guard --------------------------------------------------------------------------------

TEST_F(RefreshTest, ABurstOfRemovalsIsWithheldAndTheRestIsTold) {
  put_people(100);
  cycle();
  remove_people(1, 51);
  put(kPatient, 100, person("Ann"));
  EXPECT_EQ(refresh(patients(1, 100), "p1"), Told{R"(patient_updated Ann was {"name":"p100"})"});
  EXPECT_EQ(guard().withheld(), (std::vector<WithheldRemovals>{{kPatient, 51, 100}}));
  EXPECT_EQ(live(kPatient), 100);
  EXPECT_EQ(position(), "p1");
}

TEST_F(RefreshTest, ManySmallStepsAreOneBurst) {
  put_people(100);
  cycle();
  for (int i = 1; i <= 60; ++i) {
    remove_people(i, i);
    refresh(patients({i}));
  }
  EXPECT_EQ(live(kPatient), 50);
  EXPECT_TRUE(guard().withholds(kPatient));
  refresh(whole(kPatient, Extent::kKeyList));
  EXPECT_EQ(guard().withheld(), (std::vector<WithheldRemovals>{{kPatient, 10, 50}}));
}

TEST_F(RefreshTest, AFewNowAndAFewLaterAreNoBurst) {
  put_people(200);
  cycle();
  for (int i = 0; i < 3; ++i) {
    remove_people(i * 40 + 1, i * 40 + 40);
    EXPECT_EQ(refresh(patients(i * 40 + 1, i * 40 + 40)).size(), 40u);
    clock.advance(std::chrono::minutes(10));
  }
}

TEST_F(RefreshTest, RowsThatAreBackWereNeverToldGone) {
  put_people(100);
  cycle();
  const auto all = reader().rows[kPatient];
  remove_people(1, 90);
  EXPECT_EQ(refresh(patients(1, 90)), Told{});
  reader().rows[kPatient] = all;
  EXPECT_EQ(refresh(whole(kPatient, Extent::kKeyList)), Told{});
  EXPECT_FALSE(guard().withholds(kPatient));
}

TEST_F(RefreshTest, WhatIsConfirmedIsToldOnceAndNotOneMore) {
  put_people(200);
  cycle();
  remove_people(1, 90);
  refresh(patients(1, 90));
  guard().confirm(guard().withheld());
  remove_people(91, 91);
  EXPECT_EQ(refresh(whole(kPatient, Extent::kKeyList)), Told{}) << "more than was confirmed";
  guard().confirm(guard().withheld());
  EXPECT_EQ(refresh(whole(kPatient, Extent::kKeyList)).size(), 91u);
  EXPECT_TRUE(guard().withheld().empty());
  remove_people(92, 150);
  EXPECT_EQ(refresh(patients(92, 150)), Told{}) << "a confirmation is for one time";
}

// ---- whatever the order -----------------------------------------------------------------------

// Seeded rounds: changes, and wake-ups that are late, doubled, out of order or for nothing. In the
// end the state is the source's, and the events build the same state.
TEST_F(RefreshTest, LateDoubledAndReorderedWakeUpsEndInTheSourcesState) {
  auto with = options();
  with.removals_max = 100'000;
  with.chunk_rows = 7;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SeededRandom random(seed);
    store = MemoryResourceStore();
    restart(with);
    reader().rows.clear();
    put_people(20);
    cycle();
    std::map<std::int64_t, std::string> labels;
    for (const auto& [number, held] : store.of(kSource, kPatient))
      labels[held.known.id.value] = "p" + to_string(number);
    std::vector<std::int64_t> owed;
    for (int round = 0; round < 40; ++round) {
      const auto number = static_cast<std::int64_t>(1 + random.below(30));
      owed.push_back(number);
      if (random.below(3) == 0) owed.push_back(static_cast<std::int64_t>(1 + random.below(30)));
      if (random.below(4) == 0) {
        remove_people(static_cast<int>(number), static_cast<int>(number));
      } else {
        put(kPatient, number, person("v" + std::to_string(random.below(5))));
      }
      DirtyKeys dirty;
      while (!owed.empty() && random.below(2) == 0) {
        const auto at = owed.begin() + static_cast<std::ptrdiff_t>(random.below(owed.size()));
        dirty.add(kPatient, key(*at));
        if (random.below(3) != 0) owed.erase(at);
      }
      if (random.below(10) == 0) store.commits_left = 0;
      refresh(dirty);
      store.commits_left.reset();
      if (!report)
        for (const auto& [kind, found] : dirty.kinds())
          for (const auto& lost : found.keys) owed.push_back(std::get<std::int64_t>(lost));
      if (random.below(8) == 0) restart(with);
    }
    DirtyKeys rest;
    for (const auto number : owed) rest.add(kPatient, key(number));
    refresh(rest);
    EXPECT_EQ(cycle(), Told{}) << "nothing is left to find, seed " << seed;
    for (const auto& event : store.events) labels[event.resource.value] = label_of(event);
    for (const auto& [number, held] : store.of(kSource, kPatient))
      EXPECT_TRUE(held.document.expose().contains("\"" + labels[held.known.id.value] + "\""));
  }
}

TEST_F(RefreshTest, ACrashAtAnyCommitNeverLeavesThePositionAheadOfTheState) {
  put_people(6000);
  for (int i = 1; i <= 10; ++i) put(kAppointment, i, visit(i, "v"));
  auto with = options();
  with.removals_max = 100'000;
  restart(with);
  cycle();
  const auto on_disk = store;
  DirtyKeys dirty = patients(1, 6000);
  dirty.widen(kAppointment, Extent::kAll);
  remove_people(1, 1500);
  for (int i = 1501; i <= 6000; ++i) put(kPatient, i, person("renamed"));
  for (int i = 3; i <= 12; ++i) put(kAppointment, i, visit(i + 6000, "w"));
  auto wanted = refresh(dirty, "behind");
  std::ranges::sort(wanted);
  const int commits = store.commits - on_disk.commits;
  ASSERT_GE(commits, 3);
  for (int k = 0; k <= commits; ++k) {
    store = on_disk;
    restart(with);
    store.commits_left = k;
    auto all = refresh(dirty, "behind");
    EXPECT_EQ(position().has_value(), k == commits);
    restart(with);
    const auto rest = refresh(dirty, "behind");
    all.insert(all.end(), rest.begin(), rest.end());
    std::ranges::sort(all);
    EXPECT_EQ(all, wanted) << "after " << k << " commits";
  }
}

// ---- what the auditor asks --------------------------------------------------------------------

TEST_F(RefreshTest, LookingFindsWhatDiffersAndCommitsNothing) {
  put_people(5);
  put(kAppointment, 1, visit(1, "first"));
  cycle();
  remove_people(1, 1);
  put(kPatient, 2, person("Ann"));
  put(kPatient, 9, person("p9"));
  const int commits = store.commits;
  ScanPlace place;
  std::vector<std::pair<ForeignKey, bool>> found;
  std::int64_t rows = 0;
  do {
    const auto suspects = process->detector.look(place, 2);
    ASSERT_TRUE(suspects);
    for (const auto& suspect : suspects->keys)
      found.emplace_back(suspect.key, suspect.came_or_went);
    rows += suspects->rows;
    place = suspects->next;
  } while (place != ScanPlace{});
  EXPECT_EQ(found, (std::vector<std::pair<ForeignKey, bool>>{
                       {key(1), true}, {key(2), false}, {key(9), true}}));
  EXPECT_EQ(rows, 6);
  EXPECT_EQ(store.commits, commits);
}

}  // namespace
}  // namespace chartbell
