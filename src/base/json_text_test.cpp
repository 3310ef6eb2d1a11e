#include "base/json_text.h"

#include <cstdint>
#include <optional>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

namespace json = boost::json;

// What another parser reads in our text; it checks the grammar and the UTF-8.
std::optional<std::string> read_back(std::string_view text) {
  json::error_code error;
  const auto value = json::parse(json::string_view(json_string(text)), error);
  if (error || !value.is_string()) return std::nullopt;
  return std::string(value.as_string());
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

TEST(JsonText, PlainTextPassesAsItIs) {
  EXPECT_EQ(json_string(""), "\"\"");
  EXPECT_EQ(json_string("O'Brien / Müller 山本 👩‍⚕️ שלום"),
            "\"O'Brien / Müller 山本 👩‍⚕️ שלום\"");
}

TEST(JsonText, QuotesAndBackslashesAreEscaped) {
  EXPECT_EQ(json_string("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(read_back("\",\"id\":7,\"x\":\""), "\",\"id\":7,\"x\":\"");
}

TEST(JsonText, EveryControlCharacterIsEscaped) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string text = {'a', static_cast<char>(c), 'b'};
    for (const char shown : json_string(text))
      EXPECT_GE(static_cast<unsigned char>(shown), 0x20) << c;
    EXPECT_EQ(read_back(text), text) << c;
  }
  EXPECT_EQ(json_string(std::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(json_string("\b\f\n\r\t\x1f\x7f"), "\"\\b\\f\\n\\r\\t\\u001f\x7f\"");
}

TEST(JsonText, TheLimitsOfUtf8Pass) {
  for (const auto* text :
       {"\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\xE2\x80\xA8"})
    EXPECT_EQ(read_back(text), text);
}

TEST(JsonText, EachKindOfInvalidUtf8BecomesReplacementCharacters) {
  const std::pair<std::string, int> cases[] = {
      {"\x80", 1},                  // a continuation without a lead
      {"\xBF\xBF", 2},              //
      {"\xC0\xAF", 2},              // overlong '/'
      {"\xC1\xBF", 2},              //
      {"\xE0\x80\xAF", 3},          // overlong in three
      {"\xF0\x80\x80\xAF", 4},      // overlong in four
      {"\xED\xA0\x80", 3},          // a high surrogate
      {"\xED\xBF\xBF", 3},          // a low surrogate
      {"\xF4\x90\x80\x80", 4},      // beyond U+10FFFF
      {"\xF5\x80\x80\x80", 4},      //
      {"\xF8\x88\x80\x80\x80", 5},  // five bytes
      {"\xFE", 1},
      {"\xFF", 1},
      {"\xC2", 1},          // cut short
      {"\xE2\x82", 2},      //
      {"\xF0\x9F\x98", 3},  //
  };
  for (const auto& [bytes, replaced] : cases) {
    std::string wanted = "a";
    for (int i = 0; i < replaced; ++i) wanted += kReplacement;
    EXPECT_EQ(read_back("a" + bytes), wanted);
    EXPECT_EQ(read_back("a" + bytes + "z"), wanted + "z") << "what follows is kept";
    EXPECT_EQ(read_back("a" + bytes + "\"é"), wanted + "\"é") << "what follows is kept";
  }
}

TEST(JsonText, Latin1OfAnOldDatabaseStaysReadable) {
  EXPECT_EQ(read_back("Ren\xE9 Mu\xF1oz"), "Ren\xEF\xBF\xBD Mu\xEF\xBF\xBDoz");
}

TEST(JsonText, AnyBytesGiveValidJson) {
  check_property(
      [] {
        const auto bytes = *any_bytes();
        RC_ASSERT(read_back(bytes).has_value());
      },
      2000);
}

// Bytes at the borders of UTF-8's table, where random ones seldom meet.
TEST(JsonText, EveryPairOfBorderBytesGivesValidJson) {
  const unsigned char borders[] = {0x00, 0x1F, 0x22, 0x41, 0x5C, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
                                   0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
                                   0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF};
  std::string text(4, '\0');
  for (const auto a : borders)
    for (const auto b : borders)
      for (const auto c : borders)
        for (const auto d : borders) {
          text = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c),
                  static_cast<char>(d)};
          if (!read_back(text)) FAIL() << int{a} << " " << int{b} << " " << int{c} << " " << int{d};
        }
}

TEST(JsonText, ValidTextComesBackExactly) {
  check_property([](const std::u32string& drawn) {
    std::string text;
    for (const char32_t raw : drawn) {
      const auto c = static_cast<std::uint32_t>(raw) % 0x800;  // one and two bytes
      if (c < 0x80) {
        text += static_cast<char>(c);
      } else {
        text += static_cast<char>(0xC0 | (c >> 6));
        text += static_cast<char>(0x80 | (c & 0x3F));
      }
    }
    RC_ASSERT(read_back(text) == text);
  });
}

TEST(JsonText, AppendingKeepsWhatStands) {
  std::string out = "[";
  append_json_string(out, "a");
  EXPECT_EQ(out, "[\"a\"");
}

}  // namespace
}  // namespace chartbell
