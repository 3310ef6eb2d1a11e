#include "write/write_back.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "support/fake_clock.h"
#include "support/memory_write_book.h"
#include "write/office_for_test.h"
#include "write/order.h"

namespace chartbell {
namespace {

using enum Office::Mood;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr SourceRef kSource{InstitutionId{5}, SourceId{1}};
constexpr ResourceId kAnn{7};
constexpr ResourceId kDoctor{8};

class WriteBackTest : public testing::Test {
 protected:
  void SetUp() override {
    put(ResourceKind::kPatient, kAnn, 41, R"({"id":null,"first_name":"Ann"})");
    put(ResourceKind::kProvider, kDoctor, 3, R"({"id":null})");
    restart();
  }

  void put(ResourceKind kind, ResourceId id, std::int64_t key, std::string document) {
    HeldResource held;
    held.known = {.key = key, .id = id, .presence = Presence::kLive};
    held.document = Document(std::move(document));
    DetectedBatch batch{.source = kSource};
    batch.writes.push_back({kind, std::move(held)});
    ASSERT_TRUE(resources.commit(std::move(batch)));
  }

  void restart() {
    back.reset();
    office.lose_caller();
    back = std::make_unique<WriteBack>(WriteBack::Parts{
        .source = kSource,
        .subdomain = "green",
        .foreign_id_type = "office",
        .book = book,
        .resources = resources,
        .writer = office,
        .clock = clock,
        .wake = [] {},
        .keyed = [this](ResourceKind, const ForeignKey& key,
                        const Reference& reference) { keyed[key] = reference.id; },
        .ended = [this](const RecordWrite& write) { ended.push_back(write.state); }});
  }

  // A booking of Ann's that starts so many minutes from now.
  WriteId accept(int minutes, ResourceId patient = kAnn) {
    const WriteId id{std::ssize(book.writes) + 1};
    const auto start = to_text(clock.now() + std::chrono::minutes(minutes));
    book.writes[id] = {
        .id = id,
        .institution = kSource.institution,
        .source = kSource.source,
        .resource = ResourceId{1'000 + id.value},
        .order = Document(R"({"id":null,"patient_id":)" + to_string(patient) +
                          R"(,"provider_id":8,"start_time":")" + start +
                          R"(","foreign_id":null,"foreign_id_type":null,"note":null})"),
        .created_at = clock.now(),
        .expires_at = clock.now() + std::chrono::minutes(minutes)};
    return id;
  }
  WriteId accept_change(ResourceId resource, std::string leaves) {
    const WriteId id{std::ssize(book.writes) + 1};
    book.writes[id] = {.id = id,
                       .institution = kSource.institution,
                       .source = kSource.source,
                       .action = WriteAction::kChange,
                       .resource = resource,
                       .order = Document(std::move(leaves)),
                       .created_at = clock.now()};
    return id;
  }

