// The word that somebody probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace chartbell {

// "; did you mean \"WORD\"?" for the candidate with the fewest edits, at most a third of the word's
// length; empty where none is that near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace chartbell
