#include "detect/id_book.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/memory_resource_store.h"

namespace chartbell {
namespace {

using enum ResourceKind;

constexpr SourceRef kSource{InstitutionId{5}, SourceId{1}};

ForeignKey key(std::int64_t number) {
  return number;
}

class IdBookTest : public testing::Test {
 protected:
  ResourceId id(ResourceKind kind, std::int64_t number) {
    return book.reference_to(kind, key(number)).value().id;
  }
  void commit_fresh() {
    DetectedBatch batch{.source = kSource};
    batch.writes = book.fresh();
    ASSERT_TRUE(store.commit(std::move(batch)));
    book.committed();
  }

  FakeClock clock;
  MemoryResourceStore store;
  IdBook book{kSource, store, clock};
};

TEST_F(IdBookTest, AKeyKeepsItsId) {
  const auto first = id(kPatient, 7);
  EXPECT_EQ(id(kPatient, 7), first);
  commit_fresh();
  EXPECT_EQ(id(kPatient, 7), first);
  IdBook another(kSource, store, clock);
  EXPECT_EQ(another.reference_to(kPatient, key(7))->id, first) << "a new process knows it";
}

TEST_F(IdBookTest, KindsAndKeysHaveIdsOfTheirOwn) {
  EXPECT_NE(id(kPatient, 7), id(kProvider, 7));
  EXPECT_NE(id(kPatient, 7), id(kPatient, 8));
  EXPECT_NE(book.reference_to(kPatient, "7")->id, id(kPatient, 7)) << "a text is no number";
}

TEST_F(IdBookTest, WhatIsFirstReferredToIsWrittenOnceAsAReference) {
  const auto allotted = id(kPatient, 7);
  const auto fresh = book.fresh();
  ASSERT_EQ(fresh.size(), 1u);
  EXPECT_EQ(fresh[0].kind, kPatient);
  EXPECT_EQ(fresh[0].resource.known.key, key(7));
  EXPECT_EQ(fresh[0].resource.known.id, allotted);
  EXPECT_EQ(fresh[0].resource.known.presence, Presence::kReferenced);
  EXPECT_TRUE(fresh[0].resource.document.empty());
  commit_fresh();
  id(kPatient, 7);
  EXPECT_TRUE(book.fresh().empty());
}

TEST_F(IdBookTest, FirstSeenStaysTheFirst) {
  const auto first = book.reference_to(kPatient, key(7))->first_seen;
  clock.advance(Milliseconds(5000));
  EXPECT_EQ(book.reference_to(kPatient, key(7))->first_seen, first);
  commit_fresh();
  EXPECT_EQ(IdBook(kSource, store, clock).reference_to(kPatient, key(7))->first_seen, first);
}

TEST_F(IdBookTest, ARowOfItsOwnIsNoBareReference) {
  const auto allotted = id(kPatient, 7);
  EXPECT_EQ(book.id_for_new(kPatient, key(7)).id, allotted);
  EXPECT_TRUE(book.fresh().empty());
  EXPECT_EQ(id(kPatient, 7), allotted);
  const auto unseen = book.id_for_new(kPatient, key(8)).id;
  EXPECT_EQ(id(kPatient, 8), unseen);
  EXPECT_TRUE(book.fresh().empty());
}

TEST_F(IdBookTest, KnowsTheKeysThatNoBatchHasCarried) {
  const auto allotted = id(kPatient, 7);
  EXPECT_EQ(book.key_of(allotted), key(7));
  EXPECT_EQ(book.key_of(ResourceId{999}), std::nullopt);
  commit_fresh();
  EXPECT_EQ(book.key_of(allotted), std::nullopt) << "the store knows it now";
}

TEST_F(IdBookTest, AfterAFailedCommitNothingWasHandedOut) {
  id(kPatient, 7);
  book.id_for_new(kPatient, key(8));
  book.forget();
  EXPECT_TRUE(book.fresh().empty());
  id(kPatient, 7);
  id(kPatient, 8);
  EXPECT_EQ(book.fresh().size(), 2u) << "both are written, or they would be ids of nothing";
}

TEST_F(IdBookTest, ForgettingKeepsWhatTheStoreHas) {
  const auto allotted = id(kPatient, 7);
  commit_fresh();
  book.forget();
  EXPECT_EQ(id(kPatient, 7), allotted);
  EXPECT_TRUE(book.fresh().empty());
}

}  // namespace
}  // namespace chartbell
