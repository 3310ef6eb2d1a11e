#include "forms/template_text.h"

#include <algorithm>

#include "base/nearest.h"
#include "forms/contains.h"

namespace chartbell {
namespace {

bool all_in(std::string_view text, char first, char last) {
  return std::ranges::all_of(text, [&](char c) { return c >= first && c <= last; });
}

// Off the front of a tag, up to its next hyphen.
std::string_view take_subtag(std::string_view& rest) {
  const auto out = rest.substr(0, rest.find('-'));
  rest.remove_prefix(std::min(rest.size(), out.size() + 1));
  return out;
}

bool is_script(std::string_view tag) {
  return tag.size() == 4 && all_in(tag.substr(0, 1), 'A', 'Z') && all_in(tag.substr(1), 'a', 'z');
}

bool is_region(std::string_view tag) {
  return (tag.size() == 2 && all_in(tag, 'A', 'Z')) || (tag.size() == 3 && all_in(tag, '0', '9'));
}

Result<std::string> read_text(const JsonPlace& place, TextLines lines) {
  TRY(const auto text, place.text());
  if (text.find_first_not_of(" \t\n") == std::string_view::npos) return place.fault("is empty");
  if (text.size() > kTemplateTextBytesMax)
    return place.fault("is longer than " + std::to_string(kTemplateTextBytesMax) + " bytes");
  if (const auto fault = text_fault(text, lines)) return place.fault(words(*fault));
  return std::string(text);
}

}  // namespace

bool is_language_tag(std::string_view tag) {
  if (tag.ends_with('-')) return false;
  const auto language = take_subtag(tag);
  if (language.size() < 2 || language.size() > 3 || !all_in(language, 'a', 'z')) return false;
  auto subtag = take_subtag(tag);
  if (is_script(subtag)) subtag = take_subtag(tag);
  return tag.empty() && (subtag.empty() || is_region(subtag));
}

Result<std::vector<std::string>> read_languages(const JsonPlace& place) {
  TRY(const auto elements, place.elements(kLanguagesMax));
  if (elements.empty()) return place.fault("wanted is at least one language");
  std::vector<std::string> out;
  for (const auto& element : elements) {
    TRY(const auto tag, element.text());
    if (!is_language_tag(tag))
      return element.fault("wanted is a language's tag like \"en\", \"es-MX\" or \"zh-Hant\"");
    if (contains(out, tag)) return element.fault("is there twice");
    out.emplace_back(tag);
  }
  return out;
}

Result<LocalText> read_local_text(const JsonPlace& place, const std::vector<std::string>& languages,
                                  TextLines lines) {
  const std::vector<std::string_view> known(languages.begin(), languages.end());
  TRY(const auto object, place.object(known));
  std::map<std::string, std::string, std::less<>> out;
  for (const auto& language : languages) {
    TRY(const auto member, object.need(language));
    TRY(out[language], read_text(member, lines));
  }
  return LocalText(std::move(out));
}

}  // namespace chartbell
