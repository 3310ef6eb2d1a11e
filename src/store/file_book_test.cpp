#include "store/file_book.h"

#include <gtest/gtest.h>

#include "store/record_book.h"
#include "store/store_for_test.h"
#include "store/write_book.h"

namespace chartbell {
namespace {

using enum ResourceKind;
using namespace std::string_view_literals;

class FileBookTest : public testing::Test {
 protected:
  void SetUp() override { source = {world.institution(), SourceId{1}}; }

  RecordWrite accept(std::string name, std::string bytes = "%PDF-1.7 x") {
    const auto write = world.writes->accept(
        {.institution = source.institution,
         .source = source.source,
         .location = {3},
         .kind = kDocument,
         .order = Document(R"({"id":null,"patient_id":7,"filename":"a \"b\".pdf"})"),
         .expires_at = {},
         .file = NewFile{std::move(name), FileType::kPdf, Document(std::move(bytes))}});
    EXPECT_TRUE(write);
    return *write;
  }
  std::optional<StoredFile> file(std::string_view name, std::vector<InstitutionId> of = {}) {
    if (of.empty()) of = {source.institution};
    return SqliteFileBook(*world.core).file(of, name).value();
  }
  void end(RecordWrite write, WriteState state) {
    std::vector<WriteStep> steps;
    write.state = state;
    if (state == WriteState::kComplete) write.key = ForeignKey(12);
    steps.push_back({.write = write});
    if (write.key) steps[0].document = Document(R"({"id":null,"patient_id":7,"filename":"c.pdf"})");
    ASSERT_TRUE(world.writes->record(source, std::move(steps)));
  }

  StoreWorld world;
  SourceRef source;
};

TEST_F(FileBookTest, AFileIsKeptByteForByteAndFoundByItsName) {
  const auto bytes = "%PDF-1.7 \0\xff\r\n"sv;
  const auto write = accept("n1", std::string(bytes));
  world.open();
  const auto found = file("n1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes.expose(), bytes);
  EXPECT_EQ(found->type, FileType::kPdf);
  EXPECT_EQ(found->filename, "a \"b\".pdf");
  EXPECT_EQ(found->resource, write.resource);
  EXPECT_EQ(world.writes->file_of(source.institution, write.resource).value()->expose(), bytes);
}

TEST_F(FileBookTest, AnothersFileIsNotThere) {
  const auto write = accept("n1");
  EXPECT_FALSE(file("n2"));
  EXPECT_FALSE(file("n1", {InstitutionId{999}}));
  EXPECT_FALSE(world.writes->file_of(InstitutionId{999}, write.resource).value());
}

TEST_F(FileBookTest, AFileStaysWhenItIsWrittenAndGoesWhenItIsNot) {
  end(accept("n1"), WriteState::kComplete);
  end(accept("n2"), WriteState::kFailed);
  ASSERT_TRUE(file("n1"));
  EXPECT_EQ(file("n1")->filename, "c.pdf");
  EXPECT_FALSE(file("n2"));
}

TEST_F(FileBookTest, NothingOfAFileLiesInClear) {
  accept("f00dcafe", "%PDF-1.7 a secret of Ann's");
  world.core->drain();
  auto db = world.core->reader().value();
  auto select = db->prepare("SELECT sealed, name_hash FROM document");
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.blob(0).find("secret"), std::string::npos);
  EXPECT_EQ(select.blob(1).find("f00dcafe"), std::string::npos);
}

TEST_F(FileBookTest, DocumentsOfAPatientAreListed) {
  const auto first = accept("n1");
  accept("n2");
  const auto page =
      SqliteRecordBook(*world.core)
          .records({.institution = source.institution, .kind = kDocument, .patients = {7}})
          .value();
  ASSERT_EQ(page.rows.size(), 2);
  EXPECT_EQ(page.rows[0].id, first.resource);
}

}  // namespace
}  // namespace chartbell
