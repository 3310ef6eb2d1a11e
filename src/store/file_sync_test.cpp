#include "store/file_sync.h"

#include <fstream>

#include <gtest/gtest.h>

#include "store/store_for_test.h"

namespace chartbell {
namespace {

TEST(FileSyncTest, AFileOfManyPiecesIsSyncedAndLeftAsItIs) {
  const TemporaryFolder folder;
  const std::string content(std::size_t{5} * 1024 * 1024 + 17, 'x');
  std::ofstream(folder.file("large"), std::ios::binary) << content;
  const auto file = FileSync::open(folder.file("large"));
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->sync());
  EXPECT_TRUE((*file)->sync());
  std::ifstream in(folder.file("large"), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), content);
}

TEST(FileSyncTest, AFileThatIsNotThereIsNamed) {
  const TemporaryFolder folder;
  const auto file = FileSync::open(folder.file("absent"));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, Code::kConfig);
  EXPECT_NE(file.error().detail.find("absent"), std::string::npos);
}

}  // namespace
}  // namespace chartbell
