#include "app/rest_caller.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace chartbell {
namespace {

class RestCallerTest : public testing::Test {
 protected:
  // What is wrong with such a caller; empty where nothing is.
  std::string fault(const std::string& url, const std::string& authorization) {
    const auto opened = HttpRestCaller::open(loop_, clock_, url, authorization);
    if (opened) return "";
    EXPECT_EQ(opened.error().code, Code::kConfig);
    return opened.error().detail;
  }

  EventLoop loop_;
  FakeClock clock_;
};

TEST_F(RestCallerTest, TakesWhatCanBeCalled) {
  EXPECT_EQ(fault("https://records.example/api/v1/", "ODFHIR a/b"), "");
  EXPECT_EQ(fault("http://127.0.0.1:30222/api/v1", "ODFHIR a/b"), "");
}

TEST_F(RestCallerTest, RefusesWhatWouldGoInClear) {
  EXPECT_NE(fault("http://records.example/api/v1", "ODFHIR a/b"), "");
}

TEST_F(RestCallerTest, RefusesAKeyThatNoHeaderMayHoldWithoutRepeatingIt) {
  const auto said = fault("https://records.example/api/v1", "ODFHIR a/b\r\nX: y");
  EXPECT_TRUE(said.starts_with("write_key")) << said;
  EXPECT_EQ(said.find("a/b"), std::string::npos);
}

TEST_F(RestCallerTest, APasswordInTheUrlIsNeitherTakenNorRepeated) {
  const auto said = fault("https://user:hidden@records.example/", "ODFHIR a/b");
  EXPECT_NE(said, "");
  EXPECT_EQ(said.find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace chartbell
