#include "forms/printable.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(Printable, TextOfAnyScriptStaysAsItIs) {
  for (const auto* text :
       {"José Núñez", "محمد علي", "王小明", "प्रियंका", "👨‍👩‍👧 ❤️", "e\u0301"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, LinesEndInOneWay) {
  EXPECT_EQ(printable("a\r\nb\rc\nd\u2028e\u2029f"), "a\nb\nc\nd\ne\nf");
}

TEST(Printable, EmptyLinesAreTwoAtMost) {
  EXPECT_EQ(printable("a\n\n\nb"), "a\n\n\nb");
  EXPECT_EQ(printable("a\n\r\n\n\r\r\n\nb\n"), "a\n\n\nb\n");
  EXPECT_EQ(printable(std::string(1'000, '\n')), "\n\n");
}

TEST(Printable, ControlCharactersAreSeen) {
  using namespace std::string_view_literals;
  EXPECT_EQ(printable("a\0b\x1b[31m\x7f"sv), "a\uFFFDb\uFFFD[31m\uFFFD");
  EXPECT_EQ(printable("a\tb\u0085"), "a b\uFFFD");
}

TEST(Printable, WhatTurnsTheDirectionIsSeen) {
  EXPECT_EQ(printable("invoice\u202Efdp.exe\u2066\u2069"), "invoice\uFFFDfdp.exe\uFFFD\uFFFD");
  EXPECT_EQ(printable("\u200Fa\u200E"), "\u200Fa\u200E") << "marks turn nothing";
}

TEST(Printable, WhatIsNoUtf8IsSeen) {
  EXPECT_EQ(printable("a\xFF"
                      "b\xC3"),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(printable("\uFFFF\U0001FFFE\uFDD0"), "\uFFFD\uFFFD\uFFFD") << "noncharacters";
  EXPECT_EQ(printable(""), "");
}

}  // namespace
}  // namespace chartbell
