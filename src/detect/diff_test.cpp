#include "detect/diff.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

namespace json = boost::json;

std::string previous(std::string before, std::string after) {
  const auto found = previous_attributes(Document(std::move(before)), Document(std::move(after)));
  return found ? std::string(found->expose()) : std::string(name(found.error().code));
}

TEST(PreviousAttributes, OnlyWhatChangedWithItsOldValue) {
  EXPECT_EQ(previous(R"({"a":1,"b":"x"})", R"({"a":1,"b":"y"})"), R"({"b":"x"})");
  EXPECT_EQ(previous(R"({"a":1,"b":true})", R"({"b":false,"a":2})"), R"({"b":true,"a":1})");
  EXPECT_EQ(previous(R"({"a":1})", R"({"a":1})"), "{}");
  EXPECT_EQ(previous("{}", "{}"), "{}");
}

TEST(PreviousAttributes, TheOrderOfTheKeysIsNoChange) {
  EXPECT_EQ(previous(R"({"a":1,"b":{"c":1,"d":2}})", R"({"b":{"d":2,"c":1},"a":1})"), "{}");
}

TEST(PreviousAttributes, NestedLeavesStandWhereTheyStood) {
  EXPECT_EQ(previous(R"({"bio":{"city":"A","state":"NY"},"x":1})",
                     R"({"bio":{"city":"B","state":"NY"},"x":1})"),
            R"({"bio":{"city":"A"}})");
}

TEST(PreviousAttributes, NullIsAValueLikeAnother) {
  EXPECT_EQ(previous(R"({"a":null})", R"({"a":1})"), R"({"a":null})");
  EXPECT_EQ(previous(R"({"a":1})", R"({"a":null})"), R"({"a":1})");
}

TEST(PreviousAttributes, AKeyThatWasAbsentWasNull) {
  EXPECT_EQ(previous(R"({"a":1})", R"({"a":1,"b":2})"), R"({"b":null})");
  EXPECT_EQ(previous(R"({"bio":{}})", R"({"bio":{"city":"A"}})"), R"({"bio":{"city":null}})");
}

TEST(PreviousAttributes, AKeyThatIsAbsentNowIsShownAsItWas) {
  EXPECT_EQ(previous(R"({"a":1,"b":{"c":2}})", R"({"a":1})"), R"({"b":{"c":2}})");
}

TEST(PreviousAttributes, ArraysAreLeaves) {
  EXPECT_EQ(previous(R"({"location_ids":[1,2]})", R"({"location_ids":[1,3]})"),
            R"({"location_ids":[1,2]})");
  EXPECT_EQ(previous(R"({"location_ids":[1,2]})", R"({"location_ids":[2,1]})"),
            R"({"location_ids":[1,2]})");
  EXPECT_EQ(previous(R"({"a":[{"b":1}]})", R"({"a":[{"b":1}]})"), "{}");
}

TEST(PreviousAttributes, AnObjectThatAppearsOrGoesIsOneLeaf) {
  EXPECT_EQ(previous(R"({"body_site":null})", R"({"body_site":{"tooth":["3"]}})"),
            R"({"body_site":null})");
  EXPECT_EQ(previous(R"({"body_site":{"tooth":["3"]}})", R"({"body_site":null})"),
            R"({"body_site":{"tooth":["3"]}})");
}

TEST(PreviousAttributes, HostileTextsStayTexts) {
  EXPECT_EQ(previous(R"({"n":"\u0000\"\\"})", R"({"n":"🦷"})"), R"({"n":"\u0000\"\\"})");
}

TEST(PreviousAttributes, WhatIsNoObjectIsCorrupt) {
  for (const auto* bad : {"", "[]", "7", "{", "null", "\"x\""}) {
    EXPECT_EQ(previous(bad, "{}"), "corrupt") << bad;
    EXPECT_EQ(previous("{}", bad), "corrupt") << bad;
  }
}

