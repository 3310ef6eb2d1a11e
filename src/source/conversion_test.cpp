#include "source/conversion.h"

#include <cstdio>
#include <cstdlib>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

template <class Append>
std::string shown(Append append, std::string_view text) {
  std::string out = "before ";
  const bool done = append(out, text);
  if (!done) EXPECT_EQ(out, "before ") << "nothing is appended to what is refused";
  return done ? out.substr(7) : "nothing";
}

std::string money(std::string_view text) {
  return shown(append_money, text);
}

TEST(Money, HasTwoDecimalsRoundedHalfAwayFromZero) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0", "0.00"},
      {"12", "12.00"},
      {"12.3", "12.30"},
      {"12.345", "12.35"},
      {"12.344999", "12.34"},
      {"2.675", "2.68"},
      {"1.005", "1.01"},
      {"0.995", "1.00"},
      {"99.999", "100.00"},
      {"-0.5", "-0.50"},
      {"-0.005", "-0.01"},
      {"-12.345", "-12.35"},
      {"-0.004", "0.00"},
      {"-0", "0.00"},
      {".5", "0.50"},
      {"5.", "5.00"},
      {"+1.5", "1.50"},
      {"-.5", "-0.50"},
      {"0000007.10", "7.10"},
      {"00000000000000012.5", "12.50"},
      {"999999999999999.99", "999999999999999.99"}};
  for (const auto& [text, wanted] : cases)
    EXPECT_EQ(money(text), "\"" + std::string(wanted) + "\"") << text;
}

TEST(Money, BinaryFractionsAndExponentsAreUnderstood) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"0.30000000000000004", "0.30"},
                                                                 {"115.00000000000001", "115.00"},
                                                                 {"89.989999999999995", "89.99"},
                                                                 {"1e2", "100.00"},
                                                                 {"1.25E+2", "125.00"},
                                                                 {"-1.25e1", "-12.50"},
                                                                 {"5e-3", "0.01"},
                                                                 {"-5e-3", "-0.01"},
                                                                 {"1e-9", "0.00"},
                                                                 {"-1e-9", "0.00"}};
  for (const auto& [text, wanted] : cases)
    EXPECT_EQ(money(text), "\"" + std::string(wanted) + "\"") << text;
}

TEST(Money, WhatIsNoAmountIsNothing) {
  for (const auto* text : {"",
                           " ",
                           "-",
                           "+",
                           ".",
                           "-.",
                           "abc",
                           "1,50",
                           "$5",
                           "1.2.3",
                           "nan",
                           "inf",
                           "-inf",
                           "1e400",
                           "1e15",
                           "1000000000000000",
                           "0x10",
                           "1 ",
                           " 1",
                           "--1",
                           "1e",
                           "1.5-",
                           "1_000",
                           "\xC2\xA0"
                           "5"})
    EXPECT_EQ(money(text), "nothing") << text;
  EXPECT_EQ(money(std::string_view("1\0", 2)), "nothing");
}

std::string cents_text(std::int64_t cents) {
  char out[48];
  std::snprintf(out, sizeof out, "%s%lld.%02lld", cents < 0 ? "-" : "",
                std::llabs(static_cast<long long>(cents)) / 100,
                std::llabs(static_cast<long long>(cents)) % 100);
  return out;
}

TEST(Money, EveryAmountOfCentsComesBackAlsoFromABinaryFraction) {
  check_property([] {
    const auto cents = *rc::gen::inRange<std::int64_t>(-100'000'000'000, 100'000'000'000);
    const auto wanted = "\"" + cents_text(cents) + "\"";
    RC_ASSERT(money(cents_text(cents)) == wanted);
    char binary[64];
    std::snprintf(binary, sizeof binary, "%.17g", static_cast<double>(cents) / 100);
    RC_ASSERT(money(binary) == wanted);
  });
}

TEST(Money, ThousandthsRoundAsByHand) {
  check_property([] {
    const auto thousandths = *rc::gen::inRange<std::int64_t>(0, 10'000'000);
    char text[48];
    std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(thousandths / 1000),
                  static_cast<long long>(thousandths % 1000));
    const auto wanted = cents_text((thousandths + 5) / 10);
    RC_ASSERT(money(text) == "\"" + wanted + "\"");
    const auto negative = thousandths < 5 ? wanted : "-" + wanted;
    RC_ASSERT(money("-" + std::string(text)) == "\"" + negative + "\"");
  });
}

