#include "source/binlog/table_map.h"

#include "source/binlog/decimal.h"

namespace chartbell {
namespace {

constexpr std::size_t kColumnsMax = 4096;  // the servers' own limit
constexpr std::size_t kFractionMax = 6;

std::unexpected<Error> malformed() {
  return failure(Code::kProtocol, "binary log: malformed table map");
}

// A string's two bytes hold its real type, and two bits of the length where those are needed.
ColumnShape string_shape(std::uint8_t first, std::uint8_t second) {
  const auto type = static_cast<ColumnType>(first);
  if (type == ColumnType::kEnum || type == ColumnType::kSet) return {.type = type, .first = second};
  const auto high_bits = static_cast<std::uint16_t>(((first & 0x30) ^ 0x30) << 4);
  return {.type = ColumnType::kString, .length = static_cast<std::uint16_t>(high_bits | second)};
}

ColumnShape shape_of(ColumnType type, ByteReader& metadata) {
  const auto byte = [&] { return static_cast<std::uint8_t>(metadata.little(1)); };
  switch (type) {
    case ColumnType::kFloat:
    case ColumnType::kDouble:
    case ColumnType::kTimestamp:
    case ColumnType::kDatetime:
    case ColumnType::kTime:
    case ColumnType::kBlob:
    case ColumnType::kBlobCompressed:
    case ColumnType::kGeometry:
    case ColumnType::kJson:
      return {.type = type, .first = byte()};
    case ColumnType::kVarchar:
    case ColumnType::kVarString:
    case ColumnType::kVarcharCompressed:
      return {.type = type, .length = static_cast<std::uint16_t>(metadata.little(2))};
    case ColumnType::kBit:
    case ColumnType::kDecimal: {
      const auto first = byte();
      return {.type = type, .first = first, .second = byte()};
    }
    case ColumnType::kString: {
      const auto first = byte();
      return string_shape(first, byte());
    }
    default:
      return {.type = type};
  }
}

std::optional<ColumnLayout> fixed(std::size_t bytes) {
  return ColumnLayout{.fixed = static_cast<std::uint16_t>(bytes)};
}

std::optional<ColumnLayout> measured(std::size_t length_bytes) {
  if (length_bytes < 1 || length_bytes > 4) return std::nullopt;
  return ColumnLayout{.length_bytes = static_cast<std::uint8_t>(length_bytes)};
}

std::optional<ColumnLayout> with_fraction(std::size_t bytes, std::size_t digits) {
  if (digits > kFractionMax) return std::nullopt;
  return fixed(bytes + (digits + 1) / 2);
}

std::optional<ColumnLayout> decimal_layout(const ColumnShape& shape) {
  const auto bytes = decimal_bytes(shape.first, shape.second);
  if (!bytes) return std::nullopt;
  return fixed(*bytes);
}

}  // namespace

std::optional<ColumnLayout> layout_of(const ColumnShape& shape) {
  switch (shape.type) {
    case ColumnType::kNull:
      return fixed(0);
    case ColumnType::kTiny:
    case ColumnType::kYear:
      return fixed(1);
    case ColumnType::kShort:
      return fixed(2);
    case ColumnType::kInt24:
    case ColumnType::kDate:
    case ColumnType::kTimeOld:
      return fixed(3);
    case ColumnType::kLong:
    case ColumnType::kFloat:
    case ColumnType::kTimestampOld:
      return fixed(4);
    case ColumnType::kLongLong:
    case ColumnType::kDouble:
    case ColumnType::kDatetimeOld:
      return fixed(8);
    case ColumnType::kTime:
      return with_fraction(3, shape.first);
    case ColumnType::kTimestamp:
      return with_fraction(4, shape.first);
    case ColumnType::kDatetime:
      return with_fraction(5, shape.first);
    case ColumnType::kDecimal:
      return decimal_layout(shape);
    case ColumnType::kBit:
      return fixed(shape.second + (shape.first > 0 ? 1U : 0U));
    case ColumnType::kEnum:
    case ColumnType::kSet:
      return shape.first >= 1 && shape.first <= 8 ? fixed(shape.first) : std::nullopt;
    case ColumnType::kString:
    case ColumnType::kVarchar:
    case ColumnType::kVarString:
    case ColumnType::kVarcharCompressed:
      return measured(shape.length < 256 ? 1 : 2);
    case ColumnType::kBlob:
    case ColumnType::kBlobCompressed:
    case ColumnType::kGeometry:
    case ColumnType::kJson:
      return measured(shape.first);
  }
  return std::nullopt;
}

Result<TableMap> parse_table_map(Bytes body) {
  ByteReader reader(body);
  TableMap out;
  out.id = reader.little(6);
  reader.skip(2);
  out.database = as_text(reader.take(reader.little(1)));
  reader.skip(1);
  out.table = as_text(reader.take(reader.little(1)));
  reader.skip(1);
  const auto columns = reader.packed();
  if (columns > kColumnsMax) return malformed();
  const auto types = reader.take(columns);
  ByteReader metadata(reader.take(reader.packed()));
  if (!reader.ok()) return malformed();
  for (const auto type : types)
    out.columns.push_back(shape_of(static_cast<ColumnType>(type), metadata));
  if (!metadata.ok()) return malformed();
  return out;
}

Result<std::uint64_t> table_map_id(Bytes body) {
  ByteReader reader(body);
  const auto id = reader.little(6);
  if (!reader.ok()) return malformed();
  return id;
}

}  // namespace chartbell
