#include "forms/template.h"

#include <algorithm>

namespace chartbell {

std::string_view LocalText::in(std::string_view language) const {
  const auto found = by_language_.find(language);
  return found == by_language_.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view FormTemplate::language(std::string_view wanted) const {
  return std::ranges::find(languages, wanted) != languages.end()
             ? wanted
             : std::string_view(languages.front());
}

}  // namespace chartbell
