#include "model/leaves.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

const Document kPerson(R"({"id":7,"name":"Ann \"A\"","bio":{"city":null,"tags":[1,2]},"data":{}})");

TEST(Leaves, AreFoundByTheirPaths) {
  const auto leaves = leaves_of(kPerson).value();
  EXPECT_EQ(leaves, (LeafMap{{"id", "7"},
                             {"name", R"("Ann \"A\"")"},
                             {"bio.city", "null"},
                             {"bio.tags", "[1,2]"},
                             {"data", "{}"}}));
  EXPECT_EQ(leaf(leaves, "bio.tags"), "[1,2]");
  EXPECT_EQ(leaf(leaves, "bio.zip"), "null");
}

TEST(Leaves, OfWhatIsNoObjectAreAnError) {
  EXPECT_EQ(leaves_of(Document("[1]")).error().code, Code::kCorrupt);
  EXPECT_EQ(with_leaves(Document("{"), {}).error().code, Code::kCorrupt);
}

TEST(Leaves, AreReplacedWhereTheyAre) {
  const LeafText values[] = {{"bio.city", R"("Rome")"}, {"bio.zip", "1"}, {"id", "null"}};
  EXPECT_EQ(with_leaves(kPerson, values)->expose(),
            R"({"id":null,"name":"Ann \"A\"","bio":{"city":"Rome","tags":[1,2]},"data":{}})");
}

TEST(Leaves, ArePlainTextWhereTheyAreScalars) {
  EXPECT_EQ(plain_text(R"("a\u00e9")"), "aé");
  EXPECT_EQ(plain_text("-7"), "-7");
  EXPECT_EQ(plain_text("true"), "true");
  EXPECT_EQ(plain_text("null"), "");
  EXPECT_EQ(plain_text("[1]"), "");
}

TEST(Leaves, HaveIdsThatNameSomethingOrNot) {
  EXPECT_EQ(id_in("7"), ResourceId{7});
  EXPECT_EQ(id_in(R"("7")"), ResourceId{7});
  EXPECT_EQ(id_in("0"), std::nullopt);
  EXPECT_EQ(id_in("null"), std::nullopt);
}

}  // namespace
}  // namespace chartbell
