#include "base/url_form.h"

#include <vector>

#include <gtest/gtest.h>

#include "support/property.h"

namespace chartbell {
namespace {

std::string pairs_of(std::string_view form) {
  std::string out;
  while (true) {
    const auto pair = take_url_pair(form);
    if (!pair) return pair.error().detail;
    if (!*pair) return out;
    out += '[' + (*pair)->name + "|" + (*pair)->value + ']';
  }
}

TEST(UrlForm, PairsComeOneByOne) {
  EXPECT_EQ(pairs_of(""), "");
  EXPECT_EQ(pairs_of("a=1&b=2"), "[a|1][b|2]");
  EXPECT_EQ(pairs_of("&&a=1&&&b&"), "[a|1][b|]");
  EXPECT_EQ(pairs_of("a==x=&=y"), "[a|=x=][|y]");
}

TEST(UrlForm, EscapesAndBlanksAreDecoded) {
  EXPECT_EQ(pairs_of("full+name=Zo%C3%AB+%2B+%26"), "[full name|Zoë + &]");
}

TEST(UrlForm, BadEscapesAndNulAreRefused) {
  for (const auto* form : {"a=%", "a=%4", "a=%zz", "%=a", "a=%00"})
    EXPECT_EQ(pairs_of(form), "Bad escape in the parameters") << form;
}

TEST(UrlForm, AnyBytesComeToAnEnd) {
  check_property([] { pairs_of(*any_bytes()); });
}

}  // namespace
}  // namespace chartbell
