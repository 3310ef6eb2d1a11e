// TableMap: the event that says which table the rows behind it belong to, and how its columns are
// laid out. It has neither names nor signs; those come from the schema (schema.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/binlog/bytes.h"

namespace chartbell {

// Numbers of the client protocol and of the log.
enum class ColumnType : std::uint8_t {
  kTiny = 1,
  kShort = 2,
  kLong = 3,
  kFloat = 4,
  kDouble = 5,
  kNull = 6,
  kTimestampOld = 7,
  kLongLong = 8,
  kInt24 = 9,
  kDate = 10,
  kTimeOld = 11,
  kDatetimeOld = 12,
  kYear = 13,
  kVarchar = 15,
  kBit = 16,
  kTimestamp = 17,
  kDatetime = 18,
  kTime = 19,
  kBlobCompressed = 140,
  kVarcharCompressed = 141,
  kJson = 245,
  kDecimal = 246,
  kEnum = 247,
  kSet = 248,
  kBlob = 252,
  kVarString = 253,
  kString = 254,
  kGeometry = 255,
};

// A column's type as the log writes it. ENUM and SET, which hide in a string's metadata there, are
// types of their own here.
struct ColumnShape {
  ColumnType type = ColumnType::kNull;
  std::uint8_t first = 0;    // DECIMAL: precision; BIT: odd bits; times: digits of the fraction;
                             // blobs: bytes of the length; ENUM and SET: bytes
  std::uint8_t second = 0;   // DECIMAL: scale; BIT: whole bytes
  std::uint16_t length = 0;  // of strings: bytes at most

  friend bool operator==(const ColumnShape&, const ColumnShape&) = default;
};

// How a value of a column lies in a row: so many bytes, or a length of so many bytes before it.
struct ColumnLayout {
  std::uint16_t fixed = 0;
  std::uint8_t length_bytes = 0;  // 0: fixed
};

// Nothing for a type whose values cannot be told apart from their neighbours.
std::optional<ColumnLayout> layout_of(const ColumnShape& shape);

struct TableMap {
  std::uint64_t id = 0;
  std::string database;
  std::string table;
  std::vector<ColumnShape> columns;
};

Result<TableMap> parse_table_map(Bytes body);
// The id alone.
Result<std::uint64_t> table_map_id(Bytes body);

}  // namespace chartbell
