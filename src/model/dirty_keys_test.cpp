#include "model/dirty_keys.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using enum ResourceKind;

TEST(DirtyKeys, KeepsEachKeyOnceAndInOrder) {
  DirtyKeys dirty;
  for (const std::int64_t key : {7, 3, 7, 5}) dirty.add(kPatient, key);
  EXPECT_EQ(dirty.kinds().at(kPatient).keys, (std::set<ForeignKey>{3, 5, 7}));
  EXPECT_EQ(dirty.keys(), 3U);
}

TEST(DirtyKeys, AWholeKindNeedsNoKeysAndIsNeverNarrowed) {
  DirtyKeys dirty;
  dirty.add(kPatient, std::int64_t{1});
  dirty.widen(kPatient, Extent::kAll);
  dirty.widen(kPatient, Extent::kKeyList);
  dirty.add(kPatient, std::int64_t{2});
  EXPECT_EQ(dirty.kinds().at(kPatient), (DirtyKeys::OfKind{Extent::kAll, {}}));
}

TEST(DirtyKeys, AKeyListKeepsItsNamedKeys) {
  DirtyKeys dirty;
  dirty.add(kPatient, std::int64_t{1});
  dirty.widen(kPatient, Extent::kKeyList);
  EXPECT_EQ(dirty.kinds().at(kPatient), (DirtyKeys::OfKind{Extent::kKeyList, {1}}));
}

TEST(DirtyKeys, BeyondItsLimitTheWholeKindIsDirty) {
  DirtyKeys dirty;
  for (std::int64_t key = 0; key < std::int64_t{DirtyKeys::kKeysMax}; ++key)
    dirty.add(kPatient, key);
  EXPECT_EQ(dirty.kinds().at(kPatient).extent, Extent::kKeys);
  dirty.add(kPatient, std::int64_t{-1});
  EXPECT_EQ(dirty.kinds().at(kPatient), (DirtyKeys::OfKind{Extent::kAll, {}}));
}

TEST(DirtyKeys, MergingCoversBothSides) {
  DirtyKeys first;
  first.add(kPatient, std::int64_t{1});
  first.widen(kAppointment, Extent::kAll);
  DirtyKeys second;
  second.add(kPatient, std::int64_t{2});
  second.add(kAppointment, std::int64_t{9});
  second.widen(kProcedure, Extent::kKeyList);
  first.merge(second);
  EXPECT_EQ(first.kinds().at(kPatient).keys, (std::set<ForeignKey>{1, 2}));
  EXPECT_EQ(first.kinds().at(kAppointment).extent, Extent::kAll);
  EXPECT_EQ(first.keys(), 2U);
  EXPECT_EQ(first.kinds().at(kProcedure).extent, Extent::kKeyList);
}

}  // namespace
}  // namespace chartbell
