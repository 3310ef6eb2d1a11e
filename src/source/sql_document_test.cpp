// Documents, written into a real SQLite file and a folder that fails when it is told to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "source/sql_writer.h"
#include "source/sqlite_sql.h"
#include "support/sqlite_file.h"

namespace chartbell {
namespace {

using Kind = WriteAnswer::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHead = R"toml(
[source]
name = "small"
display_name = "Small"
foreign_id_type = "small"

[[resource]]
kind = "patient"
key = "p.Id"
select = '''SELECT p.Id AS "@key", p.Name AS "name" FROM person p'''
dirty = ["person: Id"]

[[write]]
kind = "document"
action = "create"
)toml";

constexpr std::string_view kWithFile = R"toml(
alone = "SELECT 1"
file = "{patient_id}/{@stored_name}"
statements = ['''
INSERT INTO scan(Person, Name, Path, Size, Hash, At)
VALUES ({patient_id}, {filename}, {@path}, {@size}, {@sha256}, {created_at:local}) RETURNING Id''']
find = "SELECT Id FROM scan WHERE Person = {patient_id} AND Path LIKE '%/' || {@stored_name}"
)toml";

constexpr const char* kTables = R"sql(
CREATE TABLE person (Id INTEGER PRIMARY KEY, Name TEXT);
CREATE TABLE scan (Id INTEGER PRIMARY KEY, Person INT, Name TEXT NOT NULL, Path TEXT, Size INT,
                   Hash TEXT, At TEXT, Bytes BLOB, Base64 TEXT, Media TEXT);
)sql";

class MemoryShelf final : public FileShelf {
 public:
  Result<void> put(const FilePath& path, std::string_view bytes) override {
    if (away) return failure(Code::kUnreachable, "away");
    files[whole_path(path)] = bytes;
    ++puts;
    return {};
  }
  Result<void> remove(const FilePath& path) override {
    files.erase(whole_path(path));
    return {};
  }
  std::string whole_path(const FilePath& path) const override {
    std::string out = "/shelf";
    for (const auto& part : path) out += "/" + part;
    return out;
  }

  std::map<std::string, std::string> files;
  int puts = 0;
  bool away = false;
};

const std::string kBytes("%PDF-1.7\0\xff\'x", 12);

WriteOrder scan(std::string filename = R"("it's.pdf")") {
  return {.id = {7},
          .kind = ResourceKind::kDocument,
          .leaves = {{"patient_id", "41"},
                     {"filename", std::move(filename)},
                     {"type", R"("pdf")"},
                     {"url", R"("/documents/0a1b.pdf")"},
                     {"created_at", R"("2026-07-01T14:30:00.000Z")"}},
          .file = Document(kBytes)};
}

class SqlDocumentTest : public testing::Test {
 protected:
  SqlDocumentTest() { file_.run(kTables); }

  // Writes by this [[write]].
  void use(std::string_view write) {
    mapping_ = parse_mapping(std::string(kHead) + std::string(write), "small.toml").value();
    writer_.emplace(mapping_, *connector_, locations_, &shelf_);
  }
  WriteAnswer write(WriteOrder order) {
    WriteAnswer out;
    writer_->write(std::move(order), [&](WriteAnswer answer) { out = std::move(answer); });
    return out;
  }
  FoundRows find(WriteOrder order) {
    order.file = {};
    FoundRows out;
    writer_->find(std::move(order),
                  [&](Result<FoundRows> found) { out = std::move(found).value(); });
    return out;
  }

  SqliteFile file_;
  Mapping mapping_;
  MemoryShelf shelf_;
  const std::vector<SourceLocation> locations_ = {
      {"0", LocationId{1}, Zone::open("America/New_York").value()}};
  const std::unique_ptr<SqlConnector> connector_ = sqlite_connector(file_.path(), SqlUse::kWriting);
  std::optional<SqlWriter> writer_;
};

TEST_F(SqlDocumentTest, BytesGoIntoTheTable) {
  use(R"toml(
statements = ['''INSERT INTO scan(Person, Name, Bytes, Base64, Media)
VALUES ({patient_id}, {@stored_name}, {@bytes}, {@base64}, {@media_type}) RETURNING Id''']
find = "SELECT Id FROM scan WHERE Name = {@stored_name}"
)toml");
  EXPECT_EQ(write(scan()).key, ForeignKey(1));
  EXPECT_EQ(file_.text("SELECT hex(Bytes) FROM scan"), "255044462D312E3700FF2778");
  EXPECT_EQ(file_.text("SELECT typeof(Bytes) FROM scan"), "blob");
  EXPECT_EQ(file_.text("SELECT Base64 FROM scan"), to_base64(kBytes));
  EXPECT_EQ(file_.text("SELECT Media FROM scan"), "application/pdf");
  EXPECT_THAT(find(scan()).keys, ElementsAre(ForeignKey(1)));
  EXPECT_THAT(shelf_.files, IsEmpty());
}

