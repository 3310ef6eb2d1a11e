#include "app/push_taker.h"

#include <map>
#include <tuple>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/memory_resource_store.h"
#include "support/property.h"

namespace chartbell {
namespace {

namespace json = boost::json;
using enum ResourceKind;
using Status = PushReceipt::Status;

constexpr SourceRef kSource{InstitutionId{5}, SourceId{1}};

SnapshotRules main_street() {
  return {.locations = {{"main", {11}, Zone::open("America/New_York").value()}},
          .kinds = pushable_kinds()};
}

// A process over a store that outlives it.
class Process {
 public:
  Process(MemoryResourceStore& store, const FakeClock& clock) : ids_(kSource, store, clock) {
    reader_.emplace(PushReader::Parts{
        .institution = {5}, .foreign_id_type = "dentosoft", .rules = rules_, .ids = ids_});
    detector_.emplace(DetectorOptions{.source = kSource,
                                      .subdomain = "green",
                                      .digest_key = "key",
                                      .removals_max = INT64_MAX},
                      *reader_, store, ids_, clock);
    taker.emplace(PushTaker::Parts{.source = kSource,
                                   .digest_key = "key",
                                   .reader = *reader_,
                                   .detector = *detector_,
                                   .store = store});
  }

  std::optional<PushTaker> taker;

 private:
  const SnapshotRules rules_ = main_street();
  IdBook ids_;
  std::optional<PushReader> reader_;
  std::optional<Detector> detector_;
};

Snapshot pushed(ResourceKind kind, std::string foreign_id, std::int64_t revision,
                const std::string& data) {
  const auto body = R"({"revision":)" + std::to_string(revision) + R"(,"data":)" + data + "}";
  return read_snapshot(main_street(), name(kind), foreign_id, Sent::kResource, Document(body))
      .value();
}

Snapshot removed(ResourceKind kind, std::string foreign_id, std::int64_t revision) {
  return read_snapshot(main_street(), name(kind), foreign_id, Sent::kRemoval,
                       Document(R"({"revision":)" + std::to_string(revision) + "}"))
      .value();
}

class PushTakerTest : public testing::Test {
 protected:
  PushReceipt take(Snapshot snapshot, NewOnes new_ones = NewOnes::kTold) {
    clock_.advance(Milliseconds(1));
    std::vector<Snapshot> one;
    one.push_back(std::move(snapshot));
    return process_->taker->take(std::move(one), new_ones).value().at(0);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& event : store_.events) out.push_back(event.event_name);
    return out;
  }
  std::string last_body() const { return std::string(store_.events.back().body.text.expose()); }
  void restart() {
    store_ = store_.restarted();
    process_ = std::make_unique<Process>(store_, clock_);
  }
  HeldResource held(ResourceKind kind, std::string foreign_id) {
    return store_.held(kSource, kind, ForeignKey(std::move(foreign_id))).value().value();
  }