json::object drawn_object() {
  json::object out;
  const char* keys[] = {"a", "b", "c", "d"};
  const auto leaf = [] { return json::value(*rc::gen::inRange(0, 3)); };
  for (const auto* key : keys) {
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        break;
      case 1:
        out[key] = nullptr;
        break;
      case 2:
        out[key] = leaf();
        break;
      default:
        out[key] = json::object{{"x", leaf()}, {"y", leaf()}};
    }
  }
  return out;
}

// Lays the old values over the new state: the reader of an event gets the old state back, save
// that absent and null are one.
void lay_over(json::object& state, const json::object& old) {
  for (const auto& [key, value] : old) {
    auto* now = state.if_contains(key);
    if (now != nullptr && now->is_object() && value.is_object())
      lay_over(now->as_object(), value.as_object());
    else
      state[key] = value;
  }
}

json::object without_nulls(const json::object& object) {
  json::object out;
  for (const auto& [key, value] : object)
    if (!value.is_null())
      out[key] = value.is_object() ? json::value(without_nulls(value.as_object())) : value;
  return out;
}

TEST(PreviousAttributes, LaidOverTheNewStateTheyGiveTheOldOne) {
  check_property(
      [] {
        const auto before = drawn_object();
        const auto after = drawn_object();
        auto restored = after;
        lay_over(
            restored,
            json::parse(previous(json::serialize(before), json::serialize(after))).as_object());
        RC_ASSERT(without_nulls(restored) == without_nulls(before));
      },
      1000);
}

using Rules = std::vector<std::pair<std::string, std::string>>;

std::string removed(std::string before, const Rules& rules) {
  const auto after = after_removal(Document(std::move(before)), rules, "2024-03-21");
  return after ? std::string(after->expose()) : std::string(name(after.error().code));
}

TEST(AfterRemoval, TheRulesAreWrittenIntoTheDocument) {
  EXPECT_EQ(removed(R"({"id":null,"deleted":false,"cancelled":false,"note":"x"})",
                    {{"deleted", "true"}, {"cancelled", "true"}}),
            R"({"id":null,"deleted":true,"cancelled":true,"note":"x"})");
  EXPECT_EQ(removed(R"({"status":"planned"})", {{"status", "\"inactive\""}}),
            R"({"status":"inactive"})");
  EXPECT_EQ(removed(R"({"a":1})", {}), R"({"a":1})");
}

TEST(AfterRemoval, NestedLeavesAreFoundAndAbsentOnesAreLeftOut) {
  EXPECT_EQ(removed(R"({"bio":{"city":"A"}})", {{"bio.city", "null"}}), R"({"bio":{"city":null}})");
  EXPECT_EQ(removed(R"({"bio":{}})", {{"bio.city", "null"}}), R"({"bio":{}})");
  EXPECT_EQ(removed(R"({"bio":7})", {{"bio.city", "null"}}), R"({"bio":7})");
  EXPECT_EQ(removed(R"({"a":1})", {{"b", "2"}}), R"({"a":1})");
}

TEST(AfterRemoval, TodayEndsWhatIsOpenOrEndsLater) {
  const Rules rules = {{"end", "@today"}};
  EXPECT_EQ(removed(R"({"end":null})", rules), R"({"end":"2024-03-21"})");
  EXPECT_EQ(removed(R"({"end":"2024-03-22"})", rules), R"({"end":"2024-03-21"})");
  EXPECT_EQ(removed(R"({"end":"2099-12-31"})", rules), R"({"end":"2024-03-21"})");
}

TEST(AfterRemoval, TodayLeavesWhatHasEnded) {
  const Rules rules = {{"end", "@today"}};
  EXPECT_EQ(removed(R"({"end":"2024-03-21"})", rules), R"({"end":"2024-03-21"})");
  EXPECT_EQ(removed(R"({"end":"1999-01-01"})", rules), R"({"end":"1999-01-01"})");
}

TEST(AfterRemoval, WhatIsNoObjectIsCorrupt) {
  for (const auto* bad : {"", "[]", "{"}) EXPECT_EQ(removed(bad, {}), "corrupt") << bad;
}

}  // namespace
}  // namespace chartbell
