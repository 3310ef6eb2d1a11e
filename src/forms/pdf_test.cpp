#include "forms/pdf.h"

#include <future>

#include <gtest/gtest.h>

#include "forms/paper_for_test.h"

namespace chartbell {
namespace {

// tests/e2e/test_form_paper.py reads such papers with other programs.
std::string pdf_of(const PaperForTest& form) {
  return form_pdf(form.paper()).value();
}
PaperForTest of_text(std::string text) {
  PaperForTest out;
  out.add(FieldKind::kLongText, "Anything else?", std::move(text));
  return out;
}
std::string lines_of(std::string_view line, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += line;
  return out;
}
std::size_t pages(const std::string& pdf) {
  constexpr std::string_view kPage = "/Type /Page %";
  std::size_t out = 0;
  for (auto at = pdf.find(kPage); at != std::string::npos; at = pdf.find(kPage, at + 1)) ++out;
  return out;
}

TEST(FormPdf, IsOnePageForALittle) {
  const auto pdf = pdf_of(of_text("No."));
  EXPECT_TRUE(pdf.starts_with("%PDF-1."));
  EXPECT_TRUE(pdf.ends_with("%%EOF\n"));
  EXPECT_EQ(pages(pdf), 1U);
}

TEST(FormPdf, TheSamePaperHasTheSameBytes) {
  const auto form = of_text("José محمد 王小明 😀");
  const auto pdf = pdf_of(form);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pdf_of(form), pdf);
  EXPECT_NE(pdf_of(of_text("another")), pdf);
}

TEST(FormPdf, ThreadsMakeThemAtOnce) {
  const auto form = of_text("José محمد 王小明 प्रियंका 😀");
  const auto pdf = pdf_of(form);
  std::vector<std::future<int>> threads;
  for (int i = 0; i < 4; ++i)
    threads.push_back(std::async(std::launch::async, [&] {
      int alike = 0;
      for (int n = 0; n < 20; ++n) alike += pdf_of(form) == pdf ? 1 : 0;
      return alike;
    }));
  for (auto& thread : threads) EXPECT_EQ(thread.get(), 20);
}

TEST(FormPdf, LongAnswersFlowOverPages) {
  EXPECT_GT(pages(pdf_of(of_text(lines_of("a line\n", 500)))), 10U);
  EXPECT_GE(pages(pdf_of(of_text(std::string(10'000, 'w')))), 4U);
}

TEST(FormPdf, TwoHundredPagesAndNoMore) {
  const auto pdf = form_pdf(of_text(lines_of("a\n", 10'500)).paper());
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().code, Code::kTooLarge);
}

TEST(FormPdf, HostileTextIsText) {
  using namespace std::string_view_literals;
  for (const auto text :
       {"\xFF\xFE\xC3"sv, "a\0b\x1b"sv, "<span size='x'>&bad;"sv, "\u202E\u2066\u2069"sv,
        "\u200D\uFE0F\u0301"sv, ") Tj ET endstream"sv, "\U000F1234\uFFFF"sv, " "sv, "\n\n\n"sv}) {
    const auto pdf = form_pdf(of_text(std::string(text)).paper());
    EXPECT_TRUE(pdf) << testing::PrintToString(text) << ": " << pdf.error().detail;
  }
}

TEST(FormPdf, PicturesFlowOverPages) {
  EXPECT_GE(pages(pdf_of(of_text(lines_of("\U0001F600", 3'000)))), 3U);
}

TEST(FormPdf, HeapsOfMarksOnOneLetter) {
  std::string zalgo = "a";
  for (int i = 0; i < 2'000; ++i) zalgo += "\u0301\u0323";
  EXPECT_TRUE(pdf_of(of_text(zalgo)).starts_with("%PDF"));
}

TEST(FormPdf, AnEmptyFormIsAPageToo) {
  EXPECT_EQ(pages(pdf_of(PaperForTest())), 1U);
}

TEST(FormPdf, WhateverWasDrawn) {
  PaperForTest form;
  form.add(FieldKind::kSignature, "One", Signature{"Ada", "10,10;600,200 0,0;x"});
  form.add(FieldKind::kSignature, "Two", Signature{"", ";;;"});
  form.add(FieldKind::kSignature, "Three", Signature{});
  EXPECT_EQ(pages(pdf_of(form)), 1U);
}

}  // namespace
}  // namespace chartbell
