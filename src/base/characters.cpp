#include "base/characters.h"

#include <algorithm>
#include <array>

namespace chartbell {
namespace {

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

bool turns_direction(char32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_blank(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

}  // namespace

std::optional<char32_t> take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || text.size() < size) return std::nullopt;
  char32_t out = size == 1 ? first : first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    out = (out << 6) | (byte & 0x3fU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (out < kLeast[size] || out > 0x10ffff || (out >= 0xd800 && out < 0xe000)) return std::nullopt;
  text.remove_prefix(size);
  return out;
}

std::string_view words(TextFault fault) {
  constexpr std::array<std::string_view, 3> kWords = {
      "is not UTF-8", "has control characters",
      "has characters that turn the direction of writing"};
  return kWords[static_cast<std::size_t>(fault)];
}

std::optional<TextFault> text_fault(std::string_view text, TextLines lines) {
  while (!text.empty()) {
    const auto c = take_character(text);
    if (!c) return TextFault::kNotUtf8;
    if (lines == TextLines::kMany && (*c == '\n' || *c == '\t')) continue;
    if (is_control(*c)) return TextFault::kControl;
    if (turns_direction(*c)) return TextFault::kDirection;
  }
  return std::nullopt;
}

bool is_utf8(std::string_view text) {
  while (!text.empty())
    if (!take_character(text)) return false;
  return true;
}

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = text.size();
  for (auto rest = text; !rest.empty();) {
    const auto at = text.size() - rest.size();
    const auto c = take_character(rest);
    if (!c) rest.remove_prefix(1);
    if (c && is_blank(*c)) continue;
    begin = std::min(begin, at);
    end = text.size() - rest.size();
  }
  return text.substr(begin, end - begin);
}

std::size_t character_count(std::string_view text) {
  std::size_t out = 0;
  for (; !text.empty(); ++out)
    if (!take_character(text)) text.remove_prefix(1);
  return out;
}

}  // namespace chartbell
