#include "base/encoding.h"

#include <cstdint>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

TEST(Hex, KnownBytes) {
  using namespace std::string_literals;
  EXPECT_EQ(to_hex("\x00\x0f\x7f\x80\xff"s), "000f7f80ff");
  EXPECT_EQ(from_hex("000F7f80Ff"), "\x00\x0f\x7f\x80\xff"s);
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(from_hex(""), "");
}

TEST(Hex, OddLengthsAndOtherCharactersAreRefused) {
  for (const auto* text : {"0", "abc", "0g", "g0", " 0", "0x", "00 ", "--", "\xc3\xa9"})
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
}

TEST(Hex, EveryByteComesBack) {
  check_property([] {
    const auto bytes = *any_bytes();
    RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
  });
}

// RFC 4648 §10.
TEST(Base64, VectorsOfTheRfc) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(plain), encoded);
    EXPECT_EQ(from_base64(encoded), plain);
  }
}

TEST(Base64, WhatIsNotPaddedBase64IsRefused) {
  for (const auto* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "=Zg=", "Zm9v\n", "Zm 9v",
                           "Zm9v\r\n", "Zm-v", "Zm_v", "Z=g=", "\nZm9", "Zm9vZg==Zm9v", "Zm9\xc3"})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

TEST(Base64, AZeroByteIsRefused) {
  EXPECT_EQ(from_base64(std::string_view("Zm\0v", 4)), std::nullopt);
}

TEST(Base64, EveryByteComesBackWithoutLineBreaks) {
  check_property([] {
    const auto bytes = *any_bytes();
    const auto text = to_base64(bytes);
    RC_ASSERT(text.size() == (bytes.size() + 2) / 3 * 4);
    RC_ASSERT(text.find_first_of("\r\n") == std::string::npos);
    RC_ASSERT(from_base64(text) == bytes);
  });
}

TEST(Base64, LongBodiesHaveNoLineBreaks) {
  const std::string body(99'999, 'x');
  const auto text = to_base64(body);
  EXPECT_EQ(text.find_first_not_of("eHh4="), std::string::npos);
  EXPECT_EQ(from_base64(text), body);
}

TEST(Base64Url, UsesTheUrlAlphabetWithoutPadding) {
  EXPECT_EQ(to_base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(to_base64url("f"), "Zg");
  EXPECT_EQ(from_base64url("-__-"), "\xfb\xff\xfe");
  EXPECT_EQ(from_base64url(""), "");
}

TEST(Base64Url, TheStandardAlphabetAndPaddingAreRefused) {
  for (const auto* text : {"+__-", "-/_-", "Zg==", "Z", "Zm9vY", "Zg.", "Z g"})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

TEST(Base64Url, EveryByteComesBack) {
  check_property([] {
    const auto bytes = *any_bytes();
    const auto text = to_base64url(bytes);
    RC_ASSERT(text.find_first_of("+/=") == std::string::npos);
    RC_ASSERT(from_base64url(text) == bytes);
  });
}

TEST(PercentDecoded, TwoHexDigitsAfterAPercentSign) {
  EXPECT_EQ(percent_decoded("a%20b%2F%c3%A9%25"), "a b/é%");
  EXPECT_EQ(percent_decoded(""), "");
  EXPECT_EQ(percent_decoded("a+b"), "a+b");
  for (const auto* text : {"%", "%4", "a%", "a%4", "%4g", "%g4", "%%41", "% 41"})
    EXPECT_EQ(percent_decoded(text), std::nullopt) << text;
}

TEST(Decoders, TakeAnyBytesWithoutHarm) {
  check_property([] {
    const auto bytes = *any_bytes();
    if (const auto read = from_hex(bytes)) RC_ASSERT(read->size() * 2 == bytes.size());
    if (const auto read = from_base64(bytes)) RC_ASSERT(read->size() <= bytes.size() / 4 * 3);
    if (const auto read = from_base64url(bytes)) RC_ASSERT(read->size() <= bytes.size());
  });
}

std::optional<std::uint64_t> varint(std::string_view bytes) {
  return take_varint(bytes);
}

TEST(Varint, KnownForms) {
  std::string out;
  append_varint(out, 0);
  append_varint(out, 127);
  append_varint(out, 128);
  append_varint(out, UINT64_MAX);
  EXPECT_EQ(to_hex(out), "007f8001ffffffffffffffffff01");
}

TEST(Varint, NumbersComeBackInTheirOrder) {
  check_property([](const std::vector<std::uint64_t>& drawn) {
    // RapidCheck draws small numbers; squares and shifts reach the long forms.
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < drawn.size(); ++i) numbers.push_back(drawn[i] << (i % 64));
    std::string packed;
    for (const auto number : numbers) append_varint(packed, number);
    std::string_view rest = packed;
    for (const auto number : numbers) RC_ASSERT(take_varint(rest) == number);
    RC_ASSERT(rest.empty());
  });
}

TEST(Varint, WhatIsCutShortIsNothing) {
  std::string packed;
  append_varint(packed, UINT64_MAX);
  for (std::size_t length = 0; length < packed.size(); ++length)
    EXPECT_EQ(varint(std::string_view(packed).substr(0, length)), std::nullopt) << length;
}

TEST(Varint, MoreThan64BitsAreNothing) {
  const std::string nine(9, '\xff');
  EXPECT_EQ(varint(nine + '\x01'), UINT64_MAX);
  EXPECT_EQ(varint(nine + '\x02'), std::nullopt);
  EXPECT_EQ(varint(nine + '\x7f'), std::nullopt);
  EXPECT_EQ(varint(nine + "\x81\x01"), std::nullopt);
  EXPECT_EQ(varint(std::string(20, '\x80')), std::nullopt);
}

TEST(PercentEncoded, IsDecodedToWhatItWas) {
  const std::string text = "O'Hara & Zoë/%-._~";
  EXPECT_EQ(percent_encoded("a-B 1"), "a-B%201");
  EXPECT_EQ(percent_decoded(percent_encoded(text)), text);
}

// RFC 4648 §10, without the padding.
TEST(Base32, TextsAreThoseOfTheStandard) {
  constexpr std::pair<const char*, const char*> kRows[] = {{"", ""},
                                                           {"f", "MY"},
                                                           {"fo", "MZXQ"},
                                                           {"foo", "MZXW6"},
                                                           {"foob", "MZXW6YQ"},
                                                           {"fooba", "MZXW6YTB"},
                                                           {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : kRows) EXPECT_EQ(to_base32(bytes), text);
}

}  // namespace
}  // namespace chartbell
