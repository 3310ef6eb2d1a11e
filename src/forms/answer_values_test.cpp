#include "forms/answer_values.h"

#include <gtest/gtest.h>

#include "forms/answers.h"
#include "support/property.h"

namespace chartbell {
namespace {

TEST(AnswerValues, EmailsAreThoseThatABrowserTakes) {
  for (const auto* text : {"a@b.co", "ada.lovelace+forms@example.com", "o'brien@mail.example.org",
                           "x@1.2", "a..b@docomo.example"})
    EXPECT_TRUE(is_email(text)) << text;
  for (const auto* text : {"", "a", "@", "a@", "@b.co", "a@b", "a@b.", "a@.b", "a@b..c", "a@b@c.de",
                           "a b@c.de", "a@-b.co", "a@b-.co", "zoë@example.com", "a@exämple.com",
                           "<a@b.co>", "a@b.co\n", "a@b.co,"})
    EXPECT_FALSE(is_email(text)) << text;
  EXPECT_TRUE(is_email(std::string(64, 'a') + "@b.co"));
  EXPECT_FALSE(is_email(std::string(65, 'a') + "@b.co"));
  EXPECT_FALSE(is_email("a@" + std::string(64, 'b') + ".co"));
  std::string domain;
  for (int i = 0; i < 50; ++i) domain += "abcd.";
  EXPECT_FALSE(is_email("abcd@" + domain + "co"));
}

TEST(AnswerValues, PhonesAreDigitsAsPeopleGroupThem) {
  for (const auto* text :
       {"2125550101", "212-555-0101", "(212) 555-0101", "+1 212 555 0101", "+34 91 123 45 67",
        "01/23.45.67", "212-555-0101 x12", "212-555-0101 ext. 1234", "212-555-0101#9", "55501"})
    EXPECT_TRUE(is_phone(text)) << text;
  for (const auto* text :
       {"", "1234", "1234567890123456", "212-555-0101 x", "212-555-0101 x1234567", "x12", "++12345",
        "12345+", "call me", "212-CALL-NOW", "212 555 0101 ext", "２１２５５５０１０１",
        "1 2 3 4 5 6 7 8 9                           0"})
    EXPECT_FALSE(is_phone(text)) << text;
}

TEST(AnswerValues, DaysAreReal) {
  for (const auto* text : {"1900-01-01", "2024-02-29", "2199-12-31", "1986-08-26"})
    EXPECT_TRUE(is_day(text)) << text;
  for (const auto* text : {"", "1899-12-31", "2200-01-01", "2023-02-29", "2024-13-01", "2024-00-10",
                           "2024-1-1", "24-01-01", "01/02/2024", "2024-01-01T00:00", "2024-01-0x"})
    EXPECT_FALSE(is_day(text)) << text;
}

TEST(AnswerValues, IntegersAreCanonical) {
  const std::pair<const char*, const char*> good[] = {
      {"0", "0"},    {"7", "7"},
      {"+007", "7"}, {"-7", "-7"},
      {"-0", "0"},   {"999999999999999", "999999999999999"},
      {"-000", "0"}, {"0000000000000000000042", "42"},
  };
  for (const auto& [text, wanted] : good) EXPECT_EQ(canonical_integer(text), wanted) << text;
  for (const auto* text : {"", "-", "+", "1.0", "1,000", "1e3", "0x1F", "1 000", "--1", "inf",
                           "nan", "1000000000000000", "٣"})
    EXPECT_EQ(canonical_integer(text), std::nullopt) << text;
}

TEST(AnswerValues, NumbersAreCanonical) {
  const std::pair<const char*, const char*> good[] = {
      {"0", "0"},
      {"70.5", "70.5"},
      {"70,5", "70.5"},
      {"70,50", "70.5"},
      {"-0.0", "0"},
      {".5", "0.5"},
      {"-,25", "-0.25"},
      {"00012.3400", "12.34"},
      {"1.000", "1"},
      {"1.500", "1.5"},
      {"1,5000", "1.5"},
      {"0.000000000000001", "0.000000000000001"},
      {"12345678.1234567", "12345678.1234567"},
  };
  for (const auto& [text, wanted] : good) EXPECT_EQ(canonical_number(text), wanted) << text;
  for (const auto* text : {"", ".", "1.", ",", "1,500", "1.2.3", "1,2,3", "1.2,3", "1e3", "inf",
                           "NaN", "-", "0x1p3", "1 5", "1234567890.123456", "½"})
    EXPECT_EQ(canonical_number(text), std::nullopt) << text;
}

TEST(AnswerValues, WhatIsCanonicalStaysAsItIs) {
  check_property(
      [] {
        const auto digits =
            *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789.,-+e ")));
        if (const auto number = canonical_number(digits)) {
          RC_ASSERT(canonical_number(*number) == number);
          RC_ASSERT(number->find_first_not_of("-.0123456789") == std::string::npos);
        }
        if (const auto number = canonical_integer(digits))
          RC_ASSERT(canonical_integer(*number) == number);
      },
      3000);
}

TEST(AnswerValues, StrokesFollowTheirGrammar) {
  for (const auto* text : {"", "0,0", "600,200", "1,2 3,4;5,6", "10,20;30,40 50,60 7,8"})
    EXPECT_TRUE(are_strokes(text)) << text;
  for (const auto* text : {" ",        ";",
                           "1",        "1,",
                           ",1",       "1,2 ",
                           " 1,2",     "1,2;",
                           ";1,2",     "1,2;;3,4",
                           "1,2  3,4", "601,0",
                           "0,201",    "-1,0",
                           "+1,0",     "01,0",
                           "1.5,2",    "1,2,3",
                           "a,b",      "1,2\n",
                           "0000,1",   "99999999999999999999,1",
                           "<svg>",    "١,٢"})
    EXPECT_FALSE(are_strokes(text)) << text;
}

TEST(AnswerValues, StrokesHaveALimit) {
  std::string text;
  while (text.size() + 8 <= kStrokesBytesMax) text += "100,100 ";
  text.back() = ';';
  EXPECT_FALSE(are_strokes(text));
  text.pop_back();
  EXPECT_TRUE(are_strokes(text));
  EXPECT_FALSE(are_strokes(text + " 100,100"));
}

TEST(AnswerValues, DigitsOfOtherScriptsArePlain) {
  EXPECT_EQ(with_plain_digits("٠١٢٣٤٥٦٧٨٩"), "0123456789");
  EXPECT_EQ(with_plain_digits("۰۱۲ ०१२ ２１２"), "012 012 212");
  EXPECT_EQ(with_plain_digits("a\xff٣é"),
            "a\xff"
            "3é");
}

TEST(AnswerValues, LinesEndOneWay) {
  EXPECT_EQ(with_plain_lines("a\r\nb\rc\nd\r\r\n"), "a\nb\nc\nd\n\n");
  EXPECT_EQ(with_plain_lines("\r"), "\n");
  EXPECT_EQ(with_plain_lines(""), "");
}

TEST(AnswerValues, AnyBytesAreTakenOrRefused) {
  check_property(
      [] {
        const auto bytes = *any_bytes();
        is_email(bytes);
        is_phone(bytes);
        is_day(bytes);
        are_strokes(bytes);
        RC_ASSERT(with_plain_lines(bytes).find('\r') == std::string::npos);
        RC_ASSERT(with_plain_digits(bytes).size() <= bytes.size());
      },
      2000);
}

}  // namespace
}  // namespace chartbell
