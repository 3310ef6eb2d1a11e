#include "store/resource_store.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

constexpr auto kPatient = ResourceKind::kPatient;

class ResourceStoreTest : public testing::Test, protected StoreWorld {
 protected:
  static Digest digest(unsigned char byte) {
    Digest out;
    out.fill(byte);
    return out;
  }
  HeldResource live(const ForeignKey& key, std::string text = R"({"a":1})") {
    return {.known = {.key = key,
                      .id = resources->allot_id(),
                      .presence = Presence::kLive,
                      .digest = digest(1)},
            .location = {3},
            .created_at = clock.now(),
            .updated_at = clock.now(),
            .document = Document(std::move(text))};
  }
  HeldResource reference(const ForeignKey& key, ResourceId id) {
    return {.known = {.key = key, .id = id}, .created_at = clock.now(), .updated_at = clock.now()};
  }
  Result<void> commit(std::vector<HeldResource> held, ResourceKind kind = kPatient) {
    DetectedBatch batch{.source = source_};
    for (auto& one : held) batch.writes.push_back({kind, std::move(one)});
    return resources->commit(std::move(batch));
  }
  std::vector<ForeignKey> between(const std::optional<ForeignKey>& after,
                                  const std::optional<ForeignKey>& upto, std::size_t limit = 100) {
    std::vector<ForeignKey> out;
    const auto rows = resources->known_between(source_, kPatient, after, upto, limit);
    for (const auto& row : *rows) out.push_back(row.key);
    return out;
  }

  InstitutionId green_ = institution("green");
  SourceRef source_{green_, {1}};
};

TEST_F(ResourceStoreTest, KeysComeInOrderIntegersBeforeTexts) {
  ASSERT_TRUE(commit({live("b"), live(10), live("10"), live(-5), live("a"), live(9)}));
  const std::vector<ForeignKey> all = {-5, 9, 10, "10", "a", "b"};
  EXPECT_EQ(between({}, {}), all);
  EXPECT_EQ(between(ForeignKey(9), {}), (std::vector<ForeignKey>{10, "10", "a", "b"}));
  EXPECT_EQ(between(ForeignKey(9), ForeignKey("a")), (std::vector<ForeignKey>{10, "10", "a"}));
  EXPECT_EQ(between({}, ForeignKey(9)), (std::vector<ForeignKey>{-5, 9}));
  EXPECT_EQ(between({}, {}, 2), (std::vector<ForeignKey>{-5, 9}));
  EXPECT_TRUE(between(ForeignKey("b"), {}).empty());
  EXPECT_TRUE(std::ranges::is_sorted(all));
}

TEST_F(ResourceStoreTest, KindsAndSourcesDoNotSeeEachOther) {
  ASSERT_TRUE(commit({live(1)}));
  ASSERT_TRUE(commit({live(2)}, ResourceKind::kAppointment));
  EXPECT_EQ(between({}, {}), std::vector<ForeignKey>{1});
  const SourceRef other{green_, {2}};
  EXPECT_TRUE(resources->known_between(other, kPatient, {}, {}, 10)->empty());
  EXPECT_FALSE(*resources->held(other, kPatient, ForeignKey(1)));
}

TEST_F(ResourceStoreTest, AResourceIsHeldByItsKeyAndByItsId) {
  const auto wanted = live("k-1", R"({"name":"Wilhelmina"})");
  ASSERT_TRUE(commit({wanted}));
  open();
  for (const auto& found : {resources->held(source_, kPatient, ForeignKey("k-1")),
                            resources->held(source_, kPatient, wanted.known.id)}) {
    ASSERT_TRUE(found && *found);
    const auto& held = **found;
    EXPECT_EQ(held.known.key, wanted.known.key);
    EXPECT_EQ(held.known.id, wanted.known.id);
    EXPECT_EQ(held.known.presence, Presence::kLive);
    EXPECT_EQ(held.known.digest, wanted.known.digest);
    EXPECT_EQ(held.location, wanted.location);
    EXPECT_EQ(held.created_at, wanted.created_at);
    EXPECT_EQ(held.updated_at, wanted.updated_at);
    EXPECT_EQ(held.document, wanted.document);
  }
  EXPECT_FALSE(*resources->held(source_, ResourceKind::kAppointment, wanted.known.id));
  EXPECT_FALSE(*resources->held(source_, kPatient, ResourceId{9999}));
  EXPECT_EQ(*resources->key_of(green_, wanted.known.id), ForeignKey("k-1"));
  EXPECT_EQ(*resources->key_of(green_, {9999}), std::nullopt);
}

