#include "forms/date_parts.h"

#include <algorithm>

#include "base/characters.h"
#include "base/time_text.h"
#include "forms/answer_values.h"
#include "forms/phrases.h"

namespace chartbell {
namespace {

constexpr std::size_t kPartBytesMax = 20;
constexpr int kFirstYear = 1800;

std::string part(const FormInput& input, std::string_view name, std::string_view which) {
  const auto text = trimmed(input.text(std::string(name) + "." + std::string(which)));
  // No number is that long; as much as says so is enough.
  auto end = std::min(text.size(), kPartBytesMax);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return with_plain_digits(text.substr(0, end));
}

std::string two_digits(const std::string& part) {
  return part.size() == 1 && part[0] >= '0' && part[0] <= '9' ? '0' + part : part;
}

std::string without_zero(std::string_view part) {
  return std::string(part.size() == 2 && part[0] == '0' ? part.substr(1) : part);
}

}  // namespace

std::array<DatePart, 3> date_order(std::string_view language) {
  using enum DatePart;
  const auto code = primary(language);
  constexpr std::array<std::string_view, 4> kYearFirst = {"hu", "ja", "ko", "zh"};
  if (code == "en") return {kMonth, kDay, kYear};
  if (std::ranges::find(kYearFirst, code) != kYearFirst.end()) return {kYear, kMonth, kDay};
  return {kDay, kMonth, kYear};
}

DateParts sent_date(const FormInput& input, std::string_view name) {
  return {.year = part(input, name, "year"),
          .month = part(input, name, "month"),
          .day = part(input, name, "day")};
}

std::string joined(const DateParts& parts) {
  if (parts.empty()) return {};
  return parts.year + '-' + two_digits(parts.month) + '-' + two_digits(parts.day);
}

DateParts split_date(std::string_view text) {
  const auto first = text.find('-');
  if (first == std::string_view::npos) return {.year = std::string(text), .month = {}, .day = {}};
  const auto rest = text.substr(first + 1);
  const auto second = std::min(rest.find('-'), rest.size());
  const auto day = rest.substr(std::min(rest.size(), second + 1));
  return {.year = std::string(text.substr(0, first)),
          .month = without_zero(rest.substr(0, second)),
          .day = without_zero(day)};
}

std::optional<std::chrono::year_month_day> real_date(std::string_view text) {
  constexpr std::string_view kForm = "YYYY-MM-DD";
  if (text.size() != kForm.size()) return std::nullopt;
  const auto local = parse_local(text);
  if (!local) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(*local));
  return date.year() >= std::chrono::year(kFirstYear) ? std::optional(date) : std::nullopt;
}

}  // namespace chartbell
