#include "forms/strokes.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(Strokes, PointsOfEachStroke) {
  const std::vector<Stroke> expected = {{{20, 120}, {60.5, 40}}, {{300, 30}}};
  EXPECT_EQ(parse_strokes("20,120 60.5,40;300,30"), expected);
}

TEST(Strokes, NothingIsNoStroke) {
  EXPECT_TRUE(parse_strokes("").empty());
  EXPECT_TRUE(parse_strokes(";; ;").empty());
}

TEST(Strokes, WhatIsNoPointIsPassedOver) {
  const std::vector<Stroke> expected = {{{1, 2}, {3, 4}}};
  EXPECT_EQ(parse_strokes("1,2 x,y 5 ,6 7, nan,1 1,inf 1e999,2 3,4;a,b"), expected);
}

TEST(Strokes, WhatLiesOutsideIsMovedToTheEdge) {
  const std::vector<Stroke> expected = {{{0, 200}, {600, 0}}};
  EXPECT_EQ(parse_strokes("-5,1000 1e9,-0.5"), expected);
}

}  // namespace
}  // namespace chartbell