  // A document of Ann's; of a form where it names a response.
  WriteId accept_document(std::string response) {
    const WriteId id{std::ssize(book.writes) + 1};
    book.writes[id] = {.id = id,
                       .institution = kSource.institution,
                       .source = kSource.source,
                       .kind = ResourceKind::kDocument,
                       .resource = ResourceId{1'000 + id.value},
                       .order = Document(R"({"id":null,"patient_id":7,"url":"/documents/f.pdf",)"
                                         R"("foreign_id":null,"foreign_id_type":null,)"
                                         R"("form_response_id":)" +
                                         response + R"(,"form_request_id":"d2594a76"})"),
                       .created_at = clock.now()};
    book.files[book.writes[id].resource] = Document("%PDF-1");
    return id;
  }

  const RecordWrite& write(WriteId id) const { return book.writes.at(id); }
  void turn() { ASSERT_TRUE(back->turn()); }
  void live(Milliseconds time, Milliseconds step = Milliseconds(100)) {
    for (Milliseconds spent{0}; spent < time; spent += step) {
      office.pass_time(step);
      turn();
    }
  }
  // The detector reads all of the office's rows; a stranger is one that nobody claims.
  void read_rows(std::set<std::int64_t>& strangers) {
    for (const auto& [key, leaves] : office.rows) {
      const auto known = resources.held(kSource, ResourceKind::kAppointment, ForeignKey(key));
      if (*known) continue;
      const FreshResource row{key, LocationId{1}, as_read(leaves)};
      const auto claimed = back->claim(ResourceKind::kAppointment, row);
      ASSERT_TRUE(claimed);
      if (!*claimed) strangers.insert(key);
    }
  }
  // With our ids, as the mapping renders it.
  static Document as_read(LeafMap leaves) {
    return Document(R"({"id":null,"patient_id":7,"provider_id":8,"start_time":)" +
                    leaves["start_time"] + R"(,"foreign_id":null,"foreign_id_type":null})");
  }

  FakeClock clock;
  MemoryResourceStore resources;
  MemoryWriteBook book{resources};
  Office office{clock};
  std::unique_ptr<WriteBack> back;
  std::map<ForeignKey, ResourceId> keyed;
  std::vector<WriteState> ended;
};

TEST_F(WriteBackTest, ABookingIsWrittenWithTheRecordSystemsOwnKeys) {
  const auto id = accept(60);
  turn();
  ASSERT_EQ(office.orders.size(), 1);
  EXPECT_EQ(leaf(office.orders[0].leaves, "patient_id"), "41");
  EXPECT_EQ(leaf(office.orders[0].leaves, "provider_id"), "3");
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  EXPECT_EQ(write(id).key, ForeignKey(101));
  EXPECT_THAT(book.events, ElementsAre("appointment_insertion.complete 1001"));
  EXPECT_EQ(keyed[ForeignKey(101)], ResourceId{1'001});
  const auto held = resources.held(kSource, ResourceKind::kAppointment, ForeignKey(101)).value();
  EXPECT_EQ(leaf(leaves_of(held->document).value(), "foreign_id"), R"("101")");
  EXPECT_EQ(leaf(leaves_of(held->document).value(), "foreign_id_type"), R"("office")");
}

TEST_F(WriteBackTest, ADocumentOfAFormTellsOfItsResponse) {
  office.moods = {kWrites, kRefuses, kWrites};
  accept_document("435");
  live(Milliseconds(200));
  accept_document("436");
  live(Milliseconds(200));
  accept_document("null");
  live(Milliseconds(200));
  EXPECT_EQ(office.orders.size(), 3);
  EXPECT_THAT(book.events, ElementsAre("form_response_insertion.complete 435",
                                       "form_response_insertion.failed 436"));
}

TEST_F(WriteBackTest, ARefusalIsAnEnd) {
  office.moods = {kRefuses};
  const auto id = accept(60);
  live(Milliseconds(10'000));
  EXPECT_EQ(write(id).state, WriteState::kFailed);
  EXPECT_EQ(write(id).fault, WriteFault::kRefused);
  EXPECT_EQ(office.orders.size(), 1);
  EXPECT_THAT(book.events, ElementsAre("appointment_insertion.failed 1001"));
  EXPECT_EQ(back->light(), Light::kGreen) << "a refusal is an answer";
}

TEST_F(WriteBackTest, ASystemThatIsAwayIsTriedUntilTheAppointmentBegins) {
  office.moods.assign(1'000, kAway);
  const auto id = accept(3);
  live(Milliseconds(60'000));
  EXPECT_EQ(write(id).state, WriteState::kAccepted);
  EXPECT_EQ(back->light(), Light::kRed);
  live(Milliseconds(121'000));
  EXPECT_EQ(write(id).state, WriteState::kFailed);
  EXPECT_EQ(write(id).fault, WriteFault::kTimedOut);
  EXPECT_LT(office.orders.size(), 12) << "with growing pauses";
}

TEST_F(WriteBackTest, AnAnswerThatIsLostIsLookedFor) {
  office.moods = {kWritesAndLosesTheAnswer};
  const auto id = accept(60);
  live(Milliseconds(300));
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  EXPECT_EQ(office.rows.size(), 1);
  EXPECT_EQ(office.orders.size(), 1);
}

TEST_F(WriteBackTest, ARowThatComesLateIsWaitedFor) {
  office.moods = {kLosesTheAnswerAndWritesLater};
  const auto id = accept(60);
  live(Milliseconds(10'000));
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  EXPECT_EQ(office.rows.size(), 1);
  EXPECT_EQ(office.orders.size(), 1);
  EXPECT_GT(office.finds, 3);
}

TEST_F(WriteBackTest, WhatWasLostIsWrittenAgainOnceItCannotComeAnyMore) {
  office.moods = {kLosesEverything};
  const auto id = accept(60);
  live(Milliseconds(4'900));
  EXPECT_EQ(office.orders.size(), 1);
  live(Milliseconds(6'000));
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  EXPECT_EQ(office.rows.size(), 1);
  EXPECT_EQ(office.orders.size(), 2);
}

TEST_F(WriteBackTest, WhatAProcessLeftInWritingIsLookedForByTheNextOne) {
  SeededRandom random(1);
  office.moody = &random;  // answers take their time
  office.moods = {kWrites};
  const auto id = accept(60);
  turn();
  EXPECT_EQ(write(id).state, WriteState::kWriting);
  office.pass_time(Milliseconds(0));
  restart();
  office.moody = nullptr;
  live(Milliseconds(3'000));
  EXPECT_EQ(office.orders.size(), 1);
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  EXPECT_EQ(office.rows.size(), 1);
}

TEST_F(WriteBackTest, ARowThatIsReadFirstIsOursAndToldOnce) {
  SeededRandom random(1);
  office.moody = &random;  // answers take their time
  office.moods = {kWritesAndLosesTheAnswer};
  const auto id = accept(60);
  turn();
  std::set<std::int64_t> strangers;
  read_rows(strangers);
  EXPECT_THAT(strangers, IsEmpty());
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  live(Milliseconds(3'000));
  EXPECT_THAT(book.events, ElementsAre("appointment_insertion.complete 1001"));
}

TEST_F(WriteBackTest, OfTwoBookingsThatAreAlikeTheSecondWaits) {
  SeededRandom random(1);
  office.moody = &random;  // answers take their time
  office.moods = {kWrites, kWrites};
  const auto first = accept(60);
  const auto second = accept(60);
  turn();
  EXPECT_EQ(office.orders.size(), 1);
  live(Milliseconds(6'000));
  EXPECT_EQ(write(first).key, ForeignKey(101));
  EXPECT_EQ(write(second).key, ForeignKey(102));
}

TEST_F(WriteBackTest, AKeyThatWasToldAsAnothersStaysTheirs) {
  put(ResourceKind::kAppointment, ResourceId{50}, 101, R"({"id":null})");
  accept(60);
  turn();
  EXPECT_THAT(keyed, IsEmpty());
}

TEST_F(WriteBackTest, WhatTheStoreDidNotTakeIsBegunLater) {
  const auto id = accept(60);
  book.refuses_next = true;
  EXPECT_FALSE(back->turn());
  EXPECT_THAT(office.orders, IsEmpty());
  turn();
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  EXPECT_EQ(write(id).attempts, 1);
}

TEST_F(WriteBackTest, AnAnswerThatTheStoreDidNotTakeIsTakenLater) {
  SeededRandom random(1);
  office.moody = &random;  // answers take their time
  office.moods = {kWrites, kWrites};
  const auto first = accept(60);
  const auto second = accept(61);
  turn();
  office.pass_time(Milliseconds(2'000));
  book.refuses_next = true;
  EXPECT_FALSE(back->turn());
  turn();
  EXPECT_EQ(write(first).state, WriteState::kComplete);
  EXPECT_EQ(write(second).state, WriteState::kComplete);
  EXPECT_EQ(office.orders.size(), 2);
}

TEST_F(WriteBackTest, AProbeThatIsNotAnsweredDoesNotKeepTheSourceTurning) {
  office.probes_hang = true;
  turn();
  office.pass_time(Milliseconds(10'000));
  const auto rest = back->turn();
  ASSERT_TRUE(rest);
  EXPECT_GT(*rest, Milliseconds(1'000));
}

TEST_F(WriteBackTest, AnothersBookingIsNotOurs) {
  office.moods = {kAway};
  accept(60);
  turn();
  const FreshResource row{ForeignKey(55), LocationId{1},
                          Document(R"({"patient_id":7,"provider_id":8,"start_time":"x"})")};
  EXPECT_EQ(back->claim(ResourceKind::kAppointment, row).value(), std::nullopt);
}

TEST_F(WriteBackTest, ABookingWaitsForItsNewPatient) {
  office.moods = {kAway, kWrites, kWrites};
  const auto patient = accept_change(ResourceId{900}, R"({"first_name":"Bo"})");
  book.writes[patient].action = WriteAction::kCreate;
  book.writes[patient].kind = ResourceKind::kPatient;
  const auto id = accept(60, ResourceId{900});
  turn();
  EXPECT_EQ(write(id).state, WriteState::kAccepted);
  live(Milliseconds(2'000));
  EXPECT_EQ(write(patient).state, WriteState::kComplete);
  EXPECT_EQ(write(id).state, WriteState::kComplete);
  EXPECT_EQ(leaf(office.orders[2].leaves, "patient_id"), "101");
}

TEST_F(WriteBackTest, ABookingOfAPatientWhoCameToNothingComesToNothing) {
  office.moods = {kRefuses};
  const auto patient = accept_change(ResourceId{900}, R"({"first_name":"Bo"})");
  book.writes[patient].action = WriteAction::kCreate;
  book.writes[patient].kind = ResourceKind::kPatient;
  const auto id = accept(60, ResourceId{900});
  live(Milliseconds(1'000));
  EXPECT_EQ(write(id).fault, WriteFault::kPatientNotWritten);
}

TEST_F(WriteBackTest, AChangeFollowsItsBookingAndMayBeRepeated) {
  office.moods = {kLosesEverything, kWrites, kWritesAndLosesTheAnswer, kWrites};
  const auto booking = accept(60);
  const auto change = accept_change(ResourceId{1'001}, R"({"cancelled":true})");
  live(Milliseconds(20'000));
  EXPECT_EQ(write(booking).state, WriteState::kComplete);
  EXPECT_EQ(write(change).state, WriteState::kComplete);
  EXPECT_EQ(leaf(office.rows.at(101), "cancelled"), "true");
  EXPECT_EQ(book.events.size(), 1) << "changes are told when they are read";
}

TEST_F(WriteBackTest, DocumentsAreWrittenWithTheirBytesOneByOne) {
  SeededRandom random(1);
  office.moody = &random;  // answers take their time
  office.moods = {kWrites, kWrites};
  for (const auto id : {ResourceId{901}, ResourceId{902}}) {
    const auto write =
        accept_change(id, R"({"patient_id":7,"url":"/documents/)" + to_string(id) + "\"}");
    book.writes[write].action = WriteAction::kCreate;
    book.writes[write].kind = ResourceKind::kDocument;
    book.files[id] = Document("bytes of " + to_string(id));
  }
  turn();
  ASSERT_EQ(office.orders.size(), 1);
  EXPECT_EQ(office.orders[0].file.expose(), "bytes of 901");
  live(Milliseconds(5'000));
  ASSERT_EQ(office.orders.size(), 2);
  EXPECT_EQ(office.orders[1].file.expose(), "bytes of 902");
  EXPECT_THAT(ended, ElementsAre(WriteState::kComplete, WriteState::kComplete));
  EXPECT_THAT(book.events, IsEmpty());
}

TEST_F(WriteBackTest, ADocumentWithoutBytesComesToNothing) {
  const auto write = accept_change(ResourceId{901}, R"({"patient_id":7})");
  book.writes[write].action = WriteAction::kCreate;
  book.writes[write].kind = ResourceKind::kDocument;
  turn();
  EXPECT_EQ(this->write(write).fault, WriteFault::kNotThere);
  EXPECT_THAT(office.orders, IsEmpty());
}

TEST_F(WriteBackTest, AChangeOfWhatIsGoneFails) {
  const auto change = accept_change(ResourceId{4'711}, R"({"cancelled":true})");
  turn();
  EXPECT_EQ(write(change).fault, WriteFault::kNotThere);
}

// Whatever the office does and whenever the process ends: each booking is one row or none, ends
// once, and says the truth about it.
TEST_F(WriteBackTest, AStormOfBookingsIsWrittenOnceOrSaidToHaveFailed) {
  constexpr int kBookings = 40;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    clock.begin_anew();
    book.writes.clear();
    book.events.clear();
    resources = {};
    keyed.clear();
    office.rows.clear();
    office.moody = &random;
    SetUp();
    std::set<std::int64_t> strangers;
    for (int i = 0; i < 1'500; ++i) {
      if (i % 10 == 0 && std::ssize(book.writes) < kBookings)
        accept(10 + static_cast<int>(book.writes.size()));
      office.pass_time(Milliseconds(random.below(200)));
      turn();
      if (random.below(10) == 0) read_rows(strangers);
      if (random.below(40) == 0) restart();
    }
    office.moody = nullptr;
    live(Milliseconds(120'000), Milliseconds(500));
    read_rows(strangers);

    EXPECT_THAT(strangers, IsEmpty());
    EXPECT_THAT(book.ended_twice, IsEmpty());
    std::map<std::string, int> rows_by_start;
    for (const auto& [key, leaves] : office.rows) ++rows_by_start[leaves.at("start_time")];
    for (const auto& [id, write] : book.writes) {
      ASSERT_FALSE(is_open(write.state)) << to_string(id) << " " << name(write.state);
      const bool complete = write.state == WriteState::kComplete;
      const std::string start(leaf(leaves_of(write.order).value(), "start_time"));
      EXPECT_EQ(rows_by_start[start], complete ? 1 : 0) << to_string(id);
      const auto told = std::string("appointment_insertion.") +
                        (complete ? "complete " : "failed ") + to_string(write.resource);
      EXPECT_EQ(std::ranges::count(book.events, told), 1);
    }
    EXPECT_EQ(std::ssize(book.events), kBookings);
  }
}

}  // namespace
}  // namespace chartbell
