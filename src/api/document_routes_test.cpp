// Documents of patients, sent and fetched as a client does (wire contract §6, §7.2).
#include <gmock/gmock.h>

#include "support/api_world.h"

namespace chartbell {
namespace {

using enum ResourceKind;
using testing::HasSubstr;

constexpr std::string_view kName = "73737373737373737373737373737373";  // of a generator of 's'

class DocumentRoutesTest : public ApiTest {
 protected:
  DocumentRoutesTest() { put(kPatient, 41, R"({"id":null,"name":"Ann"})"); }

  void put(ResourceKind kind, std::int64_t id, std::string document) {
    records_.rows.push_back({.institution = green_,
                             .source = {1},
                             .kind = kind,
                             .id = {id},
                             .location = {},
                             .key = ForeignKey(id * 10),
                             .created_at = clock_.now(),
                             .updated_at = clock_.now(),
                             .document = Document(std::move(document))});
  }
  static std::string part(const std::string& parameters, const std::string& body) {
    return "--B\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n" + body + "\r\n";
  }
  static std::string file_part(const std::string& bytes, const std::string& name = "scan.pdf") {
    return part("name=file; filename=\"" + name + "\"", bytes);
  }
  HttpResponse send(const std::string& parts, const std::string& key = "key-a",
                    const std::string& patient = "41") {
    return call("POST", "/patients/" + patient + "/documents?subdomain=green", parts + "--B--\r\n",
                key, "multipart/form-data; boundary=B");
  }
  HttpResponse fetch(const std::string& name, const std::string& key = "key-a") {
    return call("GET", "/documents/" + name, "", key);
  }
  void store(const std::string& name, InstitutionId institution, std::string filename) {
    files_.files[name] = {.institution = institution,
                          .resource = {500},
                          .type = FileType::kPdf,
                          .filename = std::move(filename),
                          .bytes = Document("%PDF-1.7")};
  }
  static std::string_view value(const HttpResponse& answer, std::string_view name) {
    return field(answer.fields, name).value_or("none");
  }
};

TEST_F(DocumentRoutesTest, AFileIsAcceptedAsTheVendorShowsIt) {
  const auto answer = send(file_part("%PDF-1.7 x") + part("name=document_type_id", "14"));
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto shown = data(answer);
  EXPECT_EQ(shown.at("id").as_int64(), 500);
  EXPECT_EQ(shown.at("filename").as_string(), "scan.pdf");
  EXPECT_EQ(shown.at("type").as_string(), "pdf");
  EXPECT_EQ(shown.at("url").as_string(), "/documents/" + std::string(kName) + ".pdf");
  EXPECT_EQ(shown.at("document_type_id").as_int64(), 14);
  EXPECT_TRUE(shown.at("created_at").is_string());
  EXPECT_TRUE(shown.at("foreign_id").is_null());
  ASSERT_EQ(writes_.accepted.size(), 1);
  const auto& write = writes_.accepted[0];
  EXPECT_EQ(write.kind, kDocument);
  EXPECT_EQ(write.file->name, kName);
  EXPECT_EQ(write.file->bytes.expose(), "%PDF-1.7 x");
  EXPECT_THAT(std::string(write.order.expose()), testing::Not(HasSubstr("%PDF")));
}

TEST_F(DocumentRoutesTest, WhatItIsIsToldByItsBytes) {
  const auto answer = send(file_part("\x89PNG\r\n\x1a\n", "evil.html"));
  EXPECT_EQ(data(answer).at("type").as_string(), "png");
  EXPECT_EQ(data(answer).at("filename").as_string(), "evil.html.png");
  expect_refusal(send(file_part("<script>", "x.pdf")), 400, "file must be a PDF, a PNG or a JPEG");
  EXPECT_EQ(data(send(part("name=file", "\xff\xd8\xff"))).at("filename").as_string(),
            "document.jpg");
}

TEST_F(DocumentRoutesTest, WhatIsWrongIsNamed) {
  expect_refusal(send(""), 400, "Missing parameter file");
  expect_refusal(send(file_part("")), 400, "Missing parameter file");
  expect_refusal(send(file_part("%PDF-") + part("name=document_type_id", "x")), 400,
                 "document_type_id must be an integer, 1 or more");
  expect_refusal(send(file_part("%PDF-", "a\u202Eb.pdf")), 400,
                 "file: its filename has characters that turn the direction of writing");
  expect_refusal(send("--C\r\n"), 400, "The form does not begin with its boundary");
  expect_refusal(send(file_part("%PDF-" + std::string(10 * 1024 * 1024, 'x'))), 413,
                 "file is longer than 10 MiB");
  expect_refusal(send(file_part("%PDF-"), "key-a", "42"), 404, "Patient not found");
  expect_refusal(call("POST", "/patients/41/documents?subdomain=blue", file_part("%PDF-") + "--B--",
                      "key-a", "multipart/form-data; boundary=B"),
                 403, "No access to this subdomain");
  EXPECT_TRUE(writes_.accepted.empty());
}

TEST_F(DocumentRoutesTest, FormsAreTakenWhereFilesAreAndNowhereElse) {
  expect_refusal(call("POST", "/patients/41/documents?subdomain=green", R"({"file":"x"})"), 415,
                 "Unsupported media type");
  expect_refusal(call("POST", "/webhook_endpoints", file_part("x") + "--B--", "key-a",
                      "multipart/form-data; boundary=B"),
                 415, "Unsupported media type");
}

TEST_F(DocumentRoutesTest, ASystemThatTakesNoDocumentsSaysSo) {
  writes_.light_now = Light::kRed;
  EXPECT_EQ(send(file_part("%PDF-")).status, 503);
  writes_.untaken = {""};
  expect_refusal(send(file_part("%PDF-")), 422,
                 "This health record system does not take a new document from us");
}

TEST_F(DocumentRoutesTest, DocumentsOfAPatientAreListed) {
  put(kDocument, 70, R"({"id":null,"patient_id":41,"filename":"a.pdf"})");
  const auto answer = call("GET", "/patients/41/documents?subdomain=green");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parsed(answer).at("data").as_array().at(0).at("id").as_int64(), 70);
  EXPECT_THAT(records_.queries.back().patients, testing::ElementsAre(41));
  EXPECT_EQ(call("GET", "/patients/42/documents?subdomain=green").status, 404);
}

TEST_F(DocumentRoutesTest, AFileIsServedAsWhatItIsAndToBeKeptByNobody) {
  store("ab", green_, "Zoë \"x\".pdf");
  const auto answer = fetch("ab.pdf");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "%PDF-1.7");
  EXPECT_EQ(value(answer, "content-type"), "application/pdf");
  EXPECT_EQ(value(answer, "content-disposition"),
            "attachment; filename=\"Zo__ _x_.pdf\"; filename*=UTF-8''Zo%c3%ab%20%22x%22.pdf");
  EXPECT_EQ(value(answer, "cache-control"), "no-store");
  EXPECT_EQ(value(answer, "x-content-type-options"), "nosniff");
}

