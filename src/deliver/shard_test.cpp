#include "deliver/shard.h"

#include <gtest/gtest.h>

namespace chartbell {
namespace {

TEST(ShardTest, EachEndpointIsOfExactlyOne) {
  for (std::size_t count = 1; count <= 9; ++count)
    for (std::int64_t id = 0; id < 1000; ++id) {
      std::size_t owners = 0;
      for (std::size_t index = 0; index < count; ++index)
        if (Shard{.index = index, .count = count}.has({id})) ++owners;
      ASSERT_EQ(owners, 1U) << id << " of " << count;
    }
}

TEST(ShardTest, TheOneThatIsAllHasEverything) {
  for (std::int64_t id = -10; id < 1000; ++id) EXPECT_TRUE(Shard{}.has({id}));
}

TEST(ShardTest, EndpointsFallEvenlyWhateverTheStepsBetweenTheirIds) {
  for (const std::int64_t step : {1, 2, 3, 4, 10, 64})
    for (const std::size_t count : {2U, 3U, 4U}) {
      std::vector<int> has(count);
      for (std::int64_t id = 1; id <= 1200; ++id) ++has[Shard::of({id * step}, count)];
      for (const int one : has) EXPECT_NEAR(one, 1200.0 / static_cast<double>(count), 60) << step;
    }
}

}  // namespace
}  // namespace chartbell
