#include "base/zone.h"

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

std::string utc(std::string_view zone, std::string_view local) {
  return to_text(Zone::open(zone).value().to_utc(parse_local(local).value()));
}
std::string offset(std::string_view zone, std::string_view time) {
  return Zone::open(zone).value().offset_at(parse_utc(time).value());
}

TEST(Zone, WinterAndSummerInNewYork) {
  EXPECT_EQ(utc("America/New_York", "2024-01-15 09:00:00"), "2024-01-15T14:00:00.000Z");
  EXPECT_EQ(utc("America/New_York", "2024-07-15 09:00:00"), "2024-07-15T13:00:00.000Z");
}

TEST(Zone, ATimeSkippedInSpringIsTakenAsIfTheClockHadNotChanged) {
  EXPECT_EQ(utc("America/New_York", "2024-03-10 01:59:59.999"), "2024-03-10T06:59:59.999Z");
  EXPECT_EQ(utc("America/New_York", "2024-03-10 02:00:00"), "2024-03-10T07:00:00.000Z");
  EXPECT_EQ(utc("America/New_York", "2024-03-10 02:30:00"), "2024-03-10T07:30:00.000Z");
  EXPECT_EQ(utc("America/New_York", "2024-03-10 03:00:00"), "2024-03-10T07:00:00.000Z");
}

TEST(Zone, ATimeThatComesTwiceInAutumnIsItsFirstOccurrence) {
  EXPECT_EQ(utc("America/New_York", "2024-11-03 00:59:59"), "2024-11-03T04:59:59.000Z");
  EXPECT_EQ(utc("America/New_York", "2024-11-03 01:30:00"), "2024-11-03T05:30:00.000Z");
  EXPECT_EQ(utc("America/New_York", "2024-11-03 02:00:00"), "2024-11-03T07:00:00.000Z");
}

TEST(Zone, HalfHours) {
  EXPECT_EQ(utc("Asia/Kolkata", "2024-07-15 09:00:00"), "2024-07-15T03:30:00.000Z");
  EXPECT_EQ(utc("Asia/Kolkata", "2024-07-15 05:29:59"), "2024-07-14T23:59:59.000Z");
}

TEST(Zone, OffsetsAreWrittenAsTheWireDoes) {
  EXPECT_EQ(offset("America/New_York", "2024-07-15T12:00:00Z"), "-4:00");
  EXPECT_EQ(offset("America/New_York", "2024-01-15T12:00:00Z"), "-5:00");
  EXPECT_EQ(offset("Asia/Kolkata", "2024-01-15T12:00:00Z"), "+5:30");
  EXPECT_EQ(offset("Asia/Kathmandu", "2024-01-15T12:00:00Z"), "+5:45");
  EXPECT_EQ(offset("America/St_Johns", "2024-01-15T12:00:00Z"), "-3:30");
  EXPECT_EQ(offset("Pacific/Kiritimati", "2024-01-15T12:00:00Z"), "+14:00");
  EXPECT_EQ(offset("UTC", "2024-01-15T12:00:00Z"), "+0:00");
}

TEST(Zone, TheOffsetChangesInTheMillisecondOfTheChange) {
  EXPECT_EQ(offset("America/New_York", "2024-03-10T06:59:59.999Z"), "-5:00");
  EXPECT_EQ(offset("America/New_York", "2024-03-10T07:00:00.000Z"), "-4:00");
}

TEST(Zone, UnknownNamesAreTheOperatorsToCorrect) {
  for (const auto* name : {"", "Mars/Olympus", "america/new_york!", "America/New_York ", "+5:30",
                           "../../etc/passwd", "EST5"}) {
    const auto zone = Zone::open(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, Code::kConfig);
    EXPECT_NE(zone.error().detail.find("America/New_York"), std::string::npos) << "an example";
  }
}

TEST(Zone, KeepsItsName) {
  EXPECT_EQ(Zone::open("Asia/Kolkata").value().name(), "Asia/Kolkata");
}

TEST(Zone, LocalTimesComeBackExceptAcrossAChange) {
  const auto zone = Zone::open("America/New_York").value();
  check_property(
      [&] {
        const WallTime time = from_ms(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000));
        const auto again = zone.to_utc(zone.to_local(time));
        // Only the second of two equal hours is taken for the first.
        RC_ASSERT(again == time || again == time - std::chrono::hours(1));
        RC_ASSERT(zone.to_local(again) == zone.to_local(time));
      },
      2000);
}

}  // namespace
}  // namespace chartbell