TEST_F(ResourceStoreTest, AReferenceNeverOverwritesAState) {
  const auto wanted = live(1);
  ASSERT_TRUE(commit({wanted}));
  ASSERT_TRUE(commit({reference(1, wanted.known.id)}));
  const auto held = resources->held(source_, kPatient, ForeignKey(1));
  EXPECT_EQ((*held)->known.presence, Presence::kLive);
  EXPECT_EQ((*held)->known.digest, wanted.known.digest);
  EXPECT_EQ((*held)->document, wanted.document);
  EXPECT_EQ((*held)->location, wanted.location);
}

TEST_F(ResourceStoreTest, AReferenceBecomesAStateUnderTheSameIdAndFirstSight) {
  const auto id = resources->allot_id();
  const auto first_seen = clock.now();
  ASSERT_TRUE(commit({reference(1, id)}));
  EXPECT_EQ((*resources->reference(source_, kPatient, ForeignKey(1)))->id, id);
  const auto bare = resources->held(source_, kPatient, ForeignKey(1));
  EXPECT_EQ((*bare)->known.presence, Presence::kReferenced);
  EXPECT_TRUE((*bare)->document.empty());
  clock.advance(Milliseconds(5000));
  auto now_live = live(1);
  now_live.known.id = id;
  ASSERT_TRUE(commit({now_live}));
  EXPECT_EQ((*resources->reference(source_, kPatient, ForeignKey(1)))->first_seen, first_seen);
  EXPECT_EQ((*resources->held(source_, kPatient, id))->document, now_live.document);
  EXPECT_FALSE(*resources->reference(source_, kPatient, ForeignKey(2)));
}

TEST_F(ResourceStoreTest, OnlyLiveOnesCount) {
  auto gone = live(3);
  gone.known.presence = Presence::kGone;
  ASSERT_TRUE(commit({live(1), live(2), gone, reference(4, resources->allot_id())}));
  EXPECT_EQ(resources->count_live(source_, kPatient), 2);
  EXPECT_EQ(resources->count_live(source_, ResourceKind::kProcedure), 0);
}

TEST_F(ResourceStoreTest, APassStateIsKeptWithItsVersion) {
  EXPECT_FALSE(resources->pass_state(source_, kPatient)->baseline_done);
  DetectedBatch batch{.source = source_};
  batch.pass = {kPatient, {.baseline_done = true, .version = "v7"}};
  ASSERT_TRUE(resources->commit(batch));
  open();
  const auto state = resources->pass_state(source_, kPatient);
  EXPECT_TRUE(state->baseline_done);
  EXPECT_EQ(state->version, "v7");
  EXPECT_FALSE(resources->pass_state(source_, ResourceKind::kProcedure)->baseline_done);
}

TEST_F(ResourceStoreTest, StatesAndEventsAreOneCommit) {
  DetectedBatch batch{.source = source_};
  batch.writes.push_back({kPatient, live(1)});
  batch.events.push_back(new_event(green_, "patient_created", 1));
  ASSERT_TRUE(resources->commit(batch));
  open();
  EXPECT_EQ(log->head(green_), EventSeq{1});
  EXPECT_EQ(resources->count_live(source_, kPatient), 1);
}

TEST_F(ResourceStoreTest, IdsAreNeverGivenAgainAfterReopening) {
  const auto held = live(1);
  const auto id = resources->allot_id();
  ASSERT_TRUE(commit({held, reference(2, id)}));
  EXPECT_LT(held.known.id, id);
  open();
  EXPECT_LT(id, resources->allot_id());
}

TEST_F(ResourceStoreTest, ADocumentOnDiskIsNotReadable) {
  ASSERT_TRUE(commit({live(1, R"({"name":"Wilhelmina"})")}));
  auto db = core->reader();
  auto select = (*db)->prepare("SELECT sealed_document FROM state");
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.blob(0).find("Wilhelmina"), std::string::npos);
}

TEST_F(ResourceStoreTest, APositionStandsWithWhatCameBeforeIt) {
  EXPECT_EQ(*resources->position(source_), std::nullopt);
  DetectedBatch batch{.source = source_};
  batch.writes.push_back({kPatient, live(1)});
  batch.position = "gtid:0-1-7";
  ASSERT_TRUE(resources->commit(std::move(batch)));
  EXPECT_EQ(*resources->position(source_), "gtid:0-1-7");
  EXPECT_EQ(between({}, {}), (std::vector<ForeignKey>{1}));
  ASSERT_TRUE(resources->commit({.source = source_, .position = "gtid:0-1-9"}));
  EXPECT_EQ(*resources->position(source_), "gtid:0-1-9");
  EXPECT_EQ(*resources->position({green_, {2}}), std::nullopt);
}

}  // namespace
}  // namespace chartbell
