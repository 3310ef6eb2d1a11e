// check_property: RapidCheck from a fixed seed, so that a failure comes again the next time.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <sstream>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace chartbell {

// The arguments of `testable` are drawn by RapidCheck; it fails by RC_ASSERT, or by giving false.
template <class Testable>
void check_property(Testable&& testable, int cases = 300) {
  rc::detail::TestMetadata metadata;
  metadata.id = testing::UnitTest::GetInstance()->current_test_info()->name();
  rc::detail::TestParams params;
  params.seed = 20'240'321;
  params.maxSuccess = cases;
  const auto result = rc::detail::checkTestable(std::forward<Testable>(testable), metadata, params);
  std::ostringstream told;
  rc::detail::printResultMessage(result, told);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << told.str();
}

// Texts of any bytes, zero and invalid UTF-8 among them.
inline rc::Gen<std::string> any_bytes() {
  return rc::gen::container<std::string>(
      rc::gen::map(rc::gen::inRange(0, 256), [](int byte) { return static_cast<char>(byte); }));
}

}  // namespace chartbell
