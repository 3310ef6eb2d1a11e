#include "base/random.h"

#include <cstring>

#include <openssl/rand.h>

#include "base/check.h"
#include "base/encoding.h"

namespace chartbell {

std::uint64_t Random::below(std::uint64_t bound) {
  CHECK(bound > 0);
  // The top of the range that would favour small results is thrown away.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t drawn = 0;
  do {
    unsigned char bytes[sizeof drawn];
    fill(bytes);
    std::memcpy(&drawn, bytes, sizeof drawn);
  } while (drawn >= limit);
  return drawn % bound;
}

std::string Random::hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill({reinterpret_cast<unsigned char*>(raw.data()), raw.size()});
  return to_hex(raw);
}

void SystemRandom::fill(std::span<unsigned char> bytes) {
  CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

void SeededRandom::fill(std::span<unsigned char> bytes) {
  for (auto& byte : bytes) byte = static_cast<unsigned char>(engine_() >> 56);
}

}  // namespace chartbell
