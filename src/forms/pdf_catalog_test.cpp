#include "forms/pdf_catalog.h"

#include <gtest/gtest.h>

#include "forms/paper_for_test.h"
#include "forms/pdf.h"

namespace chartbell {
namespace {

// Each number in the last table of objects is where that object begins.
void expect_update(const std::string& pdf) {
  const auto table = std::stoul(pdf.substr(pdf.rfind("startxref\n") + 10));
  ASSERT_EQ(pdf.substr(table, 5), "xref\n");
  const auto root = std::stoul(pdf.substr(table + 5));
  const auto entry = pdf.find('\n', table + 5) + 1;
  const auto place = std::stoul(pdf.substr(entry, 10));
  EXPECT_EQ(pdf.substr(entry + 10, 10), " 00000 n \n") << "20 bytes an entry";
  EXPECT_TRUE(pdf.substr(place).starts_with(std::to_string(root) + " 0 obj\n"));
}

TEST(PdfCatalog, TheLanguageIsInAnUpdate) {
  const auto pdf = form_pdf(PaperForTest().paper("es")).value();
  EXPECT_NE(pdf.find("   /Lang (es)\n"), std::string::npos);
  expect_update(pdf);
}

TEST(PdfCatalog, WhatIsNoTagOrNotAsCairoWritesItStays) {
  const auto pdf = form_pdf(PaperForTest().paper("en")).value();
  for (const auto* language : {"", "es)", "a b", "\xC3\xA9"})
    EXPECT_EQ(with_language(pdf, language), pdf);
  for (const auto* other : {"", "%PDF-1.7\n%%EOF\n", "\ntrailer\n<< /Root 1 0 R>>\n"})
    EXPECT_EQ(with_language(other, "es"), other);
}

}  // namespace
}  // namespace chartbell
