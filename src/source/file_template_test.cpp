#include "source/file_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/document_hole.h"

namespace chartbell {
namespace {

using testing::ElementsAre;

WriteOrder document_of(std::string patient) {
  return {.kind = ResourceKind::kDocument,
          .leaves = {{"patient_id", std::move(patient)}, {"url", R"("/documents/0a1b.pdf")"}}};
}

TEST(FileTemplate, PartsAreFilled) {
  const auto parsed = FileTemplate::parse("{patient_id}/scans-{@location}/{@stored_name}").value();
  const auto order = document_of("41");
  EXPECT_THAT(parsed.render(order, "3").value(),
              ElementsAre("41", "scans-3", stored_name(order.leaves)));
}

TEST(FileTemplate, NoPartLeadsElsewhere) {
  const auto parsed = FileTemplate::parse("{patient_id}/{@stored_name}").value();
  for (const auto* patient : {R"("..")", R"(".")", R"("a/b")", R"("../../etc")", R"("")", "null",
                              R"("a\u0000b")", R"("a\nb")"}) {
    const auto path = parsed.render(document_of(patient), "3");
    ASSERT_FALSE(path) << patient;
    EXPECT_EQ(path.error().code, Code::kInvalid);
  }
  EXPECT_FALSE(parsed.render(document_of('"' + std::string(256, 'x') + '"'), "3"));
}

TEST(FileTemplate, AMistakeIsNamed) {
  const auto fault = [](std::string_view text) {
    const auto parsed = FileTemplate::parse(text);
    return parsed ? std::string("none") : parsed.error().detail;
  };
  EXPECT_EQ(fault("{filename}/{@stored_name}"),
            "file: {filename}: a hole is {patient_id}, {document_type_id}, {@location} or "
            "{@stored_name}");
  EXPECT_EQ(fault("{patient_id"), "file: a { without its }");
  for (const auto* text : {"/{@stored_name}", "../{@stored_name}", "a//{@stored_name}"})
    EXPECT_EQ(fault(text), "file: its parts are names of folders, and then of a file");
  for (const auto* text : {"{@stored_name}/x", "{patient_id}", "{@stored_name}/{patient_id}"})
    EXPECT_EQ(fault(text),
              "file: its last part needs {@stored_name}, by which the file is no other's");
}

TEST(StoredName, IsTheDocumentsOwnAndSaysNothingOfItsUrl) {
  const auto name = stored_name(document_of("1").leaves);
  EXPECT_EQ(name.size(), 36U);
  EXPECT_TRUE(name.ends_with(".pdf"));
  EXPECT_EQ(name.find("0a1b"), std::string::npos);
  EXPECT_EQ(stored_name(document_of("2").leaves), name);
  EXPECT_NE(stored_name({{"url", R"("/documents/0a1c.pdf")"}}), name);
}

}  // namespace
}  // namespace chartbell
