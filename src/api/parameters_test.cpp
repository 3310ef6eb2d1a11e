#include "api/parameters.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::string_literals;

Result<Parameters> query(std::string text) {
  return Parameters::of({.method = "GET", .target = "/a?" + std::move(text)});
}
Result<Parameters> body(std::string text, std::string type = "application/json",
                        std::string target = "/a") {
  return Parameters::of({.method = "POST",
                         .target = std::move(target),
                         .fields = {{"Content-Type", std::move(type)}},
                         .body = std::move(text)});
}
Code code_of(const Result<Parameters>& result) {
  return result ? Code::kInternal : result.error().code;
}

TEST(ParametersTest, AQueryIsDecoded) {
  const auto found = query("name=J%C3%BCrgen+B%2e&empty=&bare&ids[]=1&a=b=c");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path(), "/a");
  EXPECT_EQ(found->text("name"), "Jürgen B.");
  EXPECT_EQ(found->text("empty"), "");
  EXPECT_EQ(found->text("bare"), "");
  EXPECT_EQ(found->text("ids[]"), "1");
  EXPECT_EQ(found->text("a"), "b=c");
  EXPECT_EQ(found->text("absent"), std::nullopt);
}

TEST(ParametersTest, AnArrayHasAllThatWasGivenInItsName) {
  const auto found = query("ids[]=2&ids%5B%5D=1&ids[]=2&one=7&none=&bad[]=0");
  EXPECT_EQ(found->ids("ids").value(), (std::vector<std::int64_t>{2, 1, 2}));
  EXPECT_EQ(found->ids("one").value(), std::vector<std::int64_t>{7});
  EXPECT_TRUE(found->ids("none")->empty());
  EXPECT_TRUE(found->list("absent")->empty());
  EXPECT_EQ(found->ids("bad").error().detail, "bad[] must be ids");
  EXPECT_EQ(found->ids("ids", 2).error().detail, "ids[] has more than 2 values");
}

TEST(ParametersTest, ThePathIsDecoded) {
  EXPECT_EQ(Parameters::of({.method = "GET", .target = "/a%62c"})->path(), "/abc");
}

TEST(ParametersTest, BadEscapesAreInvalid) {
  for (const auto* text : {"a=%", "a=%4", "a=%zz", "%4=a", "a=%00"})
    EXPECT_EQ(code_of(query(text)), Code::kInvalid) << text;
  EXPECT_EQ(code_of(Parameters::of({.method = "GET", .target = "/%"})), Code::kInvalid);
}

TEST(ParametersTest, AFormBodyIsReadLikeAQuery) {
  const auto found = body("target_url=https%3A%2F%2Fa.example%2F&active=false",
                          "application/x-www-form-urlencoded");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text("target_url"), "https://a.example/");
  EXPECT_EQ(found->boolean("active")->value(), false);
}

