#include "model/finished.h"

#include <vector>

#include <gtest/gtest.h>

namespace chartbell {
namespace {

const Stamp kStamp{.id = ResourceId{7},
                   .created_at = from_ms(1000),
                   .updated_at = from_ms(2000),
                   .synced_at = from_ms(3000)};

TEST(Finished, FillsWhatOnlyWeKnowAndKeepsTheOrderOfTheKeys) {
  const auto object = finished(
      Document(R"({"z":1,"id":null,"last_sync_time":null,"created_at":null,"a":{"id":null},)"
               R"("updated_at":null})"),
      kStamp);
  ASSERT_TRUE(object);
  EXPECT_EQ(*object, R"({"z":1,"id":7,"last_sync_time":"1970-01-01T00:00:03.000Z",)"
                     R"("created_at":"1970-01-01T00:00:01.000Z","a":{"id":null},)"
                     R"("updated_at":"1970-01-01T00:00:02.000Z"})");
}

TEST(Finished, LooksIntoNoValue) {
  const std::string text =
      R"({"note":"a \"quote\", a } and \\","id":null,"body":{"x":[1,{"id":2}],"y":","},"n":-1.5})";
  EXPECT_EQ(
      finished(Document(text), kStamp).value(),
      R"({"note":"a \"quote\", a } and \\","id":7,"body":{"x":[1,{"id":2}],"y":","},"n":-1.5})");
  EXPECT_EQ(finished(Document("{}"), kStamp).value(), "{}");
}

TEST(Finished, AddsNoKeyThatTheShapeLacks) {
  EXPECT_EQ(finished(Document(R"({"name":"x"})"), kStamp).value(), R"({"name":"x"})");
}

TEST(Finished, WhatIsNoObjectIsCorrupt) {
  for (const auto* bad :
       {"", "[]", "{\"a\":", "{\"a\":}", "{\"a\"}", "{a:1}", "{\"a\":[1}", "{", "x"})
    EXPECT_EQ(finished(Document(bad), kStamp).error().code, Code::kCorrupt) << bad;
}

TEST(WithNested, PatientAndDescriptorsComeLast) {
  const std::vector<std::string> two = {R"({"id":1})", R"({"id":2})"};
  EXPECT_EQ(with_nested(R"({"id":7})", R"({"id":3})", two),
            R"({"id":7,"patient":{"id":3},"descriptors":[{"id":1},{"id":2}]})");
  EXPECT_EQ(with_nested(R"({"id":7})", std::nullopt, {}),
            R"({"id":7,"patient":null,"descriptors":[]})");
}

}  // namespace
}  // namespace chartbell
