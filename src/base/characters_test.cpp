#include "base/characters.h"

#include <string>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

using namespace std::string_view_literals;

TEST(Characters, AreTakenOneByOne) {
  std::string_view text = "aé日😀";
  for (const char32_t wanted : {U'a', U'é', U'日', U'😀'}) EXPECT_EQ(take_character(text), wanted);
  EXPECT_TRUE(text.empty());
}

TEST(Characters, WhatIsNoUtf8IsNone) {
  for (const auto bytes : {"\xff"sv, "\xc0\xaf"sv, "\xed\xa0\x80"sv, "\xe2\x82"sv, "\x80"sv,
                           "\xf4\x90\x80\x80"sv, "\xf0\x80\x80\xaf"sv}) {
    auto rest = bytes;
    EXPECT_EQ(take_character(rest), std::nullopt);
    EXPECT_EQ(text_fault(bytes, TextLines::kMany), TextFault::kNotUtf8);
  }
}

TEST(Characters, TextsOfAnyScriptAreSound) {
  for (const auto text :
       {""sv, "O'Brien"sv, "山田 太郎"sv, "שלום \u200f!"sv, "مرحبا"sv, "नमस्ते"sv, "👩‍⚕️"sv})
    EXPECT_EQ(text_fault(text, TextLines::kOne), std::nullopt);
}

TEST(Characters, ControlCharactersAreAFault) {
  for (const auto text : {"a\0b"sv, "\x1b[2J"sv, "a\rb"sv, "\x7f"sv, "\xc2\x85"sv, "a\u2028b"sv})
    EXPECT_EQ(text_fault(text, TextLines::kMany), TextFault::kControl);
  EXPECT_EQ(text_fault("a\nb", TextLines::kOne), TextFault::kControl);
  EXPECT_EQ(text_fault("a\n\tb", TextLines::kMany), std::nullopt);
}

TEST(Characters, WhatTurnsTheDirectionIsAFault) {
  for (const auto text :
       {"\u202a"sv, "\u202b"sv, "\u202c"sv, "\u202d"sv, "a\u202eb"sv, "\u2066"sv, "\u2069"sv})
    EXPECT_EQ(text_fault(text, TextLines::kMany), TextFault::kDirection);
}

TEST(Characters, AreCounted) {
  EXPECT_EQ(character_count(""), 0U);
  EXPECT_EQ(character_count("aé日😀"), 4U);
  EXPECT_EQ(character_count("a\xff\xfe"), 3U);
}

TEST(Characters, BlanksAroundATextAreTakenOff) {
  EXPECT_EQ(trimmed(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trimmed("\u00a0\u3000\u200b\ufeffé\u2003"), "é");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \u200b "), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed(" \xff "), "\xff");
}

TEST(Characters, AnyBytesHaveAtMostSoManyAsBytes) {
  check_property([] {
    const auto bytes = *any_bytes();
    RC_ASSERT(character_count(bytes) <= bytes.size());
    text_fault(bytes, TextLines::kOne);
  });
}

}  // namespace
}  // namespace chartbell