TEST(ParametersTest, AJsonBodyIsRead) {
  const auto found = body(R"({"a":"text","b":true,"c":12,"d":null,"e":{"f":[1]}})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text("a"), "text");
  EXPECT_EQ(found->boolean("b")->value(), true);
  EXPECT_EQ(found->integer("c")->value(), 12);
  EXPECT_EQ(found->text("d"), std::nullopt);
  EXPECT_TRUE(found->is_null("d"));
  EXPECT_FALSE(found->is_null("a"));
  EXPECT_EQ(found->text("e"), R"({"f":[1]})");
}

TEST(ParametersTest, ABodyWithoutATypeIsJson) {
  const auto found = Parameters::of({.method = "POST", .target = "/", .body = R"({"a":"b"})"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text("a"), "b");
}

TEST(ParametersTest, ABodyWinsOverTheQuery) {
  EXPECT_EQ(body(R"({"a":"body"})", "application/json", "/?a=query")->text("a"), "body");
}

TEST(ParametersTest, MediaTypesMayHaveParametersAndAnyCase) {
  for (const auto* type :
       {"application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8",
        "Application/JSON", "application/json ; charset=utf-8", "application/merge-patch+json",
        "application/vnd.Nexhealth+json;version=2"}) {
    const auto found = body(R"({"a":"b"})", type);
    ASSERT_TRUE(found) << type;
    EXPECT_EQ(found->text("a"), "b");
  }
  for (const auto* type :
       {"application/x-www-form-urlencoded; charset=utf-8", "Application/X-WWW-Form-Urlencoded"}) {
    const auto found = body("a=b", type);
    ASSERT_TRUE(found) << type;
    EXPECT_EQ(found->text("a"), "b");
  }
}

TEST(ParametersTest, OtherMediaTypesAreRefused) {
  for (const auto* type :
       {"text/plain", "application/xml", "multipart/mixed; boundary=x", "application/jsonp", ""})
    EXPECT_EQ(code_of(body("{}", type)), Code::kRefused) << type;
}

TEST(ParametersTest, AWrongTypeOfAnEmptyBodyDoesNotMatter) {
  EXPECT_TRUE(body("", "text/plain"));
}

TEST(ParametersTest, BrokenJsonAndWhatIsNoObjectAreInvalid) {
  for (const auto* text : {"{", "[]", "1", "\"a\"", "null", "{\"a\":}", "{} {}", "{\"a\":\"\xff\"}",
                           "{'a':1}", "{\"a\":1,}"})
    EXPECT_EQ(code_of(body(text)), Code::kInvalid) << text;
}

TEST(ParametersTest, ANestingBombIsTooLarge) {
  const auto bomb = [](std::size_t depth) {
    return R"({"a":)"s + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(body(bomb(31)));
  EXPECT_EQ(code_of(body(bomb(33))), Code::kTooLarge);
  EXPECT_EQ(code_of(body(bomb(100'000))), Code::kTooLarge);
  EXPECT_EQ(code_of(body(std::string(100'000, '['))), Code::kTooLarge);
}

TEST(ParametersTest, AThousandParametersAreEnough) {
  const auto many = [](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += "p" + std::to_string(i) + "=1&";
    return out;
  };
  EXPECT_TRUE(query(many(1000)));
  EXPECT_EQ(code_of(query(many(1001))), Code::kInvalid);
  EXPECT_EQ(code_of(body(many(1001), "application/x-www-form-urlencoded")), Code::kInvalid);
  std::string json = "{";
  for (int i = 0; i < 1001; ++i) json += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
  EXPECT_EQ(code_of(body(json + "}")), Code::kInvalid);
}

TEST(ParametersTest, WhatIsMissingIsNamed) {
  const auto found = query("empty=");
  EXPECT_EQ(found->required("start").error().detail, "Missing parameter start");
  EXPECT_EQ(found->required("empty").error().detail, "Missing parameter empty");
  EXPECT_EQ(found->required("start").error().code, Code::kInvalid);
}

TEST(ParametersTest, BooleansAreTrueAndFalseAndNothingElse) {
  const auto found = query("yes=true&no=false&one=1&big=True&empty=");
  EXPECT_EQ(found->boolean("yes")->value(), true);
  EXPECT_EQ(found->boolean("no")->value(), false);
  EXPECT_EQ(*found->boolean("absent"), std::nullopt);
  for (const auto* name : {"one", "big", "empty"})
    EXPECT_EQ(found->boolean(name).error().code, Code::kInvalid) << name;
  EXPECT_EQ(body(R"({"a":null})")->boolean("a").error().code, Code::kInvalid);
  EXPECT_EQ(body(R"({"a":"true"})")->boolean("a")->value(), true);
}

TEST(ParametersTest, IntegersAreWholeAndFit) {
  const auto found = query("a=-12&b=1.5&c=9223372036854775807&d=9223372036854775808&e=12x&f=");
  EXPECT_EQ(found->integer("a")->value(), -12);
  EXPECT_EQ(found->integer("c")->value(), INT64_MAX);
  EXPECT_EQ(*found->integer("absent"), std::nullopt);
  for (const auto* name : {"b", "d", "e", "f"})
    EXPECT_EQ(found->integer(name).error().code, Code::kInvalid) << name;
}

}  // namespace
}  // namespace chartbell
