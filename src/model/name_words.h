// The words of a person's name, as names are compared: without case, punctuation and the accents of
// Latin letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chartbell {

// "Zoë O'Brien-Smith" → "zoe", "obrien", "smith".
std::vector<std::string> name_words(std::string_view name);

}  // namespace chartbell
