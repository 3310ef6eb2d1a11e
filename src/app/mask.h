// A document of the wire with every value masked: what a person may see who only wants to know
// whether a mapping fits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"

namespace chartbell {

struct MaskedLeaf {
  std::string path;
  std::string shape;  // "xxxx 99", 9, true or false as "yes/no"; empty: null
};

// The leaves in the document's order; letters are x, digits 9, at most kMaskedMax characters.
inline constexpr std::size_t kMaskedMax = 24;
std::vector<MaskedLeaf> masked(const Document& document);
std::string masked_text(std::string_view text);

}  // namespace chartbell
