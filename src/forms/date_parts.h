// A date as a page asks for it: three short texts, which are a date of the wire once they are sent.
//
// People know their dates by heart, so typing them is quicker than any calendar, and three fields
// work in every browser (GOV.UK Design System, "Date input").
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "forms/answers.h"

namespace chartbell {

struct DateParts {
  std::string year;
  std::string month;
  std::string day;

  bool empty() const { return year.empty() && month.empty() && day.empty(); }
  friend bool operator==(const DateParts&, const DateParts&) = default;
};

enum class DatePart : std::uint8_t { kDay, kMonth, kYear };
// As readers of the language say a date: month first in English, as in the United States.
std::array<DatePart, 3> date_order(std::string_view language);

// The parts that were sent as NAME.day, NAME.month and NAME.year, without blanks around them.
DateParts sent_date(const FormInput& input, std::string_view name);
// "1980-03-31" from "1980", "3", "31"; empty where nothing was given. What are no numbers stay in
// it as they are, so that they can be shown again and are no date to anybody.
std::string joined(const DateParts& parts);
// The parts of what joined() gave, and of any text.
DateParts split_date(std::string_view text);

// A date that there is, from 1800 on; nothing for any other text.
std::optional<std::chrono::year_month_day> real_date(std::string_view text);

}  // namespace chartbell
