#include "source/folder_shelf.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace chartbell {
namespace {

namespace fs = std::filesystem;

class FolderShelfTest : public testing::Test {
 protected:
  FolderShelfTest() {
    auto name = (fs::temp_directory_path() / "chartbell-shelf-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    shelf_ = FolderShelf::open(folder_).value();
  }
  ~FolderShelfTest() override { fs::remove_all(folder_); }

  std::string bytes_of(const std::string& path) const {
    std::ifstream stream(fs::path(folder_) / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::vector<std::string> names_in(const std::string& folder) const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(fs::path(folder_) / folder))
      out.push_back(entry.path().filename().string());
    return out;
  }
  unsigned mode_of(const std::string& path) const {
    struct stat status{};
    ::stat((fs::path(folder_) / path).c_str(), &status);
    return status.st_mode & 0777U;
  }

  std::string folder_;
  std::unique_ptr<FolderShelf> shelf_;
};

TEST_F(FolderShelfTest, AFileIsWholeInFoldersThatAreMade) {
  const std::string bytes("%PDF\0\xff", 6);
  ASSERT_TRUE(shelf_->put({"41", "scans", "a.pdf"}, bytes));
  EXPECT_EQ(bytes_of("41/scans/a.pdf"), bytes);
  EXPECT_THAT(names_in("41/scans"), testing::ElementsAre("a.pdf")) << "nothing is left beside it";
  EXPECT_EQ(mode_of("41") & 07U, 0U);
  EXPECT_EQ(mode_of("41/scans/a.pdf") & 07U, 0U);
  EXPECT_EQ(shelf_->whole_path({"41", "a.pdf"}), folder_ + "/41/a.pdf");
}

TEST_F(FolderShelfTest, AgainIsInPlaceOfTheOneBefore) {
  ASSERT_TRUE(shelf_->put({"a.pdf"}, "one, which is longer"));
  std::ofstream(fs::path(folder_) / ".chartbell-a.pdf") << "what a crash has left";
  ASSERT_TRUE(shelf_->put({"a.pdf"}, "two"));
  EXPECT_EQ(bytes_of("a.pdf"), "two");
  EXPECT_THAT(names_in(""), testing::ElementsAre("a.pdf"));
}

TEST_F(FolderShelfTest, WhatIsRemovedIsGoneAndMayBeAlready) {
  ASSERT_TRUE(shelf_->put({"41", "a.pdf"}, "x"));
  EXPECT_TRUE(shelf_->remove({"41", "a.pdf"}));
  EXPECT_TRUE(shelf_->remove({"41", "a.pdf"}));
  EXPECT_TRUE(names_in("41").empty());
}

TEST_F(FolderShelfTest, NoLinkIsFollowed) {
  const auto outside = folder_ + "-outside";
  fs::create_directory(outside);
  fs::create_directory_symlink(outside, fs::path(folder_) / "41");
  const auto put = shelf_->put({"41", "a.pdf"}, "x");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Code::kUnreachable);
  EXPECT_TRUE(fs::is_empty(outside));
  std::ofstream(fs::path(outside) / "victim") << "precious";
  fs::create_symlink(fs::path(outside) / "victim", fs::path(folder_) / "b.pdf");
  ASSERT_TRUE(shelf_->put({"b.pdf"}, "x")) << "the link gives way";
  EXPECT_EQ(bytes_of("b.pdf"), "x");
  EXPECT_EQ(fs::file_size(fs::path(outside) / "victim"), 8U);
  fs::remove_all(outside);
}

TEST_F(FolderShelfTest, AFolderThatIsAwayIsSaid) {
  fs::remove_all(folder_);
  const auto put = shelf_->put({"41", "a.pdf"}, "x");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Code::kUnreachable);
  EXPECT_EQ(put.error().detail.find("41"), std::string::npos);
  const auto opened = FolderShelf::open(folder_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kConfig);
}

}  // namespace
}  // namespace chartbell