  FakeClock clock_;
  MemoryResourceStore store_;
  std::unique_ptr<Process> process_ = std::make_unique<Process>(store_, clock_);
};

TEST_F(PushTakerTest, TheFirstPushIsToldAndALaterOneIsAnUpdate) {
  const auto first = take(pushed(kPatient, "p1", 1, R"({"first_name":"Ada"})"));
  EXPECT_EQ(first.status, Status::kApplied);
  ASSERT_TRUE(first.id);
  const auto second = take(pushed(kPatient, "p1", 2, R"({"first_name":"Eda"})"));
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(names(), (std::vector<std::string>{"patient_created", "patient_updated"}));
  EXPECT_NE(last_body().find(R"("previous_attributes":{"first_name":"Ada"})"), std::string::npos);
}

TEST_F(PushTakerTest, ARevisionCountsOnceAndOlderOnesNotAtAll) {
  take(pushed(kPatient, "p1", 5, R"({"first_name":"Ada"})"));
  restart();
  EXPECT_EQ(take(pushed(kPatient, "p1", 5, R"({"first_name":"Ada"})")).status, Status::kUnchanged);
  const auto stale = take(pushed(kPatient, "p1", 4, R"({"first_name":"Ida"})"));
  EXPECT_EQ(stale.status, Status::kStale);
  EXPECT_EQ(stale.revision, 5);
  const auto conflict = take(pushed(kPatient, "p1", 5, R"({"first_name":"Ida"})"));
  EXPECT_EQ(conflict.status, Status::kConflict);
  EXPECT_EQ(conflict.reason, "revision 5 is stored with other content");
  EXPECT_EQ(names().size(), 1u);
}

TEST_F(PushTakerTest, ALaterRevisionWithTheSameContentTellsNothingAndIsStored) {
  take(pushed(kPatient, "p1", 1, "{}"));
  EXPECT_EQ(take(pushed(kPatient, "p1", 3, "{}")).status, Status::kApplied);
  EXPECT_EQ(take(pushed(kPatient, "p1", 2, "{}")).status, Status::kStale);
  EXPECT_EQ(names().size(), 1u);
}

TEST_F(PushTakerTest, WhatIsGoneStaysGoneForOlderRevisions) {
  take(removed(kPatient, "p1", 2));
  EXPECT_EQ(take(pushed(kPatient, "p1", 1, "{}")).status, Status::kStale);
  EXPECT_TRUE(names().empty());
  take(pushed(kPatient, "p1", 3, "{}"));
  take(removed(kPatient, "p1", 4));
  EXPECT_EQ(take(removed(kPatient, "p1", 4)).status, Status::kUnchanged);
  EXPECT_EQ(names(), (std::vector<std::string>{"patient_created", "patient_updated"}));
  EXPECT_NE(last_body().find(R"("previous_attributes":{"inactive":false})"), std::string::npos);
}

TEST_F(PushTakerTest, AnAppointmentIsToldWithItsPatientWhicheverCameFirst) {
  const auto patient = pushed(kPatient, "p1", 1, R"({"first_name":"Ada"})");
  const auto visit = pushed(kAppointment, "a1", 1,
                            R"({"patient_id":"p1","start_time":"2031-07-01T13:00:00Z",)"
                            R"("descriptors":[{"foreign_id":"d1","code":"D1110"}]})");
  ASSERT_TRUE(process_->taker->take({visit, patient}, NewOnes::kTold));
  EXPECT_EQ(names(), (std::vector<std::string>{"patient_created", "appointment_created"}));
  EXPECT_NE(last_body().find(R"("first_name":"Ada")"), std::string::npos);
  EXPECT_NE(last_body().find(R"("code":"D1110")"), std::string::npos);
  EXPECT_EQ(store_.commits, 1);
}

TEST_F(PushTakerTest, ABaselineIsSilentAboutWhatIsNew) {
  take(pushed(kPatient, "p1", 1, R"({"first_name":"Ada"})"), NewOnes::kSilent);
  EXPECT_TRUE(names().empty());
  take(pushed(kPatient, "p1", 2, R"({"first_name":"Eda"})"), NewOnes::kSilent);
  EXPECT_EQ(names(), (std::vector<std::string>{"patient_updated"}));
}

TEST_F(PushTakerTest, NobodyPushesWhatLooksLikeChartbellsOwn) {
  const auto refused = take(pushed(kPatient, "chartbell-7", 1, "{}"));
  EXPECT_EQ(refused.status, Status::kRefused);
  EXPECT_TRUE(store_.of(kSource, kPatient).empty());
}

TEST_F(PushTakerTest, ThousandsOfRemovalsAreBelieved) {
  std::vector<Snapshot> all, gone;
  for (int i = 0; i < 400; ++i) {
    all.push_back(pushed(kPatient, "p" + std::to_string(i), 1, "{}"));
    gone.push_back(removed(kPatient, "p" + std::to_string(i), 2));
  }
  ASSERT_TRUE(process_->taker->take(std::move(all), NewOnes::kSilent));
  ASSERT_TRUE(process_->taker->take(std::move(gone), NewOnes::kTold));
  EXPECT_EQ(names().size(), 400u);
}

TEST_F(PushTakerTest, AFailedCommitIsAsIfItHadNeverBeenSent) {
  store_.commits_left = 0;
  std::vector<Snapshot> one;
  one.push_back(pushed(kPatient, "p1", 1, "{}"));
  EXPECT_FALSE(process_->taker->take(std::move(one), NewOnes::kTold));
  store_.commits_left.reset();
  EXPECT_EQ(take(pushed(kPatient, "p1", 1, "{}")).status, Status::kApplied);
  EXPECT_EQ(names(), (std::vector<std::string>{"patient_created"}));
}

// ---- any order, any repetition ------------------------------------------------------------------

constexpr ResourceKind kKinds[] = {kPatient, kAppointment, kProcedure};

// What a revision of a resource is; every fifth says that it is gone.
Snapshot revision_of(int resource, int revision) {
  const auto kind = kKinds[resource % 3];
  const auto key = "k" + std::to_string(resource / 3);
  if (revision % 5 == 4) return removed(kind, key, revision);
  const auto text = "\"r" + std::to_string(revision / 2) + "\"";
  if (kind == kPatient) return pushed(kind, key, revision, R"({"email":)" + text + "}");
  return pushed(kind, key, revision,
                R"({"patient_id":"k0",)" +
                    std::string(kind == kAppointment ? R"("note":)" : R"("code":)") + text + "}");
}

// The objects as the events tell of them, without what they nest.
std::map<std::int64_t, json::object> replayed(const std::vector<NewEvent>& events) {
  std::map<std::int64_t, json::object> out;
  for (const auto& event : events) {
    auto body = json::parse(body_for(event.body, {1})).as_object();
    for (auto& [key, value] : body.at("data").as_object()) {
      if (key == "previous_attributes") continue;
      auto object = value.is_array() ? value.at(0).as_object() : value.as_object();
      object.erase("patient");
      object.erase("descriptors");
      const auto known = out.contains(event.resource.value);
      RC_ASSERT(known == !event.event_name.ends_with("_created"));
      out[event.resource.value] = std::move(object);
    }
  }
  return out;
}

TEST_F(PushTakerTest, TheHighestRevisionWinsAndTheEventsTellTheState) {
  check_property([&](const std::vector<std::tuple<std::uint8_t, std::uint8_t, bool>>& drawn) {
    store_ = MemoryResourceStore();
    restart();
    std::map<int, int> highest;
    for (const auto& [a, b, restarts] : drawn) {
      const int resource = a % 9;
      const int revision = b % 12;
      if (restarts) restart();
      const auto receipt = take(revision_of(resource, revision));
      const auto before = highest.contains(resource) ? highest[resource] : -1;
      const auto wanted = revision > before    ? Status::kApplied
                          : revision == before ? Status::kUnchanged
                                               : Status::kStale;
      RC_ASSERT(receipt.status == wanted);
      highest[resource] = std::max(before, revision);
    }
    const auto told = replayed(store_.events);
    for (const auto& [resource, revision] : highest) {
      const auto snapshot = revision_of(resource, revision);
      const auto found = store_.held(kSource, snapshot.kind, snapshot.foreign_id).value();
      const bool there = found && found->known.presence == Presence::kLive;
      RC_ASSERT(there == !snapshot.deleted);
      if (!found || found->known.presence == Presence::kReferenced) continue;
      const auto object = json::parse(finish_object(*found).value()).as_object();
      RC_ASSERT(told.at(found->known.id.value) == object);
    }
  });
}

}  // namespace
}  // namespace chartbell
