#include "model/stored_file.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/characters.h"

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

Result<void> check(std::string_view name) {
  if (const auto fault = text_fault(name, TextLines::kOne)) return invalid(words(*fault));
  if (character_count(name) > kCharactersMax)
    return invalid("is too long (maximum is 200 characters)");
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
