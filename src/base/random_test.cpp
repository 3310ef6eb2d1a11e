#include "base/random.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace chartbell {
namespace {

std::vector<unsigned char> drawn(std::uint64_t seed, std::size_t bytes) {
  SeededRandom random(seed);
  std::vector<unsigned char> out(bytes);
  random.fill(out);
  return out;
}

TEST(SeededRandom, TheSameSeedGivesTheSameBytes) {
  EXPECT_EQ(drawn(7, 1000), drawn(7, 1000));
  EXPECT_NE(drawn(7, 1000), drawn(8, 1000));
}

TEST(SeededRandom, HowItIsAskedDoesNotMatter) {
  SeededRandom random(7);
  std::vector<unsigned char> out(1000);
  for (std::size_t at = 0; at < out.size(); at += 10) random.fill(std::span(out).subspan(at, 10));
  EXPECT_EQ(out, drawn(7, 1000));
}

// The C++ standard ([rand.predef]) fixes the engine's ten thousandth number of the default seed.
TEST(SeededRandom, IsTheSameOnEveryMachine) {
  EXPECT_EQ(drawn(5489, 10'000).back(), 9'981'545'732'273'789'042u >> 56);
}

TEST(Random, BelowStaysBelowAndReachesEveryResult) {
  SeededRandom random(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) ++seen.at(random.below(seen.size()));
  for (const int count : seen) EXPECT_NEAR(count, 1000, 200);
  EXPECT_EQ(random.below(1), 0u);
}

// Gives what it was told to give, eight bytes at a time.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<unsigned char> bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<unsigned char> bytes) override {
    for (auto& byte : bytes) byte = bytes_.at(fills_);
    ++fills_;
  }
  std::size_t fills() const { return fills_; }

 private:
  const std::vector<unsigned char> bytes_;
  std::size_t fills_ = 0;
};

TEST(Random, ResultsThatWouldBeFavouredAreDrawnAgain) {
  ScriptedRandom random({0xFF, 0xFF, 0x00});
  EXPECT_EQ(random.below(10), 0u);
  EXPECT_EQ(random.fills(), 3u);
}

TEST(Random, HexIsTwoLowerCaseDigitsAByte) {
  SeededRandom random(3);
  const auto text = random.hex(16);
  EXPECT_EQ(text.size(), 32u);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(random.hex(16), text);
  EXPECT_EQ(random.hex(0), "");
}

TEST(SystemRandom, FillsEverythingAndDoesNotRepeat) {
  SystemRandom random;
  EXPECT_NE(random.hex(32), random.hex(32));
}

}  // namespace
}  // namespace chartbell
