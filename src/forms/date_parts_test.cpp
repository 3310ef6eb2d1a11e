#include "forms/date_parts.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

DateParts sent(std::string day, std::string month, std::string year) {
  FormInput input;
  input.add("born.day", std::move(day));
  input.add("born.month", std::move(month));
  input.add("born.year", std::move(year));
  return sent_date(input, "born");
}

TEST(DateParts, AreADateOfTheWire) {
  EXPECT_EQ(joined(sent("31", "3", "1980")), "1980-03-31");
  EXPECT_EQ(joined(sent(" 1", "12 ", "\t2004\n")), "2004-12-01");
  EXPECT_EQ(joined(sent("٣", "۴", "१९८०")), "1980-04-03");
  EXPECT_EQ(joined(sent("", "", "")), "");
  EXPECT_EQ(joined(sent("", " ", "\n")), "");
}

TEST(DateParts, WhatIsNoDateStaysWhatItIs) {
  for (const auto& parts : {sent("31", "March", "1980"), sent("31", "", ""), sent("", "3", "80"),
                            sent("<b>", "0", "x")}) {
    EXPECT_FALSE(real_date(joined(parts))) << joined(parts);
    EXPECT_EQ(split_date(joined(parts)), parts) << joined(parts);
  }
}

TEST(DateParts, NoPartIsLong) {
  const auto parts = sent(std::string(1'000'000, '1'), "áááááááááááááááááááááá", "1980");
  EXPECT_EQ(parts.day.size(), 20u);
  EXPECT_EQ(parts.month, "áááááááááá");
}

TEST(DateParts, AreSplitAgain) {
  EXPECT_EQ(split_date("1980-03-31"), (DateParts{.year = "1980", .month = "3", .day = "31"}));
  EXPECT_EQ(split_date(""), DateParts());
  EXPECT_EQ(split_date("1980"), (DateParts{.year = "1980", .month = "", .day = ""}));
  EXPECT_EQ(split_date("a-b-c-d"), (DateParts{.year = "a", .month = "b", .day = "c-d"}));
}

TEST(DateParts, OnlyDaysThereAreAreReal) {
  for (const auto* text : {"1980-03-31", "2000-02-29", "1900-01-01"}) EXPECT_TRUE(real_date(text));
  for (const auto* text : {"1980-02-30", "1900-02-29", "0080-03-31", "1980-3-31", "80-03-31", "",
                           "1980-03-31 ", "1980/03/31", "198a-03-31"})
    EXPECT_FALSE(real_date(text)) << text;
}

TEST(DateParts, StandInTheOrderOfTheLanguage) {
  using enum DatePart;
  EXPECT_EQ(date_order("en"), (std::array{kMonth, kDay, kYear}));
  EXPECT_EQ(date_order("en-US"), (std::array{kMonth, kDay, kYear}));
  EXPECT_EQ(date_order("es"), (std::array{kDay, kMonth, kYear}));
  EXPECT_EQ(date_order("zh"), (std::array{kYear, kMonth, kDay}));
}

}  // namespace
}  // namespace chartbell
