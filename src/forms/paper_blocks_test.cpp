#include "forms/paper_blocks.h"

#include <gtest/gtest.h>

#include "forms/paper_for_test.h"

namespace chartbell {
namespace {

// "question: …", "answer: …"; the head is left out.
std::vector<std::string> asked(const PaperForTest& form, std::string language = "en") {
  std::vector<std::string> out;
  bool begun = false;
  for (const auto& block : paper_blocks(form.paper(std::move(language)))) {
    begun = begun || block.kind == BlockKind::kSection;
    if (begun) out.push_back((block.label.empty() ? "" : block.label + ": ") + block.text);
  }
  return out;
}
using Texts = std::vector<std::string>;

FormField choices() {
  return {.kind = FieldKind::kChoices,
          .label = in_english("Conditions"),
          .choices = {{"bp", LocalText({{"en", "Blood pressure"}, {"es", "Presión"}})},
                      {"asthma", in_english("Asthma")}}};
}

TEST(PaperBlocks, TheHeadSaysWhoseWhatAndWhen) {
  const auto blocks = paper_blocks(PaperForTest().paper("es"));
  ASSERT_EQ(blocks.size(), 7U);
  EXPECT_EQ(blocks[0], (PaperBlock{BlockKind::kPractice, "Lakeside Dental", ""}));
  EXPECT_EQ(blocks[1], (PaperBlock{BlockKind::kPlace, "Downtown", ""}));
  EXPECT_EQ(blocks[2], (PaperBlock{BlockKind::kTitle, "Historia clínica", ""}));
  EXPECT_EQ(blocks[3], (PaperBlock{BlockKind::kFact, "Ada Muster", "Paciente"}));
  EXPECT_EQ(blocks[4], (PaperBlock{BlockKind::kFact, "5 de marzo de 1980", "Fecha de nacimiento"}));
  EXPECT_EQ(blocks[5].text,
            "21 de marzo de 2026, 13:52 (America/New_York, UTC-4:00)\n2026-03-21 17:52:47 UTC");
  EXPECT_EQ(blocks[6].text, "d2594a76862247209d4c35a92e0902f8");
}

TEST(PaperBlocks, AnswersInWords) {
  PaperForTest form;
  form.add(FieldKind::kText, "Name", std::string("Ada"));
  form.add(FieldKind::kDate, "Last visit", std::string("2025-11-03"));
  form.add(FieldKind::kYesNo, "Smoker", false);
  form.add(choices(), std::vector<std::string>{"bp", "asthma"});
  EXPECT_EQ(asked(form), (Texts{"Health", "Name", "Ada", "Last visit", "November 3, 2025", "Smoker",
                                "No", "Conditions", "Blood pressure\nAsthma"}));
}

TEST(PaperBlocks, LabelsInTheLanguageOrTheTemplatesFirst) {
  PaperForTest form;
  form.add(choices(), std::vector<std::string>{"bp", "asthma", "unheard-of"});
  EXPECT_EQ(asked(form, "es"), (Texts{"Health", "Conditions", "Presión\nAsthma\nunheard-of"}));
}

TEST(PaperBlocks, WhatWasAskedAndNotAnsweredIsSaid) {
  PaperForTest form;
  form.add(FieldKind::kText, "Name", {});
  form.add(FieldKind::kText, "Nick", std::string());
  form.add(choices(), std::vector<std::string>{});
  EXPECT_EQ(asked(form), (Texts{"Health", "Name", "Not answered", "Nick", "Not answered",
                                "Conditions", "Not answered"}));
}

TEST(PaperBlocks, WhatWasNotAskedIsNotThere) {
  PaperForTest form;
  form.add(FieldKind::kYesNo, "Smoker", false);
  form.add(
      {.kind = FieldKind::kText, .label = in_english("How many"), .show_if = ShowIf{0, "true"}},
      std::string("20"));
  EXPECT_EQ(asked(form), (Texts{"Health", "Smoker", "No"}));
}

TEST(PaperBlocks, AConsentInFull) {
  PaperForTest form;
  form.add({.kind = FieldKind::kConsent,
            .label = in_english("Treatment"),
            .statement = in_english("I agree to it.")},
           true);
  form.add(FieldKind::kConsent, "Photographs", false);
  EXPECT_EQ(asked(form), (Texts{"Health", "Treatment", "I agree to it.", "Agreed", "Photographs",
                                "Not agreed"}));
}

TEST(PaperBlocks, ASignatureIsDrawnAndNamed) {
  PaperForTest form;
  form.add(FieldKind::kSignature, "Signature", Signature{"Ada Muster", "1,2 3,4"});
  EXPECT_EQ(asked(form), (Texts{"Health", "Signature", "1,2 3,4", "Signed by: Ada Muster"}));
}

TEST(PaperBlocks, AnswersAreTextAndNoMarkup) {
  PaperForTest form;
  form.add(FieldKind::kText, "Name", std::string("<b>&amp;\x01\u202E"));
  EXPECT_EQ(asked(form), (Texts{"Health", "Name", "<b>&amp;\uFFFD\uFFFD"}));
}

}  // namespace
}  // namespace chartbell
