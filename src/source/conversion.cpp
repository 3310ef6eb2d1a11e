#include "source/conversion.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/json_text.h"

namespace chartbell {
namespace {

constexpr std::size_t kJsonBytesMax = 64 * 1024;
// The value is read again inside a resource inside an event, where 32 levels are the limit.
constexpr std::size_t kJsonDepthMax = 16;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (!is_digit(c)) return false;
  return true;
}

struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
};

std::optional<Decimal> split_decimal(std::string_view text) {
  Decimal out;
  if (text.starts_with('-') || text.starts_with('+')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto dot = text.find('.');
  out.whole = text.substr(0, dot);
  if (dot != std::string_view::npos) out.fraction = text.substr(dot + 1);
  const bool sound = all_digits(out.whole) && all_digits(out.fraction) &&
                     !(out.whole.empty() && out.fraction.empty()) && out.whole.size() <= 15;
  return sound ? std::optional(out) : std::nullopt;
}

std::int64_t digit(std::string_view digits, std::size_t index) {
  return index < digits.size() ? digits[index] - '0' : 0;
}

// In cents, half away from zero.
std::optional<std::int64_t> cents(std::string_view text) {
  if (const auto decimal = split_decimal(text)) {
    std::int64_t whole = 0;
    std::from_chars(decimal->whole.data(), decimal->whole.data() + decimal->whole.size(), whole);
    const auto& fraction = decimal->fraction;
    const std::int64_t value = whole * 100 + digit(fraction, 0) * 10 + digit(fraction, 1) +
                               (digit(fraction, 2) >= 5 ? 1 : 0);
    return decimal->negative ? -value : value;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(number) < 1e15))
    return std::nullopt;
  return std::llround(number * 100);
}

}  // namespace

bool append_integer(std::string& out, std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  out += std::to_string(number);
  return true;
}

bool append_boolean(std::string& out, std::string_view text) {
  if (text.empty()) return false;
  const bool no = text == "0" || text == "f" || text == "false" || text == "FALSE";
  out += no ? "false" : "true";
  return true;
}

bool append_money(std::string& out, std::string_view text) {
  const auto value = cents(text);
  if (!value) return false;
  char shown[40];
  const auto magnitude = static_cast<unsigned long long>(std::llabs(*value));
  std::snprintf(shown, sizeof shown, "\"%s%llu.%02llu\"", *value < 0 ? "-" : "", magnitude / 100,
                magnitude % 100);
  out += shown;
  return true;
}

std::optional<LocalTime> read_local(std::string_view text, std::string_view null_date) {
  if (text.starts_with("0000")) return std::nullopt;
  const auto local = parse_local(text);
  if (!local || (!null_date.empty() && text.substr(0, 10) <= null_date)) return std::nullopt;
  return local;
}

bool append_date(std::string& out, std::string_view text, std::string_view null_date) {
  const auto local = read_local(text, null_date);
  if (!local) return false;
  const auto day = std::chrono::floor<std::chrono::days>(*local);
  out += '"';
  out += to_date_text(std::chrono::year_month_day(day));
  out += '"';
  return true;
}

bool append_json(std::string& out, std::string_view text) {
  if (text.size() > kJsonBytesMax) return false;
  boost::json::error_code error;
  const auto value = boost::json::parse(text, error, {}, {.max_depth = kJsonDepthMax});
  if (error) return false;
  out += boost::json::serialize(value);
  return true;
}

}  // namespace chartbell
