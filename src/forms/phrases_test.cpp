#include "forms/phrases.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace chartbell {
namespace {

std::size_t holes(std::string_view text) {
  std::size_t out = 0;
  for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++out;
  return out;
}

TEST(Phrases, AreThereInBothLanguagesWithTheSameHoles) {
  for (std::size_t i = 0; i < kPhrases; ++i) {
    const auto english = phrase(static_cast<Phrase>(i), "en");
    const auto spanish = phrase(static_cast<Phrase>(i), "es");
    EXPECT_FALSE(english.empty() || spanish.empty()) << i;
    EXPECT_EQ(holes(english), holes(spanish)) << english;
  }
}

TEST(Phrases, OtherLanguagesHaveTheEnglishOnes) {
  EXPECT_EQ(phrase(Phrase::kYes, "es-MX"), "Sí");
  EXPECT_EQ(phrase(Phrase::kYes, "fr"), "Yes");
  EXPECT_EQ(phrase(Phrase::kYes, ""), "Yes");
}

TEST(Phrases, HolesAreFilledInTheirOrder) {
  EXPECT_EQ(phrase(Phrase::kAnswerIf, "en", {"Do you {} smoke?", "Yes"}),
            "Answer this if “Do you {} smoke?” is “Yes”.");
}

TEST(Languages, HaveTheirOwnNames) {
  EXPECT_EQ(language_name("es-US"), "Español");
  EXPECT_EQ(language_name("xx"), "xx");
  EXPECT_TRUE(is_right_to_left("ar"));
  EXPECT_FALSE(is_right_to_left("en"));
}

}  // namespace
}  // namespace chartbell
