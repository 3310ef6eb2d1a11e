#include "detect/detector.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "detect/detector_world_for_test.h"
#include "support/property.h"

namespace chartbell {
namespace {

namespace json = boost::json;

json::value data_of(const NewEvent& event) {
  return json::parse(body_for(event.body, SubscriptionId{1})).at("data");
}

// ---- the baseline -----------------------------------------------------------------------------

TEST_F(DetectorTest, TheBaselineIsSilent) {
  put_people(3);
  put(kAppointment, 1, visit(1, "first"));
  EXPECT_FALSE(process->detector.baseline_done().value());
  EXPECT_EQ(cycle(), Told{});
  ASSERT_TRUE(last) << last.error().detail;
  EXPECT_EQ(last->rows, 4);
  EXPECT_EQ(last->created, 4);
  EXPECT_TRUE(process->detector.baseline_done().value());
  EXPECT_EQ(live(kPatient), 3);
}

TEST_F(DetectorTest, TheBaselineTellsWhatItFindsWhereThatIsWanted) {
  auto with = options();
  with.initial_events = true;
  restart(with);
  put_people(2);
  put(kAppointment, 1, visit(2, "first"));
  EXPECT_EQ(cycle(),
            (Told{"patient_created p1", "patient_created p2", "appointment_created first"}));
  EXPECT_EQ(cycle(), Told{});
}

TEST_F(DetectorTest, AnEmptySourceHasItsBaselineToo) {
  EXPECT_EQ(cycle(), Told{});
  EXPECT_TRUE(process->detector.baseline_done().value());
  put_people(1);
  EXPECT_EQ(cycle(), Told{"patient_created p1"});
}

TEST_F(DetectorTest, AChangeDuringALongBaselineIsTold) {
  put_people(2);
  reader().fails_after = 1;
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(last.error().code, Code::kUnreachable);
  reader().fails_after.reset();
  put(kPatient, 1, person("new name"));
  put(kPatient, 3, person("p3"));
  store.commits_left.reset();
  // The patients' pass had ended before the source went away.
  EXPECT_EQ(cycle(), (Told{R"(patient_updated new name was {"name":"p1"})", "patient_created p3"}));
}

// ---- rows come, change, go --------------------------------------------------------------------

TEST_F(DetectorTest, ANewRowIsCreated) {
  cycle();
  put(kPatient, 7, person("Ann"));
  EXPECT_EQ(cycle(), Told{"patient_created Ann"});
  EXPECT_EQ(last->created, 1);
  const auto& event = store.events.back();
  EXPECT_EQ(event.resource, held(kPatient, 7).known.id);
  EXPECT_EQ(event.location, LocationId{11});
  EXPECT_EQ(event.time, clock.now());
  EXPECT_EQ(data_of(event).at("patients").at(0).at("id").as_int64(), event.resource.value);
}

TEST_F(DetectorTest, AChangedRowTellsOnlyWhatChanged) {
  put(kPatient, 7, person("Ann"));
  cycle();
  const auto created_at = held(kPatient, 7).created_at;
  put(kPatient, 7, person("Anna"));
  EXPECT_EQ(cycle(), Told{R"(patient_updated Anna was {"name":"Ann"})"});
  EXPECT_EQ(last->updated, 1);
  EXPECT_EQ(held(kPatient, 7).created_at, created_at);
  EXPECT_EQ(held(kPatient, 7).updated_at, clock.now());
}

TEST_F(DetectorTest, AnUnchangedSourceCommitsNothingAtAll) {
  put_people(3);
  put(kAppointment, 1, visit(1, "first"));
  cycle();
  const int commits = store.commits;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(store.commits, commits);
}

TEST_F(DetectorTest, ARowThatIsOtherTextButTheSameValuesIsNotTold) {
  put(kPatient, 7, R"({"id":null,"name":"Ann","inactive":false})");
  cycle();
  const auto updated_at = held(kPatient, 7).updated_at;
  put(kPatient, 7, R"({"id":null,"inactive":false,"name":"Ann"})");
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(held(kPatient, 7).updated_at, updated_at);
}

TEST_F(DetectorTest, ARemovedRowIsAnUpdateByTheMappingsRules) {
  put(kPatient, 7, person("Ann"));
  cycle();
  reader().rows[kPatient].clear();
  EXPECT_EQ(cycle(), Told{R"(patient_updated Ann was {"inactive":false})"});
  EXPECT_EQ(last->removed, 1);
  EXPECT_EQ(held(kPatient, 7).known.presence, Presence::kGone);
  EXPECT_EQ(cycle(), Told{}) << "once";
}

TEST_F(DetectorTest, ARemovedRowThatHasNothingToTellIsSilentlyGone) {
  put(kPatient, 7, R"({"id":null,"name":"Ann","inactive":true})");
  cycle();
  reader().rows[kPatient].clear();
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(live(kPatient), 0);
}

TEST_F(DetectorTest, ARowThatComesBackIsAnUpdateUnderItsOldId) {
  put(kPatient, 7, person("Ann"));
  cycle();
  const auto id = held(kPatient, 7).known.id;
  reader().rows[kPatient].clear();
  cycle();
  put(kPatient, 7, person("Ann"));
  EXPECT_EQ(cycle(), Told{R"(patient_updated Ann was {"inactive":true})"});
  EXPECT_EQ(held(kPatient, 7).known.id, id);
  EXPECT_EQ(live(kPatient), 1);
}

TEST_F(DetectorTest, ARowThatComesBackAsItIsRememberedTellsNothing) {
  put(kPatient, 7, R"({"id":null,"name":"Ann","inactive":true})");
  cycle();
  const auto text = reader().rows[kPatient][key(7)];
  reader().rows[kPatient].clear();
  cycle();
  put(kPatient, 7, text);
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(live(kPatient), 1);
}

TEST_F(DetectorTest, ARowMissedByTheScanButFoundByItsKeyIsNotRemoved) {
  put_people(3);
  cycle();
  reader().hidden_from_scans = {key(2)};
  const int commits = store.commits;
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(last->removed, 0);
  EXPECT_EQ(live(kPatient), 3);
  EXPECT_EQ(store.commits, commits);
}

TEST_F(DetectorTest, SourcesDoNotMeet) {
  put_people(1);
  cycle();
  auto other = options();
  other.source.source = SourceId{2};
  restart(other);
  reader().rows.clear();
  EXPECT_EQ(cycle(), Told{}) << "a baseline of its own";
  EXPECT_EQ(live(kPatient), 1) << "nothing of the first source is missed";
}

// ---- what an appointment shows ----------------------------------------------------------------

TEST_F(DetectorTest, AnAppointmentShowsItsPatientAndItsDescriptors) {
  put(kPatient, 7, person("Ann"));
  cycle();
  put(kAppointment, 1, visit(7, "first"));
  reader().children.emplace(key(1), std::pair(key(31), R"({"id":null,"name":"Checkup"})"));
  reader().children.emplace(key(2), std::pair(key(32), R"({"id":null,"name":"of another"})"));
  EXPECT_EQ(cycle(), Told{"appointment_created first"});
  const auto data = data_of(store.events.back());
  const auto& appointment = data.at("appointments").at(0);
  EXPECT_EQ(appointment.at("patient").at("name").as_string(), "Ann");
  EXPECT_EQ(appointment.at("patient").at("id"), appointment.at("patient_id"));
  ASSERT_EQ(appointment.at("descriptors").as_array().size(), 1u);
  EXPECT_EQ(appointment.at("descriptors").at(0).at("name").as_string(), "Checkup");
  EXPECT_TRUE(appointment.at("descriptors").at(0).at("id").is_int64());
}

TEST_F(DetectorTest, ADescriptorKeepsItsId) {
  put(kPatient, 7, person("Ann"));
  put(kAppointment, 1, visit(7, "first"));
  reader().children.emplace(key(1), std::pair(key(31), R"({"id":null,"name":"Checkup"})"));
  cycle();
  put(kAppointment, 1, visit(7, "second"));
  cycle();
  put(kAppointment, 1, visit(7, "third"));
  restart();
  cycle();
  const auto id = [&](std::size_t event) {
    return data_of(store.events[event])
        .at("appointment")
        .at("descriptors")
        .at(0)
        .at("id")
        .as_int64();
  };
  ASSERT_EQ(store.events.size(), 2u);
  EXPECT_EQ(id(0), id(1));
}

TEST_F(DetectorTest, WhatIsShownIsNoChangeOfTheAppointment) {
  put(kPatient, 7, person("Ann"));
  put(kAppointment, 1, visit(7, "first"));
  cycle();
  put(kPatient, 7, person("Anna"));
  reader().children.emplace(key(1), std::pair(key(31), R"({"id":null,"name":"Checkup"})"));
  EXPECT_EQ(cycle(), Told{R"(patient_updated Anna was {"name":"Ann"})"});
}

// A patient registered and booked after the scan has passed the patients.
TEST_F(DetectorTest, AnUnknownPatientIsToldInTheSameCommitBeforeItsAppointment) {
  cycle();
  put(kPatient, 7, person("Ann"));
  reader().hidden_from_scans = {key(7)};
  put(kAppointment, 1, visit(7, "first"));
  EXPECT_EQ(cycle(), (Told{"patient_created Ann", "appointment_created first"}));
  EXPECT_EQ(store.batches.back().events.size(), 2u) << "one batch";
  EXPECT_EQ(
      data_of(store.events.back()).at("appointments").at(0).at("patient").at("name").as_string(),
      "Ann");
  EXPECT_EQ(store.events[0].resource.value,
            data_of(store.events[1]).at("appointments").at(0).at("patient_id").as_int64());
  reader().hidden_from_scans.clear();
  EXPECT_EQ(cycle(), Told{}) << "the next scan knows the patient";
}

TEST_F(DetectorTest, TwoAppointmentsOfAnUnknownPatientTellItOnce) {
  cycle();
  put(kPatient, 7, person("Ann"));
  reader().hidden_from_scans = {key(7)};
  put(kAppointment, 1, visit(7, "first"));
  put(kAppointment, 2, visit(7, "second"));
  EXPECT_EQ(cycle(), (Told{"patient_created Ann", "appointment_created first",
                           "appointment_created second"}));
  EXPECT_EQ(std::ranges::count(reader().keys_read, std::pair(kPatient, key(7))), 1);
}

TEST_F(DetectorTest, APatientThatIsNotThereIsNull) {
  cycle();
  put(kAppointment, 1, visit(7, "first"));
  EXPECT_EQ(cycle(), Told{"appointment_created first"});
  EXPECT_TRUE(data_of(store.events.back()).at("appointments").at(0).at("patient").is_null());
  const auto referenced = data_of(store.events.back()).at("appointments").at(0).at("patient_id");
  put(kPatient, 7, person("Ann"));
  EXPECT_EQ(cycle(), Told{"patient_created Ann"});
  EXPECT_EQ(store.events.back().resource.value, referenced.as_int64()) << "the id it was given";
}

TEST_F(DetectorTest, ARemovedAppointmentStillShowsItsPatient) {
  put(kPatient, 7, person("Ann"));
  put(kAppointment, 1, visit(7, "first"));
  cycle();
  reader().rows[kAppointment].clear();
  EXPECT_EQ(cycle(), Told{R"(appointment_updated first was {"deleted":false})"});
  EXPECT_EQ(data_of(store.events.back()).at("appointment").at("patient").at("name").as_string(),
            "Ann");
}

// ---- the guard --------------------------------------------------------------------------------

TEST_F(DetectorTest, FiftyRemovalsAreTold) {
  put_people(60);
  cycle();
  remove_people(1, 50);
  EXPECT_EQ(cycle().size(), 50u);
  EXPECT_TRUE(last);
}

TEST_F(DetectorTest, MoreThanFiftyOfAFewStopThePass) {
  put_people(1000);
  cycle();
  remove_people(1, 51);
  EXPECT_EQ(cycle(), Told{});
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, Code::kGuard);
  EXPECT_NE(last.error().detail.find("51 of 1000 patient"), std::string::npos)
      << last.error().detail;
  EXPECT_NE(last.error().detail.find("max_removals = 51"), std::string::npos)
      << last.error().detail;
  EXPECT_EQ(live(kPatient), 1000);
  EXPECT_EQ(cycle(), Told{}) << "and again";
}

TEST_F(DetectorTest, OneInTwentyOfManyIsTold) {
  put_people(1040);
  cycle();
  remove_people(1, 52);
  EXPECT_EQ(cycle().size(), 52u);
}

TEST_F(DetectorTest, JustMoreThanOneInTwentyIsNot) {
  put_people(1039);
  cycle();
  remove_people(1, 52);
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(last.error().code, Code::kGuard);
}

TEST_F(DetectorTest, TheGuardLeavesOtherKindsAndOtherChangesAlone) {
  put_people(100);
  put(kAppointment, 1, visit(99, "first"));
  cycle();
  remove_people(1, 51);
  put(kPatient, 99, person("renamed"));
  put(kPatient, 101, person("new"));
  put(kAppointment, 1, visit(99, "moved"));
  EXPECT_EQ(cycle(), (Told{R"(patient_updated renamed was {"name":"p99"})", "patient_created new",
                           R"(appointment_updated moved was {"note":"first"})"}));
  EXPECT_EQ(last.error().code, Code::kGuard);
}

TEST_F(DetectorTest, RowsThatReturnDisarmTheGuard) {
  put_people(100);
  cycle();
  const auto all = reader().rows;
  reader().rows[kPatient].clear();
  cycle();
  EXPECT_EQ(last.error().code, Code::kGuard);
  reader().rows = all;
  EXPECT_EQ(cycle(), Told{});
  EXPECT_TRUE(last);
}

TEST_F(DetectorTest, TheOperatorsLimitReplacesOurs) {
  auto with = options();
  with.removals_max = 100;
  restart(with);
  put_people(100);
  cycle();
  reader().rows[kPatient].clear();
  EXPECT_EQ(cycle().size(), 100u);
  with.removals_max = 0;
  restart(with);
  put_people(5);
  EXPECT_EQ(cycle().size(), 5u);
  remove_people(1, 1);
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(last.error().code, Code::kGuard);
}

// ---- a changed mapping ------------------------------------------------------------------------

TEST_F(DetectorTest, AnotherVersionOfTheMappingRendersSilently) {
  put_people(3);
  put(kAppointment, 1, visit(1, "first"));
  cycle();
  const auto updated_at = held(kPatient, 1).updated_at;
  for (int i = 1; i <= 3; ++i)
    put(kPatient, i, R"({"id":null,"name":"x","inactive":false,"age":7})");
  reader().rules[0].version = "v2";
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(held(kPatient, 1).updated_at, updated_at);
  EXPECT_NE(held(kPatient, 1).document.expose().find("age"), std::string_view::npos);
  put(kPatient, 2, R"({"id":null,"name":"y","inactive":false,"age":7})");
  EXPECT_EQ(cycle(), Told{R"(patient_updated y was {"name":"x"})"}) << "and then tells again";
}

TEST_F(DetectorTest, AnInterruptedRenderingStaysSilentToItsEnd) {
  auto with = options();
  with.chunk_rows = 2;
  restart(with);
  put_people(5);
  cycle();
  for (int i = 1; i <= 5; ++i) put(kPatient, i, person("x"));
  reader().rules[0].version = "v2";
  store.commits_left = 1;
  EXPECT_EQ(cycle(), Told{});
  EXPECT_FALSE(last);
  restart(with);
  EXPECT_EQ(cycle(), Told{});
  EXPECT_TRUE(last);
}

TEST_F(DetectorTest, OtherKindsTellWhileOneIsRenderedAnew) {
  put_people(1);
  put(kAppointment, 1, visit(1, "first"));
  cycle();
  reader().rules[0].version = "v2";
  put(kPatient, 1, person("x"));
  put(kAppointment, 1, visit(1, "second"));
  EXPECT_EQ(cycle(), Told{R"(appointment_updated second was {"note":"first"})"});
}

// ---- failures ---------------------------------------------------------------------------------

TEST_F(DetectorTest, AFailedCommitTellsNothingAndTheNextCycleTellsIt) {
  cycle();
  put(kPatient, 7, person("Ann"));
  put(kAppointment, 1, visit(7, "first"));
  store.commits_left = 0;
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(last.error().code, Code::kNoSpace);
  EXPECT_TRUE(store.of(kSource, kPatient).empty());
  store.commits_left.reset();
  EXPECT_EQ(cycle(), (Told{"patient_created Ann", "appointment_created first"}));
  EXPECT_EQ(data_of(store.events.back()).at("appointments").at(0).at("patient_id").as_int64(),
            held(kPatient, 7).known.id.value);
}

TEST_F(DetectorTest, ASourceThatGoesAwayLosesNothing) {
  cycle();
  put(kPatient, 7, person("Ann"));
  put(kAppointment, 1, visit(7, "first"));
  reader().fails_after = 1;
  EXPECT_EQ(cycle(), Told{"patient_created Ann"});
  EXPECT_EQ(last.error().code, Code::kUnreachable);
  reader().fails_after.reset();
  EXPECT_EQ(cycle(), Told{"appointment_created first"});
}

TEST_F(DetectorTest, ASourceThatGoesAwayRemovesNothing) {
  auto with = options();
  with.chunk_rows = 2;
  restart(with);
  put_people(6);
  cycle();
  remove_people(1, 2);
  reader().fails_after = 1;
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(live(kPatient), 6);
}

// Every id that an event names must be one that the store knows.
void expect_ids_are_known(MemoryResourceStore& store) {
  for (const auto& event : store.events) {
    EXPECT_TRUE(store.held(kSource, event.row->kind, event.resource).value()) << event.event_name;
    if (event.row->kind != kAppointment) continue;
    const auto data = data_of(event);
    const auto& held = data.at(std::string(event.row->data_key));
    const auto& object = held.is_array() ? held.at(0) : held;
    const ResourceId patient{object.at("patient_id").as_int64()};
    EXPECT_TRUE(store.held(kSource, kPatient, patient).value()) << "a reference to nothing";
  }
}

// The first patient was read for its appointment when the source went away at the second.
TEST_F(DetectorTest, IdsOfACycleThatFailedBeforeItsCommitAreNotReferredTo) {
  cycle();
  put(kPatient, 7, person("Ann"));
  put(kPatient, 8, person("Bob"));
  reader().hidden_from_scans = {key(7), key(8)};
  reader().unreadable = {key(8)};
  put(kAppointment, 11, visit(7, "first"));
  put(kAppointment, 12, visit(8, "second"));
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(last.error().code, Code::kUnreachable);
  reader().unreadable.clear();
  reader().rows[kPatient].erase(key(7));
  EXPECT_EQ(cycle(), (Told{"appointment_created first", "patient_created Bob",
                           "appointment_created second"}));
  expect_ids_are_known(store);
}

TEST_F(DetectorTest, ACrashBetweenAnyTwoCommitsLeavesTheSameEvents) {
  auto with = options();
  with.chunk_rows = 3;
  restart(with);
  put_people(10);
  for (int i = 1; i <= 10; ++i) put(kAppointment, i, visit(i, "v" + std::to_string(i)));
  cycle();
  const auto on_disk = store;
  const auto commits_before = store.commits;
  const auto change = [&] {
    remove_people(2, 3);
    for (const int i : {1, 5, 9}) put(kPatient, i, person("renamed"));
    for (const int i : {11, 12, 13}) put(kPatient, i, person("new"));
    for (const int i : {4, 8}) put(kAppointment, i, visit(11, "moved"));
    for (const int i : {11, 12}) put(kAppointment, i, visit(40 + i, "booked"));
    reader().rows[kAppointment].erase(key(7));
  };
  change();
  auto wanted = cycle();
  ASSERT_TRUE(last);
  std::ranges::sort(wanted);
  const int commits = store.commits - commits_before;
  ASSERT_GE(commits, 5) << "there is something to crash between";
  for (int k = 0; k <= commits; ++k) {
    store = on_disk;
    restart(with);
    store.commits_left = k;
    auto all = cycle();
    EXPECT_EQ(last.has_value(), k == commits);
    restart(with);
    const auto rest = cycle();
    EXPECT_TRUE(last);
    all.insert(all.end(), rest.begin(), rest.end());
    std::ranges::sort(all);
    EXPECT_EQ(all, wanted) << "after " << k << " commits";
    expect_ids_are_known(store);
    EXPECT_EQ(cycle(), Told{});
  }
}

TEST_F(DetectorTest, ACrashInABaselineThatTellsLosesAndRepeatsNothing) {
  auto with = options();
  with.chunk_rows = 2;
  with.initial_events = true;
  for (int k = 0; k < 8; ++k) {
    store = MemoryResourceStore();
    restart(with);
    put_people(5);
    put(kAppointment, 1, visit(5, "first"));
    store.commits_left = k;
    auto all = cycle();
    restart(with);
    const auto rest = cycle();
    all.insert(all.end(), rest.begin(), rest.end());
    EXPECT_EQ(all, (Told{"patient_created p1", "patient_created p2", "patient_created p3",
                         "patient_created p4", "patient_created p5", "appointment_created first"}))
        << "after " << k << " commits";
  }
}

// ---- chunks -----------------------------------------------------------------------------------

class DetectorChunks : public DetectorTest, public testing::WithParamInterface<std::size_t> {
 protected:
  void SetUp() override {
    auto with = options();
    with.chunk_rows = GetParam();
    with.removals_max = 1000;
    restart(with);
  }
};

TEST_P(DetectorChunks, TheSizeOfTheChunksDoesNotShow) {
  put_people(12);
  EXPECT_EQ(cycle(), Told{});
  EXPECT_EQ(last->created, 12);
  put(kPatient, 0, person("before all"));
  put(kPatient, 6, person("renamed"));
  remove_people(12, 12);
  remove_people(3, 4);
  put(kPatient, 20, person("behind all"));
  EXPECT_EQ(cycle(),
            (Told{"patient_created before all", R"(patient_updated renamed was {"name":"p6"})",
                  "patient_created behind all", R"(patient_updated p3 was {"inactive":false})",
                  R"(patient_updated p4 was {"inactive":false})",
                  R"(patient_updated p12 was {"inactive":false})"}));
  EXPECT_EQ(cycle(), Told{});
}

TEST_P(DetectorChunks, ASourceThatLostMostOfItsRowsIsStillReadToItsEnd) {
  put_people(40);
  cycle();
  remove_people(2, 39);
  EXPECT_EQ(cycle().size(), 38u);
  EXPECT_EQ(last->removed, 38);
  EXPECT_EQ(live(kPatient), 2);
  reader().rows[kPatient].clear();
  EXPECT_EQ(cycle().size(), 2u);
  EXPECT_EQ(cycle(), Told{});
  put_people(40);
  EXPECT_EQ(cycle().size(), 40u) << "all come back";
  EXPECT_EQ(live(kPatient), 40);
}

INSTANTIATE_TEST_SUITE_P(OfEverySize, DetectorChunks, testing::Values(1, 2, 3, 4, 6, 12, 13, 2000));

TEST(DetectorProperty, AfterACycleTheStoreHoldsWhatTheSourceHas) {
  check_property(
      [] {
        FakeClock clock;
        MemoryResourceStore store;
        Process process(store, clock,
                        {.source = kSource,
                         .subdomain = "green",
                         .digest_key = "key",
                         .chunk_rows = static_cast<std::size_t>(*rc::gen::inRange(1, 6)),
                         .removals_max = 1000});
        auto& rows = process.reader.rows[kPatient];
        for (int round = 0; round < 4; ++round) {
          const auto before = rows;
          const auto number = rc::gen::inRange<std::int64_t>(0, 20);
          for (const auto n : *rc::gen::container<std::vector<std::int64_t>>(number))
            rows[key(n)] = person("v" + std::to_string(*rc::gen::inRange(0, 3)));
          for (const auto n : *rc::gen::container<std::vector<std::int64_t>>(number))
            rows.erase(key(n));
          const auto told_before = store.events.size();
          RC_ASSERT(process.detector.cycle().has_value());
          std::map<ForeignKey, std::string> live;
          for (const auto& [k, held] : store.of(kSource, kPatient))
            if (held.known.presence == Presence::kLive)
              live[k] = std::string(held.document.expose());
          RC_ASSERT(live == rows);
          std::size_t changes = 0;
          for (const auto& [k, text] : rows) changes += !before.contains(k) || before.at(k) != text;
          for (const auto& [k, text] : before) changes += !rows.contains(k);
          const auto events = store.events.size() - told_before;
          RC_ASSERT(events == (round == 0 ? 0 : changes));
        }
      },
      200);
}

}  // namespace
}  // namespace chartbell
