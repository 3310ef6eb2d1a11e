#include "api/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chartbell {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr auto kType = "multipart/form-data; boundary=B"sv;

std::string part(std::string_view disposition, std::string_view body = "x") {
  return "--B\r\nContent-Disposition: " + std::string(disposition) + "\r\n\r\n" +
         std::string(body) + "\r\n";
}
std::string named(std::string_view name, std::string_view body = "x") {
  return part("form-data; name=\"" + std::string(name) + "\"", body);
}

std::string refused(std::string_view body, std::string_view type = kType) {
  const auto out = parse_form_data(type, body);
  return out ? "taken" : out.error().detail;
}

std::optional<std::string> filename(std::string_view parameters) {
  const auto text = part("form-data; name=f; " + std::string(parameters)) + "--B--";
  const auto out = parse_form_data(kType, text);
  return out ? out->at(0).filename : "refused: " + out.error().detail;
}

TEST(Multipart, PartsAreFoundByteForByte) {
  const auto bytes = "%PDF\0\r\n--\r\n-B\r\n\r\n--b\xff\r\n"sv;
  const auto text =
      "--B\r\nContent-Type: application/pdf\r\ncontent-DISPOSITION: form-data;name=\"file\" ; "
      "filename=\"a.pdf\"\r\nX-Else: 1\r\n\r\n" +
      std::string(bytes) + "\r\n" + named("document_type_id", "") + "--B--\r\n";
  const auto out = parse_form_data(kType, text);
  ASSERT_TRUE(out) << out.error().detail;
  ASSERT_EQ(out->size(), 2);
  EXPECT_EQ(out->at(0).name, "file");
  EXPECT_EQ(out->at(0).filename, "a.pdf");
  EXPECT_EQ(out->at(0).body, bytes);
  EXPECT_EQ(out->at(1).name, "document_type_id");
  EXPECT_EQ(out->at(1).filename, std::nullopt);
  EXPECT_EQ(out->at(1).body, "");
}

TEST(Multipart, BoundariesAreReadAsTheyAreWritten) {
  const auto form = [](std::string boundary) {
    return "--" + boundary + "\r\nContent-Disposition: form-data; name=f\r\n\r\nx\r\n--" +
           boundary + "--";
  };
  EXPECT_EQ(refused(form("a b'()+_,-./:=?z"),
                    "Multipart/Form-Data; charset=utf-8; Boundary=\"a b'()+_,-./:=?z\""),
            "taken");
  EXPECT_EQ(
      refused(form(std::string(70, 'x')), "multipart/form-data; boundary=" + std::string(70, 'x')),
      "taken");
  for (const auto type :
       {"multipart/form-data"sv, "multipart/form-data; boundary"sv,
        "multipart/form-data; boundary=\"B"sv, "multipart/form-data; boundary=B; boundary=C"sv,
        "multipart/form-data; boundary="sv})
    EXPECT_EQ(refused(form("B"), type), "The form has no boundary in its Content-Type") << type;
  for (const auto& type :
       {"multipart/form-data; boundary=\"\""s, "multipart/form-data; boundary=\"B \""s,
        "multipart/form-data; boundary=\"B\xff\""s,
        "multipart/form-data; boundary=" + std::string(71, 'x')})
    EXPECT_EQ(refused(form("B"), type), "The form has a boundary that is none (RFC 2046 §5.1.1)");
}

TEST(Multipart, WhatTwoReadersCouldUnderstandDifferentlyIsRefused) {
  EXPECT_EQ(refused(""), "The form does not begin with its boundary");
  EXPECT_EQ(refused("preamble\r\n" + named("f") + "--B--"),
            "The form does not begin with its boundary");
  EXPECT_EQ(refused(named("f") + "--B--\r\nepilogue"), "The form goes on behind its last boundary");
  EXPECT_EQ(refused(named("f", "a\r\n--BC\r\nb") + "--B--"),
            "The form has its boundary in its content");
  EXPECT_EQ(refused("--B \r\nContent-Disposition: form-data; name=f\r\n\r\nx\r\n--B--"),
            "The form has its boundary in its content");
  EXPECT_EQ(refused("--B\nContent-Disposition: form-data; name=f\n\nx\n--B--"),
            "The form has its boundary in its content");
  EXPECT_EQ(refused(named("f")), "The form has no boundary at its end");
  EXPECT_EQ(refused(named("f") + "--B-"), "The form has its boundary in its content");
  EXPECT_EQ(refused(named("f") + named("f") + "--B--"), "The form has two parts of one name");
}

