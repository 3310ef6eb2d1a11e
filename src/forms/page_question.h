// The page that asks for the date of birth: all that is shown before it is known who looks.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "forms/date_parts.h"
#include "forms/phrases.h"

namespace chartbell {

struct QuestionView {
  std::string_view token;
  std::string_view practice;
  std::span<const std::string> languages;
  std::string_view language;
  DateParts given{};
  std::optional<Phrase> fault{};  // of what was given
  bool signed_out = false;        // there was a session
};

std::string question_page(const QuestionView& view);

}  // namespace chartbell
