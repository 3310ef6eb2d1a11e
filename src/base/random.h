// Randomness as a port, so that a run can be replayed from its seed.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace chartbell {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<unsigned char> bytes) = 0;

  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // `bytes` random bytes as lower-case hex.
  std::string hex(std::size_t bytes);
};

// The operating system's generator, fit for keys. Thread-safe.
class SystemRandom final : public Random {
 public:
  void fill(std::span<unsigned char> bytes) override;
};

// The same seed gives the same bytes on every machine. Never for keys. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<unsigned char> bytes) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace chartbell