std::string date(std::string_view text, std::string_view null_date) {
  return shown([&](std::string& out, auto t) { return append_date(out, t, null_date); }, text);
}

TEST(Date, ADateOrTheDayOfATime) {
  EXPECT_EQ(date("2024-02-29", ""), "\"2024-02-29\"");
  EXPECT_EQ(date("2024-02-29 23:59:59", ""), "\"2024-02-29\"");
  EXPECT_EQ(date("1899-12-31", "1899-12-30"), "\"1899-12-31\"");
  EXPECT_EQ(date("0001-01-01", ""), "\"0001-01-01\"") << "no null date is declared";
}

TEST(Date, TheNullDateAndWhatIsBeforeItMeanNotSet) {
  EXPECT_EQ(date("0001-01-01", "0001-01-01"), "nothing");
  EXPECT_EQ(date("0001-01-01 00:00:00", "0001-01-01"), "nothing");
  EXPECT_EQ(date("1899-12-30", "1899-12-30"), "nothing");
  EXPECT_EQ(date("1800-01-01", "1899-12-30"), "nothing");
}

TEST(Date, YearsZeroMeanNotSetWhateverIsDeclared) {
  for (const auto* text : {"0000-00-00", "0000-00-00 00:00:00", "0000-01-01"}) {
    EXPECT_EQ(date(text, ""), "nothing") << text;
    EXPECT_EQ(date(text, "0001-01-01"), "nothing") << text;
  }
}

TEST(Date, WhatIsNoDateIsNothing) {
  for (const auto* text : {"", "today", "2023-02-29", "21.03.2024", "2024-3-1", "20240321"})
    EXPECT_EQ(date(text, ""), "nothing") << text;
}

TEST(Boolean, ZeroAndFalseAreFalseAndEverythingElseIsTrue) {
  for (const auto* text : {"0", "f", "false", "FALSE"})
    EXPECT_EQ(shown(append_boolean, text), "false") << text;
  for (const auto* text : {"1", "t", "true", "TRUE", "-1", "2"})
    EXPECT_EQ(shown(append_boolean, text), "true") << text;
  EXPECT_EQ(shown(append_boolean, ""), "nothing");
}

TEST(Integer, SixtyFourBitsAndNothingElse) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0", "0"},
      {"-7", "-7"},
      {"007", "7"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"}};
  for (const auto& [text, wanted] : cases) EXPECT_EQ(shown(append_integer, text), wanted);
  for (const auto* text : {"", "-", "1.0", "1e3", " 1", "1 ", "0x1", "9223372036854775808", "+1"})
    EXPECT_EQ(shown(append_integer, text), "nothing") << text;
}

TEST(Json, ValuesPass) {
  EXPECT_EQ(shown(append_json, R"( {"tooth" : ["3"], "surface": null} )"),
            R"({"tooth":["3"],"surface":null})");
  EXPECT_EQ(shown(append_json, "7"), "7");
  EXPECT_EQ(shown(append_json, "null"), "null");
}

TEST(Json, WhatIsNoJsonIsNothing) {
  for (const auto* text : {"", "{", "[1,]", "{a:1}", "'x'", "1 2", "\"\xff\"", "\"\\ud800\"", "nul",
                           "\"line\nbreak\"", "NaN"})
    EXPECT_EQ(shown(append_json, text), "nothing") << text;
  EXPECT_EQ(shown(append_json, "\"" + std::string(70'000, 'x') + "\""), "nothing") << "too large";
}

// A value stands inside a resource, inside `data`, inside an envelope; whoever reads it there must
// be able to, with the usual limit of 32 levels.
TEST(Json, WhatPassesCanStillBeReadWhereItEndsUp) {
  int passed = 0;
  for (int depth = 1; depth < 40; ++depth) {
    const auto levels = static_cast<std::size_t>(depth);
    const auto text = shown(append_json, std::string(levels, '[') + std::string(levels, ']'));
    if (text == "nothing") continue;
    ++passed;
    boost::json::error_code error;
    boost::json::parse(R"({"data":{"procedures":[{"body_site":{"x":)" + text + "}}]}}", error);
    EXPECT_FALSE(error) << depth << " levels";
  }
  EXPECT_GE(passed, 8);
}

}  // namespace
}  // namespace chartbell
