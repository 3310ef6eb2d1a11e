#include "model/stored_file.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace chartbell {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view name;
  std::string_view media_type;
  std::string_view begins;
  std::array<std::string_view, 2> extensions;  // the first one is put where none is
};

constexpr Kind kKinds[] = {
    {"pdf", "application/pdf", "%PDF-", {".pdf", ".pdf"}},
    {"png", "image/png", "\x89PNG\r\n\x1a\n", {".png", ".png"}},
    {"jpeg", "image/jpeg", "\xff\xd8\xff", {".jpg", ".jpeg"}},
};

constexpr std::size_t kCharactersMax = 200;

const Kind& kind_of(FileType type) {
  return kKinds[static_cast<std::size_t>(type)];
}

std::unexpected<Error> invalid(std::string_view what) {
  return failure(Code::kInvalid, "file: its filename " + std::string(what));
}

// One character off the front; nothing for what is no UTF-8 (RFC 3629 §4).
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

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

bool turns_direction(char32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

Result<void> check(std::string_view name) {
  std::size_t characters = 0;
  while (!name.empty()) {
    const auto c = take_character(name);
    if (!c) return invalid("is not UTF-8");
    if (is_control(*c)) return invalid("has control characters");
    if (turns_direction(*c)) return invalid("has characters that turn the direction of writing");
    if (++characters > kCharactersMax) return invalid("is too long (maximum is 200 characters)");
  }
  return {};
}

}  // namespace

std::string_view name(FileType type) {
  return kind_of(type).name;
}

std::string_view media_type(FileType type) {
  return kind_of(type).media_type;
}

std::string_view extension(FileType type) {
  return kind_of(type).extensions[0];
}

std::optional<FileType> file_type(std::string_view bytes) {
  for (const auto type : {FileType::kPdf, FileType::kPng, FileType::kJpeg})
    if (bytes.starts_with(kind_of(type).begins)) return type;
  return std::nullopt;
}

Result<std::string> shown_filename(std::string_view given, FileType type) {
  TRY_DO(check(given));
  if (const auto slash = given.find_last_of("/\\"); slash != std::string_view::npos)
    given.remove_prefix(slash + 1);
  std::string out(given.empty() ? "document"sv : given);
  const auto lower = to_lower(out);
  const auto& ends = kind_of(type).extensions;
  const bool fits = std::ranges::any_of(ends, [&](std::string_view end) {
    return lower.size() > end.size() && lower.ends_with(end);
  });
  return fits ? out : out + std::string(ends[0]);
}

}  // namespace chartbell
