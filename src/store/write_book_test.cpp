#include "store/write_book.h"

#include <gtest/gtest.h>

#include "store/record_book.h"
#include "store/store_for_test.h"

namespace chartbell {
namespace {

using enum WriteState;
constexpr auto kAppointment = ResourceKind::kAppointment;

class WriteBookTest : public testing::Test {
 protected:
  void SetUp() override { source = {world.institution(), SourceId{1}}; }

  RecordWrite accept(std::string document = R"({"id":null,"note":"x"})") {
    const auto write = world.writes->accept({.institution = source.institution,
                                             .source = source.source,
                                             .location = {3},
                                             .order = Document(std::move(document)),
                                             .expires_at = world.clock.now() + Milliseconds(5)});
    EXPECT_TRUE(write);
    return *write;
  }
  std::vector<RecordWrite> open_writes() {
    return world.writes->open_writes(source, WriteId{0}, 100).value();
  }
  void record(RecordWrite write, std::optional<Document> document = {}) {
    std::vector<WriteStep> steps;
    steps.push_back({.write = std::move(write), .document = std::move(document)});
    ASSERT_TRUE(world.writes->record(source, std::move(steps)));
  }
  void complete(RecordWrite write, std::int64_t key) {
    write.state = kComplete;
    write.key = key;
    record(write, Document(R"({"id":null,"note":"x","foreign_id":"77"})"));
  }
  std::optional<Record> shown(ResourceId id) {
    return SqliteRecordBook(*world.core).record(source.institution, kAppointment, id).value();
  }
  // As detection stores a row, or the bare reference to one.
  void detect(std::int64_t key, ResourceId id, Presence presence) {
    HeldResource held;
    held.known = {.key = key, .id = id, .presence = presence};
    if (presence != Presence::kReferenced) held.document = Document(R"({"id":null,"note":"y"})");
    DetectedBatch batch{.source = source};
    batch.writes.push_back({kAppointment, std::move(held)});
    ASSERT_TRUE(world.resources->commit(std::move(batch)));
  }

  StoreWorld world;
  SourceRef source;
};

TEST_F(WriteBookTest, WhatIsAcceptedOutlivesTheProcess) {
  const auto write = accept();
  world.open();
  const auto found = open_writes();
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].id, write.id);
  EXPECT_EQ(found[0].resource, write.resource);
  EXPECT_EQ(found[0].order, write.order);
  EXPECT_EQ(found[0].state, kAccepted);
  EXPECT_EQ(found[0].location, LocationId{3});
  EXPECT_EQ(found[0].expires_at, write.expires_at);
  EXPECT_EQ(found[0].due, std::nullopt);
}

TEST_F(WriteBookTest, ItsResourceIsReadBeforeItIsWritten) {
  const auto write = accept();
  const auto record = shown(write.resource);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->key, std::nullopt);
  EXPECT_EQ(record->document, write.order);
  EXPECT_EQ(world.resources->held(source, kAppointment, write.resource).value(), std::nullopt)
      << "detection knows rows alone";
}

TEST_F(WriteBookTest, EachStateIsKept) {
  auto write = accept();
  write.state = kVerifying;
  write.attempts = 2;
  write.due = world.clock.now() + Milliseconds(7);
  write.unsure_since = world.clock.now();
  record(write);
  world.open();
  const auto found = open_writes().at(0);
  EXPECT_EQ(found.state, kVerifying);
  EXPECT_EQ(found.attempts, 2);
  EXPECT_EQ(found.due, write.due);
  EXPECT_EQ(found.unsure_since, write.unsure_since);
}

TEST_F(WriteBookTest, WhatIsWrittenHasItsKeyAndIsKnownByIt) {
  const auto write = accept();
  complete(write, 77);
  EXPECT_TRUE(open_writes().empty());
  const auto reference = world.resources->reference(source, kAppointment, ForeignKey(77)).value();
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->id, write.resource);
  EXPECT_EQ(reference->first_seen, write.created_at);
  EXPECT_EQ(shown(write.resource)->key, ForeignKey(77));
  detect(77, write.resource, Presence::kLive);
  EXPECT_EQ(shown(write.resource)->document.expose(), R"({"id":null,"note":"y"})");
  EXPECT_EQ(shown(write.resource)->created_at, write.created_at);
}

TEST_F(WriteBookTest, WhatMerelyReferredToItGivesWay) {
  const auto write = accept();
  const ResourceId earlier = world.resources->allot_id();
  detect(77, earlier, Presence::kReferenced);
  complete(write, 77);
  EXPECT_EQ(world.resources->reference(source, kAppointment, ForeignKey(77)).value()->id,
            write.resource);
  EXPECT_EQ(shown(earlier), std::nullopt);
}

TEST_F(WriteBookTest, WhatWasToldAsAnothersStays) {
  const auto write = accept();
  const ResourceId earlier = world.resources->allot_id();
  detect(77, earlier, Presence::kLive);
  complete(write, 77);
  EXPECT_EQ(world.resources->reference(source, kAppointment, ForeignKey(77)).value()->id, earlier);
  EXPECT_EQ(shown(write.resource), std::nullopt);
}

TEST_F(WriteBookTest, WhatFailedIsGoneAndItsIdIsNotGivenAgain) {
  auto write = accept();
  write.state = kFailed;
  write.fault = WriteFault::kRefused;
  record(write);
  EXPECT_EQ(shown(write.resource), std::nullopt);
  EXPECT_TRUE(open_writes().empty());
  world.open();
  EXPECT_LT(write.resource, world.resources->allot_id());
}

TEST_F(WriteBookTest, AreListedTheNewestFirst) {
  for (int i = 0; i < 5; ++i) accept();
  auto failed = accept();
  failed.state = kFailed;
  record(failed);
  const auto page = world.writes->writes({.institution = source.institution, .limit = 4}).value();
  ASSERT_EQ(page.rows.size(), 4);
  EXPECT_EQ(page.rows[0].id, failed.id);
  EXPECT_TRUE(page.rows[0].order.empty());
  const auto rest =
      world.writes->writes({.institution = source.institution, .before = page.next, .limit = 4})
          .value();
  EXPECT_EQ(rest.rows.size(), 2);
  EXPECT_EQ(rest.next, std::nullopt);
  const auto of_state =
      world.writes->writes({.institution = source.institution, .state = kFailed}).value();
  EXPECT_EQ(of_state.rows.size(), 1);
  const auto of_resource =
      world.writes->writes({.institution = source.institution, .resource = failed.resource});
  EXPECT_EQ(of_resource->rows.size(), 1);
  const auto of_both = world.writes->writes(
      {.institution = source.institution, .state = kComplete, .resource = failed.resource});
  EXPECT_TRUE(of_both->rows.empty());
  EXPECT_TRUE(world.writes->writes({.institution = {99}})->rows.empty());
}

}  // namespace
}  // namespace chartbell
