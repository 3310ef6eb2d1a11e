#include "base/nearest.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

constexpr std::string_view kPaths[] = {"first_name", "last_name", "email", "bio.city"};

TEST(DidYouMean, TheNearestWordWithinAThirdOfTheLength) {
  EXPECT_EQ(did_you_mean("frist_name", kPaths), "; did you mean \"first_name\"?");
  EXPECT_EQ(did_you_mean("emial", kPaths), "");
  EXPECT_EQ(did_you_mean("emai", kPaths), "; did you mean \"email\"?");
  EXPECT_EQ(did_you_mean("bio.citty", kPaths), "; did you mean \"bio.city\"?");
}

TEST(DidYouMean, NothingIsOfferedForWhatIsNearToNothing) {
  EXPECT_EQ(did_you_mean("procedure", kPaths), "");
  EXPECT_EQ(did_you_mean("", kPaths), "");
  EXPECT_EQ(did_you_mean("email", {}), "");
}

}  // namespace
}  // namespace chartbell
