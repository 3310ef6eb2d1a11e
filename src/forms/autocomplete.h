// What a browser may fill in by itself.
#pragma once

#include <span>
#include <string_view>

namespace chartbell {

// Of HTML's autofill detail tokens (HTML Standard, "Autofill") those that a form may ask for: not
// those of secrets and cards.
std::span<const std::string_view> autocomplete_tokens();

}  // namespace chartbell
