#include "base/give_way.h"

#include <future>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace chartbell {
namespace {

int niceness() {
  return ::getpriority(PRIO_PROCESS, 0);
}

TEST(GiveWayTest, TheCallingThreadAloneGivesWay) {
  const int before = niceness();
  auto within = std::async(std::launch::async, [] {
    give_way();
    return niceness();
  });
  EXPECT_EQ(within.get(), 10);
  EXPECT_EQ(niceness(), before);
}

}  // namespace
}  // namespace chartbell
