#include "source/utf16.h"

#include <cstdint>

namespace chartbell {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_high(char16_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(char16_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}
bool is_surrogate(char32_t point) {
  return point >= 0xD800 && point < 0xE000;
}

// Takes one code point off the front; a byte that begins none is one replacement (RFC 3629 §3).
char32_t take_point(std::string_view& utf8) {
  const auto first = static_cast<unsigned char>(utf8.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  char32_t point = size == 1 ? first : first & (0xFF >> (size + 1));
  bool good = first < 0x80 || (first >= 0xC2 && first < 0xF5);
  for (std::size_t i = 1; good && i < size; ++i) {
    good = i < utf8.size() && (static_cast<unsigned char>(utf8[i]) & 0xC0) == 0x80;
    if (good) point = point << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3F);
  }
  good = good && point >= kLeast[size] && point <= 0x10FFFF && !is_surrogate(point);
  utf8.remove_prefix(good ? size : 1);
  return good ? point : kReplacement;
}

void append_utf8(std::string& out, char32_t point) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

std::u16string to_utf16(std::string_view utf8) {
  std::u16string out;
  while (!utf8.empty()) {
    const auto point = take_point(utf8);
    if (point < 0x10000) {
      out += static_cast<char16_t>(point);
    } else {
      out += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string to_utf8(std::u16string_view utf16) {
  std::string out;
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    char32_t point = utf16[i];
    if (is_high(utf16[i]) && i + 1 < utf16.size() && is_low(utf16[i + 1]))
      point = 0x10000 + ((point - 0xD800) << 10) + (utf16[++i] - 0xDC00u);
    append_utf8(out, is_surrogate(point) ? kReplacement : point);
  }
  return out;
}

}  // namespace chartbell
