#include "forms/answer_values.h"

#include <algorithm>
#include <charconv>

#include "base/characters.h"
#include "base/time_text.h"
#include "forms/answers.h"

namespace chartbell {
namespace {

constexpr std::string_view kLocalPartMarks = ".!#$%&'*+/=?^_`{|}~-";
constexpr std::size_t kDigitsMax = 15;
constexpr int kStrokesWidth = 600;
constexpr int kStrokesHeight = 200;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool are_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

// Up to the next mark, which is taken off with it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto out = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(text.size(), out.size() + 1));
  return out;
}

// ---- addresses and numbers to call ------------------------------------------------------------

bool is_domain_label(std::string_view label) {
  const auto fits = [](char c) { return is_letter_or_digit(c) || c == '-'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, fits);
}

bool is_domain(std::string_view text) {
  if (text.find('.') == std::string_view::npos || text.ends_with('.')) return false;
  while (!text.empty())
    if (!is_domain_label(take_until(text, '.'))) return false;
  return true;
}

bool is_local_part(std::string_view text) {
  const auto fits = [](char c) { return is_letter_or_digit(c) || kLocalPartMarks.contains(c); };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, fits);
}

// What stands behind a number: "x12", "ext. 12", "#12".
bool is_extension(std::string_view text) {
  for (const std::string_view word : {"ext.", "ext", "x", "#"})
    if (text.starts_with(word)) {
      const auto digits = trimmed(text.substr(word.size()));
      return are_digits(digits) && digits.size() <= 6;
    }
  return false;
}

// ---- numbers ----------------------------------------------------------------------------------

struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
};

std::string_view without_zeros_before(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

std::string_view without_zeros_behind(std::string_view digits) {
  return digits.substr(0, digits.find_last_not_of('0') + 1);
}

std::optional<std::string> canonical(Decimal decimal) {
  decimal.whole = without_zeros_before(decimal.whole);
  decimal.fraction = without_zeros_behind(decimal.fraction);
  if (decimal.whole.size() + decimal.fraction.size() > kDigitsMax) return std::nullopt;
  std::string out(decimal.whole.empty() ? "0" : decimal.whole);
  if (!decimal.fraction.empty()) out += '.' + std::string(decimal.fraction);
  return decimal.negative && out != "0" ? '-' + out : out;
}

// Off the front; whether there was a minus.
bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

// ---- strokes ----------------------------------------------------------------------------------

bool is_coordinate(std::string_view text, int most) {
  if (!are_digits(text) || text.size() > 3 || (text.size() > 1 && text.front() == '0'))
    return false;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value <= most;
}

bool is_point(std::string_view text) {
  const auto x = take_until(text, ',');
  return is_coordinate(x, kStrokesWidth) && is_coordinate(text, kStrokesHeight);
}

bool is_stroke(std::string_view text) {
  if (text.empty() || text.ends_with(' ')) return false;
  while (!text.empty())
    if (!is_point(take_until(text, ' '))) return false;
  return true;
}

// ---- digits -----------------------------------------------------------------------------------

std::optional<char> plain_digit(char32_t c) {
  for (const char32_t zero : {U'\u0660', U'\u06f0', U'\u0966', U'\uff10'})
    if (c >= zero && c < zero + 10) return static_cast<char>('0' + (c - zero));
  return std::nullopt;
}

}  // namespace

bool is_email(std::string_view text) {
  if (text.size() > 254) return false;
  const auto local = take_until(text, '@');
  return is_local_part(local) && is_domain(text);
}

bool is_phone(std::string_view text) {
  if (text.size() > 40) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto end = std::min(text.find_first_not_of("0123456789 -.()/"), text.size());
  const auto number = text.substr(0, end);
  const auto digits = std::ranges::count_if(number, is_digit);
  return digits >= 5 && digits <= 15 && (end == text.size() || is_extension(text.substr(end)));
}

bool is_day(std::string_view text) {
  constexpr std::size_t kDateSize = 10;
  return text.size() == kDateSize && parse_local(text) && text.substr(0, 4) >= "1900" &&
         text.substr(0, 4) <= "2199";
}

std::optional<std::string> canonical_integer(std::string_view text) {
  const bool negative = take_sign(text);
  if (!are_digits(text)) return std::nullopt;
  return canonical({negative, text, {}});
}

std::optional<std::string> canonical_number(std::string_view text) {
  const bool negative = take_sign(text);
  const auto mark = std::min(text.find_first_of(".,"), text.size());
  const auto whole = text.substr(0, mark);
  if (mark == text.size())
    return are_digits(whole) ? canonical({negative, whole, {}}) : std::nullopt;
  const auto fraction = text.substr(mark + 1);
  const bool thousands = text[mark] == ',' && fraction.size() == 3;
  if (!are_digits(fraction) || !(whole.empty() || are_digits(whole)) || thousands)
    return std::nullopt;
  return canonical({negative, whole, fraction});
}

bool are_strokes(std::string_view text) {
  if (text.size() > kStrokesBytesMax || text.ends_with(';')) return false;
  while (!text.empty())
    if (!is_stroke(take_until(text, ';'))) return false;
  return true;
}

std::string with_plain_digits(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto rest = text;
    const auto c = take_character(rest);
    if (!c) rest.remove_prefix(1);
    if (const auto digit = c ? plain_digit(*c) : std::nullopt)
      out += *digit;
    else
      out += text.substr(0, text.size() - rest.size());
    text = rest;
  }
  return out;
}

std::string with_plain_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\r'), text.size());
    out += text.substr(0, end);
    if (end == text.size()) break;
    out += '\n';
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return out;
}

}  // namespace chartbell