TEST_F(SqlDocumentTest, AFileIsOnItsShelfAndItsRowSaysWhere) {
  use(kWithFile);
  EXPECT_EQ(write(scan()).kind, Kind::kWritten);
  const auto path = "/shelf/41/" + stored_name(scan().leaves);
  EXPECT_THAT(shelf_.files, ElementsAre(std::pair(path, kBytes)));
  EXPECT_EQ(file_.text("SELECT Path || ' ' || Name FROM scan"), path + " it's.pdf");
  EXPECT_EQ(file_.text("SELECT Size FROM scan"), "12");
  EXPECT_EQ(file_.text("SELECT Hash FROM scan"), to_hex(sha256(kBytes)));
  EXPECT_EQ(file_.text("SELECT At FROM scan"), "2026-07-01 10:30:00");
  const auto found = find(scan());
  EXPECT_THAT(found.keys, ElementsAre(ForeignKey(1)));
  EXPECT_TRUE(found.final);
}

TEST_F(SqlDocumentTest, WhatIsRefusedLeavesNoFile) {
  use(kWithFile);
  EXPECT_EQ(write(scan("null")).kind, Kind::kRefused);
  EXPECT_EQ(shelf_.puts, 1);
  EXPECT_THAT(shelf_.files, IsEmpty());
  EXPECT_THAT(find(scan()).keys, IsEmpty());
}

TEST_F(SqlDocumentTest, WithoutAloneAnEarlierRowMayStillComeSoTheFileStays) {
  const std::string with(kWithFile);
  use(with.substr(with.find("file =")));
  EXPECT_EQ(write(scan("null")).kind, Kind::kRefused);
  EXPECT_EQ(shelf_.files.size(), 1U);
}

TEST_F(SqlDocumentTest, AShelfThatIsAwayTookNothing) {
  use(kWithFile);
  shelf_.away = true;
  EXPECT_EQ(write(scan()).kind, Kind::kNotSent);
  EXPECT_EQ(file_.text("SELECT count(*) FROM scan"), "0");
  shelf_.away = false;
  EXPECT_EQ(write(scan()).kind, Kind::kWritten);
}

TEST_F(SqlDocumentTest, AKeyThatIsNoNameOfAFolderIsRefused) {
  use(kWithFile);
  auto order = scan();
  order.leaves["patient_id"] = R"("../41")";
  EXPECT_EQ(write(order).kind, Kind::kRefused);
  EXPECT_EQ(shelf_.puts, 0);
}

TEST_F(SqlDocumentTest, WithoutAShelfFilesAreNotTaken) {
  use(kWithFile);
  SqlWriter writer(mapping_, *connector_, locations_);
  EXPECT_FALSE(writer.takes(ResourceKind::kDocument, WriteAction::kCreate));
  EXPECT_TRUE(writer_->takes(ResourceKind::kDocument, WriteAction::kCreate));
  EXPECT_TRUE(writer_->takes(ResourceKind::kDocument, WriteAction::kCreate, "filename"));
  EXPECT_FALSE(writer_->takes(ResourceKind::kDocument, WriteAction::kCreate, "document_type_id"));
}

TEST(DocumentMappingTest, MistakesAreNamedWithTheirPlace) {
  const auto fault = [](std::string_view from, std::string_view to) {
    std::string text = std::string(kHead) + std::string(kWithFile);
    text.replace(text.find(from), from.size(), to);
    const auto parsed = parse_mapping(text, "small.toml");
    return parsed ? std::string("none") : parsed.error().detail;
  };
  EXPECT_EQ(fault("Small", "Small"), "none");
  EXPECT_THAT(fault("{@size}", "{@sizes}"),
              HasSubstr("{@sizes}: the resource has no field \"@sizes\""));
  EXPECT_THAT(fault("{patient_id}/{@stored", "{filename}/{@stored"),
              HasSubstr("small.toml:18:8: file: {filename}: a hole is"));
  EXPECT_THAT(fault("Path LIKE '%/' || {@stored_name}", "Hash = {@sha256}"),
              HasSubstr("asked without the document's bytes"));
  EXPECT_THAT(fault("file = \"{patient_id}/{@stored_name}\"", ""),
              HasSubstr("{@path} is that of a file: \"file\" is missing"));
  EXPECT_THAT(fault("action = \"create\"", "action = \"change\""),
              HasSubstr("documents are created and not changed"));
  EXPECT_THAT(fault("kind = \"document\"", "kind = \"patient\""),
              HasSubstr("has no field \"patient_id\""));
}

}  // namespace
}  // namespace chartbell
