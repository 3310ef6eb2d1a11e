#include "base/result.h"

#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace chartbell {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return failure(Code::kInvalid, "odd");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY(const int once, half(number));
  TRY(const int twice, half(once));
  return twice;
}

Result<void> quarters(const std::vector<int>& numbers, std::vector<int>& out) {
  for (const int number : numbers) {
    TRY(out.emplace_back(), quarter(number));
    TRY_DO(half(out.back()));
  }
  return {};
}

Result<std::unique_ptr<int>> boxed(int number) {
  TRY(const int found, half(number));
  return std::make_unique<int>(found);
}

TEST(Try, DeclaresTheValueOrReturnsTheError) {
  EXPECT_EQ(quarter(12).value(), 3);
  const auto failed = quarter(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kInvalid);
  EXPECT_EQ(failed.error().detail, "odd");
}

TEST(Try, KeepsThePlaceWhereTheErrorAroseFirst) {
  const auto direct = half(1);
  const auto passed_on = quarter(2);
  EXPECT_EQ(passed_on.error().where.line(), direct.error().where.line());
  EXPECT_NE(std::string_view(passed_on.error().where.file_name()).find("result_test.cpp"),
            std::string_view::npos);
}

TEST(Try, AssignsToWhatStandsAndStopsAtTheFirstError) {
  std::vector<int> out;
  EXPECT_TRUE(quarters({8, 16}, out));
  EXPECT_EQ(out, (std::vector{2, 4}));
  EXPECT_FALSE(quarters({4, 8}, out)) << "one is odd";
}

TEST(Try, MovesWhatCannotBeCopied) {
  const auto unboxed = [](int number) -> Result<int> {
    TRY(const auto box, boxed(number));
    return *box;
  };
  EXPECT_EQ(unboxed(10).value(), 5);
  EXPECT_FALSE(unboxed(11));
}

TEST(Within, PutsTheContextInFrontAndKeepsTheRest) {
  const auto error = within("reading x.toml", Error{Code::kMapping, "no field"});
  EXPECT_EQ(error.code, Code::kMapping);
  EXPECT_EQ(error.detail, "reading x.toml: no field");
}

TEST(Code, OnlyTheOtherSideOfAWireIsTriedAgain) {
  for (const auto code : {Code::kUnreachable, Code::kTimeout, Code::kRefused})
    EXPECT_TRUE(retryable(code)) << name(code);
  for (const auto code : {Code::kInvalid, Code::kConfig, Code::kMapping, Code::kGuard,
                          Code::kProtocol, Code::kCorrupt, Code::kInternal})
    EXPECT_FALSE(retryable(code)) << name(code);
}

TEST(Code, EveryCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code)
    names.insert(name(static_cast<Code>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Code::kInternal) + 1);
}

}  // namespace
}  // namespace chartbell
