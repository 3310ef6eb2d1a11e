#include "base/time_text.h"

#include <cstdio>
#include <cstdlib>

namespace chartbell {
namespace {

using namespace std::chrono;  // NOLINT: one file about time

// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<year_month_day> take_date(std::string_view& text) {
  const auto y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*m)),
                            day(static_cast<unsigned>(*d))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<Milliseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Milliseconds(0);
  int ms = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
    if (digits < 3) ms = ms * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  for (; digits < 3; ++digits) ms *= 10;
  return Milliseconds(ms);
}

std::optional<Milliseconds> take_time_of_day(std::string_view& text) {
  const auto h = take_number(text, 2);
  if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || *m > 59 || !take(text, ':')) return std::nullopt;
  const auto s = take_number(text, 2);
  if (!s || *s > 59) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return hours(*h) + minutes(*m) + seconds(*s) + *fraction;
}

// "+hh:mm" or "+hhmm"; how far the clock there is ahead of UTC.
std::optional<Milliseconds> parse_offset(std::string_view text) {
  const bool behind = text.starts_with('-');
  text.remove_prefix(1);
  const auto h = take_number(text, 2);
  take(text, ':');
  const auto m = take_number(text, 2);
  if (!h || !m || *h > 23 || *m > 59 || !text.empty()) return std::nullopt;
  const Milliseconds ahead = hours(*h) + minutes(*m);
  return behind ? -ahead : ahead;
}

// The last `count` digits of `number`, so that a year beyond 9999 cannot widen the text.
void put_digits(std::string& out, std::size_t at, std::size_t count, std::int64_t number) {
  for (auto i = at + count; i > at; --i, number /= 10)
    out[i - 1] = static_cast<char>('0' + std::abs(number % 10));
}

}  // namespace

// By hand: it stands in each delivery, and the library's formatter takes a microsecond for it.
std::string to_text(WallTime time) {
  const auto day_start = floor<days>(time);
  const year_month_day date(day_start);
  const hh_mm_ss clock(time - day_start);
  std::string out = "0000-00-00T00:00:00.000Z";
  put_digits(out, 0, 4, static_cast<int>(date.year()));
  put_digits(out, 5, 2, static_cast<int>(static_cast<unsigned>(date.month())));
  put_digits(out, 8, 2, static_cast<int>(static_cast<unsigned>(date.day())));
  put_digits(out, 11, 2, clock.hours().count());
  put_digits(out, 14, 2, clock.minutes().count());
  put_digits(out, 17, 2, clock.seconds().count());
  put_digits(out, 20, 3, clock.subseconds().count());
  return out;
}

std::optional<LocalTime> parse_local(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  if (text.empty()) return LocalTime(local_days(*date));
  if (!take(text, ' ') && !take(text, 'T')) return std::nullopt;
  const auto time = take_time_of_day(text);
  if (!time || !text.empty()) return std::nullopt;
  return LocalTime(local_days(*date)) + *time;
}

std::optional<WallTime> parse_utc(std::string_view text) {
  constexpr std::size_t kDateSize = 10;
  if (!text.ends_with('Z') || text.size() <= kDateSize + 1) return std::nullopt;
  const auto local = parse_local(text.substr(0, text.size() - 1));
  if (!local) return std::nullopt;
  return WallTime(local->time_since_epoch());
}

std::optional<WallTime> parse_moment(std::string_view text) {
  constexpr std::size_t kTimeSize = 19;  // of a date and a time without a fraction
  if (text.ends_with('Z')) return parse_utc(text);
  const auto sign = text.find_first_of("+- ", kTimeSize);
  const auto local = parse_local(text.substr(0, sign));
  if (!local) return std::nullopt;
  const auto offset =
      sign == std::string_view::npos ? Milliseconds(0) : parse_offset(text.substr(sign));
  if (!offset) return std::nullopt;
  return WallTime(local->time_since_epoch() - *offset);
}

std::string to_date_text(std::chrono::year_month_day date) {
  char out[24];
  std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return out;
}

}  // namespace chartbell
