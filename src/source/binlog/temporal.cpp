#include "source/binlog/temporal.h"

#include <chrono>
#include <cstdint>

namespace chartbell {
namespace {

void append_padded(std::string& out, std::uint64_t number, std::size_t width) {
  const auto text = std::to_string(number);
  if (text.size() < width) out.append(width - text.size(), '0');
  out += text;
}

void append_date(std::string& out, std::uint64_t year, std::uint64_t month, std::uint64_t day) {
  append_padded(out, year, 4);
  out += '-';
  append_padded(out, month, 2);
  out += '-';
  append_padded(out, day, 2);
}

void append_clock(std::string& out, std::uint64_t hour, std::uint64_t minute,
                  std::uint64_t second) {
  append_padded(out, hour, 2);
  out += ':';
  append_padded(out, minute, 2);
  out += ':';
  append_padded(out, second, 2);
}

constexpr std::uint64_t kPowersOfTen[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};

// `stored` has two decimal digits a byte; an odd last digit is a zero that is not shown.
bool append_fraction(std::string& out, std::uint64_t stored, std::size_t digits) {
  if (digits == 0) return true;
  const auto shown = digits % 2 == 0 ? stored : stored / 10;
  if (shown >= kPowersOfTen[digits]) return false;
  out += '.';
  append_padded(out, shown, digits);
  return true;
}

std::size_t fraction_bytes(std::size_t digits) {
  return (digits + 1) / 2;
}

bool append_fraction(std::string& out, ByteReader& reader, std::size_t digits) {
  return append_fraction(out, reader.big(fraction_bytes(digits)), digits);
}

}  // namespace

bool append_year(std::string& out, Bytes value) {
  append_padded(out, value[0] == 0 ? 0U : 1900U + value[0], 4);
  return true;
}

bool append_date_value(std::string& out, Bytes value) {
  const auto packed = ByteReader(value).little(3);
  append_date(out, packed >> 9, packed >> 5 & 15, packed & 31);
  return true;
}

// A number around a middle: hours, minutes and seconds in 10, 6 and 6 bits, then the fraction, all
// of it negated in negative times.
bool append_time(std::string& out, Bytes value, std::size_t digits) {
  const auto fraction_bits = 8 * fraction_bytes(digits);
  const auto middle = std::uint64_t{0x800000} << fraction_bits;
  auto packed = ByteReader(value).big(value.size());
  if (packed < middle) out += '-';
  packed = packed < middle ? middle - packed : packed - middle;
  const auto clock = packed >> fraction_bits;
  append_clock(out, clock >> 12 & 0x3ff, clock >> 6 & 0x3f, clock & 0x3f);
  return append_fraction(out, packed & ((std::uint64_t{1} << fraction_bits) - 1), digits);
}

bool append_datetime(std::string& out, Bytes value, std::size_t digits) {
  ByteReader reader(value);
  const auto packed = reader.big(5);
  constexpr std::uint64_t kMiddle = 0x8000000000;
  if (packed < kMiddle) return false;
  const auto date = (packed - kMiddle) >> 17;
  const auto months = date >> 5;
  append_date(out, months / 13, months % 13, date & 31);
  out += ' ';
  append_clock(out, packed >> 12 & 31, packed >> 6 & 63, packed & 63);
  return append_fraction(out, reader, digits);
}

bool append_timestamp(std::string& out, Bytes value, std::size_t digits) {
  ByteReader reader(value);
  const auto seconds = static_cast<std::int64_t>(reader.big(4));
  if (seconds == 0) {
    out += "0000-00-00 00:00:00";
    return append_fraction(out, reader, digits);
  }
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  append_date(out, static_cast<std::uint64_t>(static_cast<int>(date.year())),
              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  out += ' ';
  const auto in_day = static_cast<std::uint64_t>((time - day).count());
  append_clock(out, in_day / 3600, in_day / 60 % 60, in_day % 60);
  return append_fraction(out, reader, digits);
}

}  // namespace chartbell
