// The words that a completed form's paper has of its own, in the languages that there are.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/zone.h"

namespace chartbell {

struct PaperWords {
  std::string_view patient;
  std::string_view date_of_birth;
  std::string_view completed;
  std::string_view reference;
  std::string_view yes;
  std::string_view no;
  std::string_view agreed;
  std::string_view not_agreed;
  std::string_view not_answered;
  std::string_view signed_by;
  std::string_view page;         // "Page {} of {}" around two numbers: this before them,
  std::string_view of;           // and this between
  std::string_view date_before;  // "of", between day, month and year where a language has it
  bool month_first = true;
  std::array<std::string_view, 12> months;

  // "March 5, 1980"; what is no YYYY-MM-DD as it is.
  std::string date(std::string_view iso) const;
  // "March 5, 2026, 14:05 (America/New_York, UTC-5:00)"
  std::string moment(WallTime time, const Zone& zone) const;
  std::string page_of(std::size_t page, std::size_t pages) const;
};

// By the language's first subtag; English for a language that has none.
const PaperWords& paper_words(std::string_view language);

}  // namespace chartbell
