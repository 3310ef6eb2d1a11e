// ByteReader: numbers and spans out of bytes that somebody else wrote, never past their end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace chartbell {

using Bytes = std::span<const unsigned char>;

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline bool bit_of(Bytes bitmap, std::size_t index) {
  return (bitmap[index / 8] >> (index % 8) & 1) != 0;
}

// Bytes of a bitmap of so many bits.
constexpr std::size_t bitmap_bytes(std::size_t bits) {
  return (bits + 7) / 8;
}

// A value. What lies past the end reads as zero or as no bytes, and ok() is false from then on: ask
// it once, when a thing is read.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  Bytes left() const { return left_; }
  bool empty() const { return left_.empty(); }

  Bytes take(std::size_t count) {
    if (count > left_.size()) {
      ok_ = false;
      left_ = {};
      return {};
    }
    const auto out = left_.first(count);
    left_ = left_.subspan(count);
    return out;
  }
  void skip(std::size_t count) { take(count); }

  // Of `count` bytes, 8 at most.
  std::uint64_t little(std::size_t count) {
    std::uint64_t out = 0;
    const auto bytes = take(count);
    for (std::size_t i = bytes.size(); i > 0; --i) out = out << 8 | bytes[i - 1];
    return out;
  }
  std::uint64_t big(std::size_t count) {
    std::uint64_t out = 0;
    for (const auto byte : take(count)) out = out << 8 | byte;
    return out;
  }

  // The client protocol's length-encoded integer.
  std::uint64_t packed() {
    const auto first = little(1);
    if (first < 251) return first;
    if (first == 252) return little(2);
    if (first == 253) return little(3);
    if (first == 254) return little(8);
    ok_ = false;
    return 0;
  }

 private:
  Bytes left_;
  bool ok_ = true;
};

}  // namespace chartbell
