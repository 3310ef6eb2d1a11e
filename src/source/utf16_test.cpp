#include "source/utf16.h"

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

TEST(Utf16, GoesThereAndBack) {
  for (const std::string text : {"", "abc", "Núñez", "佐藤", "🦷 a"})
    EXPECT_EQ(to_utf8(to_utf16(text)), text);
  EXPECT_EQ(to_utf16("🦷").size(), 2u);
}

TEST(Utf16, WhatIsNoTextIsReplaced) {
  EXPECT_EQ(to_utf16("a\xFFz"), u"a\uFFFDz");
  EXPECT_EQ(to_utf16("\xC3"), u"\uFFFD");
  EXPECT_EQ(to_utf16("\xC0\x80"), u"\uFFFD\uFFFD") << "overlong";
  EXPECT_EQ(to_utf8(std::u16string_view(u"\xD800", 1)), "\uFFFD");
  EXPECT_EQ(to_utf8(std::u16string_view(u"\xDC00z", 2)), "\uFFFDz");
}

TEST(Utf16, AnyBytesBecomeText) {
  check_property([] {
    const auto once = to_utf8(to_utf16(*any_bytes()));
    RC_ASSERT(to_utf8(to_utf16(once)) == once);
  });
}

}  // namespace
}  // namespace chartbell
