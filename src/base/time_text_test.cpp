#include "base/time_text.h"

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

std::int64_t local_ms(std::string_view text) {
  const auto local = parse_local(text);
  EXPECT_TRUE(local) << text;
  return local ? local->time_since_epoch().count() : 0;
}

TEST(TimeText, MillisecondsAndZAlwaysStand) {
  EXPECT_EQ(to_text(from_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_text(from_ms(1'711'043'567'824)), "2024-03-21T17:52:47.824Z");
  EXPECT_EQ(to_text(from_ms(7)), "1970-01-01T00:00:00.007Z");
}

TEST(TimeText, TimesBeforeTheEpochCountDownwards) {
  EXPECT_EQ(to_text(from_ms(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_text(from_ms(-86'400'001)), "1969-12-30T23:59:59.999Z");
}

TEST(TimeText, TheWholeRangeOfTheFormIsKept) {
  for (const auto* text : {"0000-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z",
                           "1899-12-31T12:34:56.789Z", "9999-12-31T23:59:59.999Z"}) {
    const auto time = parse_utc(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_text(*time), text);
  }
}

TEST(TimeText, EveryMomentComesBack) {
  check_property([] {
    const auto ms = *rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'800'000);
    RC_ASSERT(parse_utc(to_text(from_ms(ms))) == from_ms(ms));
  });
}

TEST(ParseUtc, FractionsOfNoneToNineDigitsAreTaken) {
  EXPECT_EQ(parse_utc("1970-01-01T00:00:01Z"), from_ms(1000));
  EXPECT_EQ(parse_utc("1970-01-01T00:00:01.5Z"), from_ms(1500));
  EXPECT_EQ(parse_utc("1970-01-01 00:00:01.05Z"), from_ms(1050));
  EXPECT_EQ(parse_utc("1970-01-01T00:00:01.999999999Z"), from_ms(1999));
}

TEST(ParseUtc, NothingElseIsTaken) {
  for (const auto* text :
       {"", "Z", "1970-01-01", "1970-01-01Z", "1970-01-01T00:00:00", "1970-01-01T00:00:00+00:00",
        "1970-01-01T00:00:00z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.0000000000Z",
        "1970-01-01T00:00Z", "1970-01-01T00:00:00ZZ", " 1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z ", "1970-1-1T00:00:00Z", "+970-01-01T00:00:00Z", "19700101T000000Z",
        "1970-01-01t00:00:00Z", "1970-01-01  00:00:00Z"})
    EXPECT_EQ(parse_utc(text), std::nullopt) << text;
}

TEST(ParseLocal, ADateAloneIsItsMidnight) {
  EXPECT_EQ(local_ms("1970-01-02"), 86'400'000);
  EXPECT_EQ(local_ms("1970-01-01 00:00:00.824"), 824);
  EXPECT_EQ(local_ms("1970-01-01T23:59:59.999"), 86'399'999);
}

TEST(ParseLocal, LeapDaysExistInLeapYearsAlone) {
  for (const auto* text : {"2024-02-29", "2000-02-29", "0000-02-29", "1600-02-29"})
    EXPECT_TRUE(parse_local(text)) << text;
  for (const auto* text : {"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30"})
    EXPECT_FALSE(parse_local(text)) << text;
}

TEST(ParseLocal, ImpossibleDatesAndTimesAreRefused) {
  for (const auto* text :
       {"0000-00-00", "2024-00-10", "2024-13-01", "2024-04-31", "2024-01-00", "2024-01-32",
        "2024-01-01 24:00:00", "2024-01-01 23:60:00", "2024-01-01 23:59:60", "-001-01-01",
        "10000-01-01", "2024/01/01", "2024-01-01 ", "2024-01-01 12", "2024-01-01 12:00",
        "2024-01-01 12:00:00Z", "2024-01-01 12:00:00 ", "2024-01-01 1a:00:00",
        "0000-00-00 00:00:00"})
    EXPECT_EQ(parse_local(text), std::nullopt) << text;
}

TEST(ParseLocal, TakesAnyBytesWithoutHarm) {
  check_property([] {
    const auto bytes = *any_bytes();
    RC_ASSERT(!parse_utc(bytes));
    RC_ASSERT(!parse_local(bytes));
  });
}

TEST(ParseLocal, OneWrongCharacterAnywhereIsNoticed) {
  const std::string good = "2024-03-21 17:52:47.824";
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bad = good;
    bad[at] = 'x';
    EXPECT_EQ(parse_local(bad), std::nullopt) << bad;
  }
}

TEST(DateText, IsTenCharacters) {
  using namespace std::chrono;
  EXPECT_EQ(to_date_text(year_month_day(year(2024), month(3), day(1))), "2024-03-01");
  EXPECT_EQ(to_date_text(year_month_day(year(1), month(1), day(1))), "0001-01-01");
}

TEST(ParseMoment, OffsetsDatesAndTimesWithoutZone) {
  const auto noon = parse_utc("2024-03-21T12:00:00Z");
  for (const auto* text :
       {"2024-03-21T12:00:00Z", "2024-03-21 12:00:00", "2024-03-21T07:00:00-05:00",
        "2024-03-21T07:00:00-0500", "2024-03-21T14:00:00.000+02:00", "2024-03-21T14:00:00 02:00",
        "2024-03-21T12:00:00+0000"})
    EXPECT_EQ(parse_moment(text), noon) << text;
  EXPECT_EQ(parse_moment("2024-03-21"), parse_utc("2024-03-21T00:00:00Z"));
  for (const auto* text : {"", "Z", "noon", "2024-03-21T12:00", "2024-03-21T12:00:00-5",
                           "2024-03-21+", "2024-03-21T12:00:00+24:00", "2024-03-21T12:00:00+00:00Z",
                           "2024-02-30", "2024-03-21T12:00:00+00:60"})
    EXPECT_FALSE(parse_moment(text)) << text;
}

}  // namespace
}  // namespace chartbell
