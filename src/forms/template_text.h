// The words of a template: in which languages they are, and each of them in all of these.
#pragma once

#include <string>
#include <vector>

#include "base/characters.h"
#include "base/result.h"
#include "forms/json_place.h"
#include "forms/template.h"

namespace chartbell {

inline constexpr std::size_t kLanguagesMax = 10;
inline constexpr std::size_t kTemplateTextBytesMax = 4'000;

// Language, script where it must be said, region: "en", "zh-Hant", "es-MX" (BCP 47 §2.1, in the
// case that it recommends).
bool is_language_tag(std::string_view tag);

// At least one, none of them twice.
Result<std::vector<std::string>> read_languages(const JsonPlace& place);

// An object of texts by language: every language, and no other.
Result<LocalText> read_local_text(const JsonPlace& place, const std::vector<std::string>& languages,
                                  TextLines lines);

}  // namespace chartbell
