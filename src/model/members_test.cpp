#include "model/members.h"

#include <string>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

std::string put_together(std::string_view text) {
  std::string out = "{";
  Members members(text);
  while (const auto member = members.next())
    out += std::string(out.size() == 1 ? "" : ",") + '"' + std::string(member->key) +
           "\":" + std::string(member->value);
  return members.broken() ? "broken" : out + "}";
}

TEST(Members, PutTogetherAreTheObject) {
  for (const auto* text :
       {R"({})", R"({"a":1})", R"({"a":"x,\"}","b":{"c":[1,{"d":","}]},"e":-1.5})",
        R"({"a\"b":null,"":"\\"})"})
    EXPECT_EQ(put_together(text), text);
}

TEST(Members, OfWhatIsNoObjectThereAreNone) {
  for (const auto* text :
       {"", "{", "}", "[]", "x", R"({a:1})", R"({"a"})", R"({"a":})", R"({"a":[1})", R"({"a":1]})"})
    EXPECT_EQ(put_together(text), "broken") << text;
}

TEST(Members, AnyBytesEnd) {
  check_property([] {
    const std::string text = "{" + *any_bytes() + "}";
    Members members(text);
    for (int i = 0; i < 1000 && members.next(); ++i) continue;
    RC_ASSERT(!members.next());
  });
}

}  // namespace
}  // namespace chartbell