TEST(Multipart, AFormWithoutPartsHasNone) {
  const auto out = parse_form_data(kType, "--B--");
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->empty());
}

TEST(Multipart, HeadsHaveAnEndAndALimit) {
  EXPECT_EQ(refused("--B\r\nContent-Disposition: form-data; name=f\r\n--B--"),
            "The form has a part whose head has no end");
  EXPECT_EQ(refused("--B\r\nA: " + std::string(kPartHeadBytesMax, 'x') + "\r\n\r\n\r\n--B--"),
            "The form has a part whose head is too long");
  EXPECT_EQ(refused("--B\r\n\r\nx\r\n--B--"), "The form has a part whose head has no end")
      << "no field at all";
  EXPECT_EQ(refused("--B\r\nA: b\r\n\r\nx\r\n--B--"), "The form has a part without a name");
  EXPECT_EQ(refused("--B\r\nno field\r\n\r\nx\r\n--B--"),
            "The form has a part with a line in its head that is no field");
  EXPECT_EQ(refused("--B\r\nA: b\r\n c: folded\r\n\r\nx\r\n--B--"),
            "The form has a part with a line in its head that is no field");
  EXPECT_EQ(refused("--B\r\nA: b\nContent-Disposition: form-data; name=f\r\n\r\nx\r\n--B--"),
            "The form has a part with control characters in its head");
  EXPECT_EQ(refused(part("form-data; name=\"f\0\""sv) + "--B--"),
            "The form has a part with control characters in its head");
}

TEST(Multipart, TenThousandPartsAreTooMany) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += named("n" + std::to_string(i));
  EXPECT_EQ(refused(text + "--B--"), "The form has too many parts");
}

TEST(Multipart, PartsMustSayWhatTheyAre) {
  for (const auto* disposition :
       {"attachment; name=f", "form-data; name", "form-data; name=\"f", "form-data name=f",
        "form-data; name=f; name=g", "form-data; name=a b", ""})
    EXPECT_EQ(refused(part(disposition) + "--B--"),
              "The form has a part whose Content-Disposition is none of form-data")
        << disposition;
  EXPECT_EQ(refused(part("form-data") + "--B--"), "The form has a part without a name");
  EXPECT_EQ(refused(part("form-data; name=\"\"") + "--B--"), "The form has a part without a name");
  EXPECT_EQ(refused(part("form-data; name=f\r\nContent-Disposition: form-data; name=g") + "--B--"),
            "The form has a part with two of Content-Disposition");
  EXPECT_EQ(refused(part("form-data; name=f\r\nContent-Transfer-Encoding: base64") + "--B--"),
            "The form has a part with a Content-Transfer-Encoding");
  EXPECT_EQ(refused(part("form-data; name=f\r\nContent-Transfer-Encoding: Binary") + "--B--"),
            "taken");
}

TEST(Multipart, FilenamesAreUnderstoodAndLeftAsTheyAre) {
  EXPECT_EQ(filename("filename=a.pdf"), "a.pdf");
  EXPECT_EQ(filename("filename=\"\""), "");
  EXPECT_EQ(filename(R"(filename="a \"b\"; c.pdf")"), R"(a "b"; c.pdf)");
  EXPECT_EQ(filename(R"(filename="C:\temp\x.pdf")"), R"(C:\temp\x.pdf)");
  EXPECT_EQ(filename("filename=\"../../etc/passwd\""), "../../etc/passwd");
  EXPECT_EQ(filename("filename=\"Zoë.pdf\""), "Zoë.pdf");
  EXPECT_EQ(filename("filename=\"a\u202Efdp.exe\""), "a\u202Efdp.exe") << "not its to judge";
  EXPECT_EQ(filename("filename=\"Zo_.pdf\"; filename*=UTF-8''Zo%C3%AB.pdf"), "Zoë.pdf");
  EXPECT_EQ(filename("filename*=latin1''Zo%EB.pdf"),
            "refused: The form has a filename* that is not in UTF-8");
  EXPECT_EQ(filename("filename*=utf-8''%4"), "refused: The form has a filename* with a bad escape");
}

TEST(Multipart, MediaTypesAreToldApart) {
  EXPECT_TRUE(is_form_data("multipart/form-data; boundary=x"));
  EXPECT_TRUE(is_form_data("Multipart/Form-Data"));
  EXPECT_FALSE(is_form_data("multipart/mixed; boundary=x"));
  EXPECT_FALSE(is_form_data("application/json; x=multipart/form-data"));
}

}  // namespace
}  // namespace chartbell
