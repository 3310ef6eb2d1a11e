#include "forms/site_answers.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(FromHere, TheBrowserSaysSo) {
  EXPECT_TRUE(is_from_here({{"Sec-Fetch-Site", "same-origin"}, {"Origin", "null"}}));
  for (const auto* elsewhere : {"cross-site", "same-site", "none", ""})
    EXPECT_FALSE(is_from_here({{"Sec-Fetch-Site", elsewhere}})) << elsewhere;
}

TEST(FromHere, OldBrowsersSayAnOriginOrNothing) {
  EXPECT_TRUE(is_from_here({}));
  EXPECT_TRUE(is_from_here({{"Origin", "null"}}));
  EXPECT_TRUE(
      is_from_here({{"Host", "forms.example:8443"}, {"Origin", "https://forms.example:8443"}}));
  for (const auto* other :
       {"https://evil.example", "https://forms.example", "forms.example:8443", ""})
    EXPECT_FALSE(is_from_here({{"Host", "forms.example:8443"}, {"Origin", other}})) << other;
}

TEST(IsForm, OfOneMediaType) {
  EXPECT_TRUE(is_form({{"Content-Type", "application/x-www-form-urlencoded"}}));
  EXPECT_TRUE(is_form({{"Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8"}}));
  for (const auto* other : {"application/json", "text/plain", "multipart/form-data; boundary=x",
                            "application/x-www-form-urlencodedx", ""})
    EXPECT_FALSE(is_form({{"Content-Type", other}})) << other;
  EXPECT_FALSE(is_form({}));
}

}  // namespace
}  // namespace chartbell
