#include "detect/digest.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(Digester, TheKeyAndEveryByteMatter) {
  Digester digest("key");
  const auto one = digest(Document(R"({"a":1})"));
  EXPECT_EQ(one, digest(Document(R"({"a":1})")));
  EXPECT_NE(one, digest(Document(R"({"a":2})")));
  EXPECT_NE(one, Digester("other")(Document(R"({"a":1})")));
}

}  // namespace
}  // namespace chartbell
