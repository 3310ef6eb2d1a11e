#include "forms/paper_words.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(PaperWords, DatesCannotBeReadInTwoWays) {
  EXPECT_EQ(paper_words("en").date("1980-03-05"), "March 5, 1980");
  EXPECT_EQ(paper_words("es").date("1980-03-05"), "5 de marzo de 1980");
}

TEST(PaperWords, WhatIsNoDateStaysAsItIs) {
  for (const auto* text : {"", "1980", "1980-02-31", "yesterday", "1980-03-05 10:00:00"})
    EXPECT_EQ(paper_words("en").date(text), text);
}

TEST(PaperWords, AMomentNamesItsZone) {
  const auto time = parse_utc("2026-03-21T17:52:47.824Z").value();
  EXPECT_EQ(paper_words("en").moment(time, Zone::open("America/New_York").value()),
            "March 21, 2026, 13:52 (America/New_York, UTC-4:00)");
  EXPECT_EQ(paper_words("es").moment(time, Zone::open("Asia/Kolkata").value()),
            "21 de marzo de 2026, 23:22 (Asia/Kolkata, UTC+5:30)");
}

TEST(PaperWords, LanguagesAreFoundByTheirFirstSubtag) {
  EXPECT_EQ(paper_words("es-MX").yes, "Sí");
  EXPECT_EQ(paper_words("est").yes, "Yes");
  EXPECT_EQ(paper_words("").page_of(2, 10), "Page 2 of 10");
  EXPECT_EQ(paper_words("es").page_of(2, 10), "Página 2 de 10");
}

}  // namespace
}  // namespace chartbell
