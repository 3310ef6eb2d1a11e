#include "source/binlog/value.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "source/binlog/decimal.h"
#include "source/binlog/temporal.h"

namespace chartbell {
namespace {

constexpr int kFloatDigits = 6;                 // FLT_DIG, which the servers show of a FLOAT
constexpr std::int64_t kPlainExponentMax = 15;  // beyond it the servers write 1e16

std::int64_t signed_value(std::uint64_t value, std::size_t bytes) {
  const auto shift = 64 - 8 * bytes;
  return static_cast<std::int64_t>(value << shift) >> shift;
}

void append_integer(std::string& out, const ValueInfo& info, Bytes value) {
  ByteReader reader(value);
  const auto number = reader.little(value.size());
  const auto text = info.is_unsigned ? std::to_string(number)
                                     : std::to_string(signed_value(number, value.size()));
  if (text.size() < info.zero_width) out.append(info.zero_width - text.size(), '0');
  out += text;
}

// Digits and a decimal exponent → the servers' form: plain where the point is near, else 1.5e20.
void append_float_digits(std::string& out, std::string digits, std::int64_t point) {
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  const auto count = static_cast<std::int64_t>(digits.size());
  if (point < -kPlainExponentMax + 1 || point > kPlainExponentMax) {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    out += "e" + std::to_string(point - 1);
  } else if (point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else if (point >= count) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else {
    const auto at = static_cast<std::size_t>(point);
    out += digits.substr(0, at) + "." + digits.substr(at);
  }
}

// "d.ddde±xx" of the number: the shortest that reads back for a DOUBLE, six digits for a FLOAT.
std::string scientific(double number, bool is_double) {
  char text[64];
  const auto end =
      is_double ? std::to_chars(text, text + sizeof text, number, std::chars_format::scientific)
                : std::to_chars(text, text + sizeof text, number, std::chars_format::scientific,
                                kFloatDigits - 1);
  return {text, end.ptr};
}

bool append_float(std::string& out, const ValueInfo& info, double number, bool is_double) {
  if (number != number || number - number != 0) return false;  // no server stores these
  if (info.decimals) {
    char text[512];
    const int size = std::snprintf(text, sizeof text, "%.*f", *info.decimals, number);
    if (size <= 0 || static_cast<std::size_t>(size) >= sizeof text) return false;
    out.append(text, static_cast<std::size_t>(size));
    return true;
  }
  if (number == 0) return out += std::signbit(number) ? "-0" : "0", true;
  if (number < 0) out += '-';
  const auto text = scientific(number < 0 ? -number : number, is_double);
  const auto mark = text.find('e');
  std::string digits = text.substr(0, mark);
  std::erase(digits, '.');
  const char* exponent = text.c_str() + mark + 1;
  append_float_digits(out, std::move(digits), std::strtol(exponent, nullptr, 10) + 1);
  return true;
}

bool append_real(std::string& out, const ValueInfo& info, Bytes value) {
  ByteReader reader(value);
  const auto bits = reader.little(value.size());
  if (value.size() == 8) return append_float(out, info, std::bit_cast<double>(bits), true);
  const auto single = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  return append_float(out, info, static_cast<double>(single), false);
}

bool append_enum(std::string& out, const ValueInfo& info, Bytes value) {
  ByteReader reader(value);
  const auto index = reader.little(value.size());
  if (index > info.members.size()) return false;
  if (index > 0) out += info.members[index - 1];  // 0 is the value of a refused text: empty
  return true;
}

bool append_set(std::string& out, const ValueInfo& info, Bytes value) {
  ByteReader reader(value);
  const auto bits = reader.little(value.size());
  for (std::size_t i = 0; i < 64; ++i) {
    if ((bits >> i & 1) == 0) continue;
    if (i >= info.members.size()) return false;
    out += (out.empty() ? "" : ",") + info.members[i];
  }
  return true;
}

bool is_ascii(Bytes value) {
  return std::ranges::all_of(value, [](unsigned char byte) { return byte < 0x80; });
}

void append_code_point(std::string& out, unsigned point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
}

// Windows-1252's 0x80 to 0x9f; the five that it leaves open stand for themselves.
constexpr std::uint16_t kWindows1252[] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

void append_latin1(std::string& out, Bytes value) {
  for (const auto byte : value)
    append_code_point(out, byte >= 0x80 && byte < 0xa0 ? kWindows1252[byte - 0x80] : byte);
}

std::optional<std::string_view> string_text(const ValueInfo& info, Bytes value,
                                            std::string& scratch) {
  if (info.binary_width > value.size()) {
    scratch.assign(as_text(value));
    scratch.resize(info.binary_width, '\0');
    return scratch;
  }
  if (info.text == TextKind::kOther) return std::nullopt;
  if (info.text == TextKind::kUtf8 || is_ascii(value)) return as_text(value);
  if (info.text == TextKind::kAscii) return std::nullopt;
  append_latin1(scratch, value);
  return scratch;
}

bool append_filled_decimal(std::string& out, const ColumnShape& shape, const ValueInfo& info,
                           Bytes value) {
  if (!append_decimal(out, value, shape.first, shape.second)) return false;
  if (out.size() < info.zero_width) out.insert(0, info.zero_width - out.size(), '0');
  return true;
}

bool append_value(const ColumnShape& shape, const ValueInfo& info, Bytes value, std::string& out) {
  switch (shape.type) {
    case ColumnType::kTiny:
    case ColumnType::kShort:
    case ColumnType::kInt24:
    case ColumnType::kLong:
    case ColumnType::kLongLong:
      return append_integer(out, info, value), true;
    case ColumnType::kFloat:
    case ColumnType::kDouble:
      return append_real(out, info, value);
    case ColumnType::kDecimal:
      return append_filled_decimal(out, shape, info, value);
    case ColumnType::kYear:
      return append_year(out, value);
    case ColumnType::kDate:
      return append_date_value(out, value);
    case ColumnType::kTime:
      return append_time(out, value, shape.first);
    case ColumnType::kDatetime:
      return append_datetime(out, value, shape.first);
    case ColumnType::kTimestamp:
      return append_timestamp(out, value, shape.first);
    case ColumnType::kEnum:
      return append_enum(out, info, value);
    case ColumnType::kSet:
      return append_set(out, info, value);
    default:
      return false;  // old forms of times, compressed columns, JSON of MySQL
  }
}

}  // namespace

std::optional<std::string_view> text_of(const ColumnShape& shape, const ValueInfo& info,
                                        Bytes value, std::string& scratch) {
  if (!info.readable) return std::nullopt;
  scratch.clear();
  switch (shape.type) {
    case ColumnType::kString:
    case ColumnType::kVarchar:
    case ColumnType::kVarString:
    case ColumnType::kBlob:
      return string_text(info, value, scratch);
    case ColumnType::kBit:
    case ColumnType::kGeometry:
      return as_text(value);
    default:
      if (!append_value(shape, info, value, scratch)) return std::nullopt;
      return scratch;
  }
}

}  // namespace chartbell
