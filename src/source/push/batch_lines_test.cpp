#include "source/push/batch_lines.h"

#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "support/property.h"

namespace chartbell {
namespace {

std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::vector<std::string> lines_of(std::string text, bool packed = false) {
  auto lines = BatchLines::open(Document(std::move(text)), packed);
  std::vector<std::string> out;
  std::string_view line;
  while (lines->next(line)) out.emplace_back(line);
  return out;
}

Code code_of(std::string packed, BatchBounds bounds = {}) {
  const auto lines = BatchLines::open(Document(std::move(packed)), true, bounds);
  return lines ? Code::kInternal : lines.error().code;
}

TEST(BatchLinesTest, LinesComeOneAfterTheOther) {
  EXPECT_EQ(lines_of("a\nb\r\n\nc"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(lines_of(gzipped("a\nb\n"), true), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(lines_of("").empty());
}

TEST(BatchLinesTest, ABombIsLeftWhereItPassesTheBounds) {
  const auto bomb = gzipped(std::string(std::size_t{64} * 1024 * 1024, ' '));
  EXPECT_EQ(code_of(bomb), Code::kTooLarge);
  EXPECT_EQ(code_of(gzipped(std::string(5000, 'x')), {.bytes_max = 4999}), Code::kTooLarge);
  EXPECT_EQ(code_of(gzipped(std::string(std::size_t{2} * 1024 * 1024, 'x'))), Code::kTooLarge);
}

TEST(BatchLinesTest, TooManyLinesAreRefused) {
  EXPECT_EQ(
      BatchLines::open(Document(std::string(11, '\n')), false, {.lines_max = 10}).error().code,
      Code::kTooLarge);
}

TEST(BatchLinesTest, WhatIsNoWholeGzipIsRefused) {
  const auto whole = gzipped("a\nb\n");
  EXPECT_EQ(code_of("a\nb\n"), Code::kInvalid);
  EXPECT_EQ(code_of(""), Code::kInvalid);
  EXPECT_EQ(code_of(whole + "more"), Code::kInvalid);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(code_of(whole.substr(0, size)), Code::kInvalid) << size;
}

TEST(BatchLinesTest, AnyBytesAreUnpackedOrRefused) {
  check_property([](const std::string&) { (void)gunzipped(*any_bytes(), {}); });
}

}  // namespace
}  // namespace chartbell
