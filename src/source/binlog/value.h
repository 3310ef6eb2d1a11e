// Values of columns in the log → the texts that a SELECT gives in a session like SqlConnection's
// (UTC, utf8mb4).
//
// Pure. What the log alone cannot tell (signs, character sets, names of an enumeration) comes from
// the schema.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/binlog/bytes.h"
#include "source/binlog/table_map.h"

namespace chartbell {

// How a column's bytes become UTF-8.
enum class TextKind : std::uint8_t {
  kUtf8,    // are it, or are no text at all
  kLatin1,  // Windows-1252, which the servers call latin1
  kAscii,   // another set in which bytes below 128 are ASCII: those alone can be shown
  kOther,   // cannot be shown
};

// What the schema says of a column's values.
struct ValueInfo {
  bool is_unsigned = false;
  bool readable = true;  // false: of a type whose texts only the server makes
  TextKind text = TextKind::kUtf8;
  std::size_t zero_width = 0;        // ZEROFILL: digits at least
  std::size_t binary_width = 0;      // BINARY(n): bytes, filled up with zeros
  std::optional<int> decimals;       // FLOAT(m, d) and DOUBLE(m, d)
  std::vector<std::string> members;  // of ENUM and SET, in order
};

// The text of one value: its bytes as they lie in the row, without a length before them. It is a
// view of `value` or of `scratch`. Nothing where it cannot be told.
std::optional<std::string_view> text_of(const ColumnShape& shape, const ValueInfo& info,
                                        Bytes value, std::string& scratch);

}  // namespace chartbell
