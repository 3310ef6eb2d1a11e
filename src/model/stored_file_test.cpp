#include "model/stored_file.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::string_view_literals;

std::string shown(std::string_view given, FileType type = FileType::kPdf) {
  const auto out = shown_filename(given, type);
  return out ? *out : "refused: " + out.error().detail;
}

TEST(StoredFile, TheFirstBytesSayWhatItIs) {
  EXPECT_EQ(file_type("%PDF-1.7\n"), FileType::kPdf);
  EXPECT_EQ(file_type("\x89PNG\r\n\x1a\n\0\0"sv), FileType::kPng);
  EXPECT_EQ(file_type("\xff\xd8\xff\xe0"), FileType::kJpeg);
  for (const auto bytes : {""sv, "%PDF"sv, " %PDF-1.7"sv, "<html>"sv, "GIF89a"sv, "MZ"sv,
                           "\x89PNG\n\x1a\n"sv, "\xff\xd8"sv, "PK\3\4"sv})
    EXPECT_EQ(file_type(bytes), std::nullopt) << bytes;
}

TEST(StoredFile, ANameIsShownWithoutFoldersAndEndsAsItsType) {
  EXPECT_EQ(shown("scan.pdf"), "scan.pdf");
  EXPECT_EQ(shown("SCAN.PDF"), "SCAN.PDF");
  EXPECT_EQ(shown("../../etc/passwd"), "passwd.pdf");
  EXPECT_EQ(shown("C:\\temp\\x.pdf"), "x.pdf");
  EXPECT_EQ(shown("invoice.exe"), "invoice.exe.pdf");
  EXPECT_EQ(shown("invoice.pdf", FileType::kPng), "invoice.pdf.png");
  EXPECT_EQ(shown("a.jpeg", FileType::kJpeg), "a.jpeg");
  EXPECT_EQ(shown(""), "document.pdf");
  EXPECT_EQ(shown("folder/"), "document.pdf");
  EXPECT_EQ(shown(".pdf"), ".pdf.pdf");
  EXPECT_EQ(shown("a \"b\"; c.pdf"), "a \"b\"; c.pdf");
  EXPECT_EQ(shown("Zoë 日本 😀.pdf"), "Zoë 日本 😀.pdf");
}

TEST(StoredFile, ANameThatDeceivesIsRefused) {
  constexpr auto kControl = "refused: file: its filename has control characters";
  EXPECT_EQ(shown("a\0b.pdf"sv), kControl);
  EXPECT_EQ(shown("a\r\nSet-Cookie: x.pdf"), kControl);
  EXPECT_EQ(shown("a\x7f.pdf"), kControl);
  EXPECT_EQ(shown("a\xc2\x85.pdf"), kControl);
  EXPECT_EQ(shown("invoice\u202Efdp.exe"),
            "refused: file: its filename has characters that turn the direction of writing");
  EXPECT_EQ(shown("a\u2067b.pdf"),
            "refused: file: its filename has characters that turn the direction of writing");
  for (const auto bytes : {"\xff.pdf"sv, "\xc0\xaf.pdf"sv, "\xed\xa0\x80.pdf"sv, "a\xe2\x82"sv,
                           "\xf4\x90\x80\x80"sv, "\x80"sv})
    EXPECT_EQ(shown(bytes), "refused: file: its filename is not UTF-8");
  EXPECT_EQ(shown(std::string(201, 'a')),
            "refused: file: its filename is too long (maximum is 200 characters)");
}

}  // namespace
}  // namespace chartbell
