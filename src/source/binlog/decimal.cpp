#include "source/binlog/decimal.h"

#include <algorithm>
#include <vector>

namespace chartbell {
namespace {

constexpr std::size_t kGroupDigits = 9;
constexpr std::size_t kGroupBytes = 4;
constexpr std::size_t kPrecisionMax = 65;
constexpr std::size_t kBytesOfDigits[] = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

std::size_t bytes_of(std::size_t digits) {
  return digits / kGroupDigits * kGroupBytes + kBytesOfDigits[digits % kGroupDigits];
}

// Appends a group with its leading zeros.
bool append_group(std::string& out, ByteReader& reader, std::size_t digits) {
  auto text = std::to_string(reader.big(kBytesOfDigits[digits]));
  if (text.size() > digits) return digits == 0 && text == "0";
  out.append(digits - text.size(), '0');
  out += text;
  return true;
}

bool append_groups(std::string& out, ByteReader& reader, std::size_t digits) {
  for (; digits > 0; digits -= kGroupDigits) {
    if (digits < kGroupDigits) return append_group(out, reader, digits);
    if (!append_group(out, reader, kGroupDigits)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::size_t> decimal_bytes(std::size_t precision, std::size_t scale) {
  if (precision > kPrecisionMax || scale > precision) return std::nullopt;
  return bytes_of(precision - scale) + bytes_of(scale);
}

bool append_decimal(std::string& out, Bytes value, std::size_t precision, std::size_t scale) {
  if (decimal_bytes(precision, scale) != value.size() || value.empty()) return false;
  std::vector<unsigned char> plain(value.begin(), value.end());
  plain[0] ^= 0x80;
  const bool negative = (value[0] & 0x80) == 0;
  if (negative)
    for (auto& byte : plain) byte = static_cast<unsigned char>(~byte);
  ByteReader reader(plain);
  const std::size_t whole = precision - scale;
  std::string digits;
  if (!append_group(digits, reader, whole % kGroupDigits)) return false;
  if (!append_groups(digits, reader, whole - whole % kGroupDigits)) return false;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  out += negative ? "-" : "";
  out += digits.empty() ? "0" : digits;
  if (scale == 0) return true;
  out += '.';
  return append_groups(out, reader, scale);
}

}  // namespace chartbell
