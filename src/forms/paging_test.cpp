#include "forms/paging.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using Places = std::vector<Place>;

TEST(Paging, SlicesStandBelowEachOtherUntilThePageIsFull) {
  const std::vector<Slice> slices(5, {.height = 40});
  EXPECT_EQ(paginate(slices, 100), (Places{{0, 0}, {0, 40}, {1, 0}, {1, 40}, {2, 0}}));
}

TEST(Paging, SpaceAboveIsKeptExceptAtATop) {
  const std::vector<Slice> slices(3, {.before = 10, .height = 40});
  EXPECT_EQ(paginate(slices, 100), (Places{{0, 0}, {0, 50}, {1, 0}}));
}

TEST(Paging, AHeadingGoesToThePageOfWhatFollows) {
  const std::vector<Slice> slices = {{.height = 60}, {.height = 20, .keep = true}, {.height = 30}};
  EXPECT_EQ(paginate(slices, 100), (Places{{0, 0}, {1, 0}, {1, 20}}));
}

TEST(Paging, KeptTogetherThroughSeveral) {
  const std::vector<Slice> slices = {{.height = 50},
                                     {.height = 20, .keep = true},
                                     {.before = 5, .height = 20, .keep = true},
                                     {.height = 20}};
  EXPECT_EQ(paginate(slices, 100), (Places{{0, 0}, {1, 0}, {1, 25}, {1, 45}}));
}

TEST(Paging, WhatIsLongerThanAPageIsDivided) {
  std::vector<Slice> slices(4, {.height = 40, .keep = true});
  slices.insert(slices.begin(), {.height = 40});
  EXPECT_EQ(paginate(slices, 100), (Places{{0, 0}, {0, 40}, {1, 0}, {1, 40}, {2, 0}}));
}

TEST(Paging, ASliceHigherThanAPageIsAloneOnOne) {
  const std::vector<Slice> slices = {{.height = 40}, {.height = 140}, {.height = 40}};
  EXPECT_EQ(paginate(slices, 100), (Places{{0, 0}, {1, 0}, {2, 0}}));
}

TEST(Paging, NothingHasNoPlace) {
  EXPECT_TRUE(paginate({}, 100).empty());
}

}  // namespace
}  // namespace chartbell