TEST_F(DocumentRoutesTest, AFileThatOneMayNotSeeIsNotThere) {
  store("ab", blue_, "x.pdf");
  for (const auto* name : {"ab.pdf", "cd.pdf"})
    expect_refusal(fetch(name), 404, "Document not found");
  EXPECT_EQ(fetch("ab.pdf", "key-b").status, 200);
  for (const auto* name : {"ab", "ab.png", "ab.pdf.pdf", "ab.PDF"})
    EXPECT_EQ(fetch(name, "key-b").status, 404) << name;
  EXPECT_EQ(fetch("ab.pdf", "nobody").status, 401);
  EXPECT_EQ(call("GET", "/documents/ab.pdf?subdomain=green", "", "key-b").status, 404);
}

TEST_F(DocumentRoutesTest, ALargeBodyIsForThoseWhoMaySendIt) {
  const auto refused = [&](std::string method, std::string target, std::string key,
                           std::string type) {
    const auto out = api_.refuses_large(
        {.method = std::move(method),
         .target = std::move(target),
         .fields = {{"Content-Type", std::move(type)}, {"Authorization", std::move(key)}},
         .body = {},
         .peer = {},
         .network = "n"});
    return out ? out->status : 0;
  };
  const std::string form = "multipart/form-data; boundary=B";
  const std::string path = "/patients/41/documents";
  EXPECT_EQ(refused("POST", path + "?subdomain=green", "key-a", form), 0);
  EXPECT_EQ(refused("POST", path + "/", "key-a", form), 0);
  EXPECT_EQ(refused("POST", path, "nobody", form), 401);
  EXPECT_EQ(refused("POST", path, "key-a", "application/json"), 413);
  EXPECT_EQ(refused("PUT", path, "key-a", form), 413);
  EXPECT_EQ(refused("POST", "/appointments", "key-a", form), 413);
  EXPECT_EQ(refused("POST", "/patients/x/documents", "key-a", form), 413);
}

}  // namespace
}  // namespace chartbell
