#include "model/name_words.h"

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

using Words = std::vector<std::string>;

TEST(NameWordsTest, NamesAreComparedByWordsWithoutCaseMarksAndPunctuation) {
  EXPECT_EQ(name_words("Zoë  O'Brien-Smith"), (Words{"zoe", "obrien", "smith"}));
  EXPECT_EQ(name_words("GROẞ Weiß"), (Words{"gro\u1E9E", "weiss"}));
  EXPECT_EQ(name_words("Łukasz Ærø ÑANDÚ"), (Words{"lukasz", "aero", "nandu"}));
  EXPECT_EQ(name_words("Zoe\u0308"), Words{"zoe"});
  EXPECT_EQ(name_words("D\u2019Angelo"), Words{"dangelo"});
  EXPECT_EQ(name_words("李 小龙"), (Words{"李", "小龙"}));
  EXPECT_EQ(name_words(" .-, "), Words{});
}

TEST(NameWordsTest, OfAnyBytesNoneIsEmpty) {
  check_property([] {
    for (const auto& word : name_words(*any_bytes())) RC_ASSERT(!word.empty());
  });
}

}  // namespace
}  // namespace chartbell
