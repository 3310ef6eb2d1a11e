#include "source/binlog/schema.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"

namespace chartbell {
namespace {

constexpr std::size_t kColumnsMax = 4096;

struct TypeName {
  std::string_view name;
  ColumnType type;
};

constexpr TypeName kTypes[] = {{"tinyint", ColumnType::kTiny},
                               {"smallint", ColumnType::kShort},
                               {"mediumint", ColumnType::kInt24},
                               {"int", ColumnType::kLong},
                               {"bigint", ColumnType::kLongLong},
                               {"float", ColumnType::kFloat},
                               {"double", ColumnType::kDouble},
                               {"decimal", ColumnType::kDecimal},
                               {"date", ColumnType::kDate},
                               {"time", ColumnType::kTime},
                               {"datetime", ColumnType::kDatetime},
                               {"timestamp", ColumnType::kTimestamp},
                               {"year", ColumnType::kYear},
                               {"char", ColumnType::kString},
                               {"binary", ColumnType::kString},
                               {"uuid", ColumnType::kString},
                               {"inet6", ColumnType::kString},
                               {"inet4", ColumnType::kString},
                               {"varchar", ColumnType::kVarchar},
                               {"varbinary", ColumnType::kVarchar},
                               {"tinytext", ColumnType::kBlob},
                               {"tinyblob", ColumnType::kBlob},
                               {"text", ColumnType::kBlob},
                               {"blob", ColumnType::kBlob},
                               {"mediumtext", ColumnType::kBlob},
                               {"mediumblob", ColumnType::kBlob},
                               {"longtext", ColumnType::kBlob},
                               {"longblob", ColumnType::kBlob},
                               {"enum", ColumnType::kEnum},
                               {"set", ColumnType::kSet},
                               {"bit", ColumnType::kBit},
                               {"json", ColumnType::kJson},
                               {"geometry", ColumnType::kGeometry},
                               {"point", ColumnType::kGeometry},
                               {"linestring", ColumnType::kGeometry},
                               {"polygon", ColumnType::kGeometry},
                               {"multipoint", ColumnType::kGeometry},
                               {"multilinestring", ColumnType::kGeometry},
                               {"multipolygon", ColumnType::kGeometry},
                               {"geometrycollection", ColumnType::kGeometry}};

constexpr std::string_view kUtf8Sets[] = {"", "utf8", "utf8mb3", "utf8mb4", "ascii", "binary"};
// In these a byte below 128 may be something else than ASCII.
constexpr std::string_view kWideSets[] = {"ucs2", "utf16", "utf16le", "utf32", "swe7",
                                          "sjis", "cp932", "big5",    "gbk",   "gb18030"};

template <class Range>
bool contains(const Range& range, std::string_view value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

std::size_t number(std::optional<std::string_view> text) {
  std::size_t out = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), out);
  return out;
}

SchemaColumn column_of(const SqlRows& row) {
  const auto text = [&](std::size_t i) { return std::string(row.text(i).value_or("")); };
  SchemaColumn out{.name = text(0), .data_type = to_lower(text(1)), .column_type = text(2)};
  out.charset = to_lower(text(3));
  out.octets = number(row.text(4));
  out.precision = number(row.text(5));
  out.scale = number(row.text(6));
  out.has_scale = row.text(6).has_value();
  out.fraction = number(row.text(7));
  return out;
}

// The texts between quotes: enum('a','it''s').
std::vector<std::string> members_of(std::string_view column_type) {
  std::vector<std::string> out;
  bool inside = false;
  for (std::size_t i = 0; i < column_type.size(); ++i) {
    const char c = column_type[i];
    const bool doubled = inside && c == '\'' && column_type.substr(i + 1).starts_with('\'');
    if (doubled) {
      out.back() += c;
      ++i;
    } else if (c == '\'') {
      inside = !inside;
      if (inside) out.emplace_back();
    } else if (inside) {
      out.back() += c;
    }
  }
  return out;
}

// Of int(5): 5.
std::size_t display_width(std::string_view column_type) {
  const auto open = column_type.find('(');
  return open == std::string_view::npos ? 0 : number(column_type.substr(open + 1));
}

std::size_t zero_width(const SchemaColumn& column) {
  if (!column.column_type.contains("zerofill")) return 0;
  if (column.data_type != "decimal") return display_width(column.column_type);
  const bool all_behind = column.precision == column.scale;
  return column.precision + (column.scale > 0 ? 1 : 0) + (all_behind ? 1 : 0);
}

TextKind text_kind(std::string_view charset) {
  if (contains(kUtf8Sets, charset)) return TextKind::kUtf8;
  if (charset == "latin1") return TextKind::kLatin1;
  return contains(kWideSets, charset) ? TextKind::kOther : TextKind::kAscii;
}

bool is_real(std::string_view data_type) {
  return data_type == "float" || data_type == "double";
}

std::size_t blob_length_bytes(std::string_view data_type) {
  if (data_type.starts_with("tiny")) return 1;
  if (data_type.starts_with("medium")) return 3;
  return data_type.starts_with("long") ? 4 : 2;
}

bool same_type(ColumnType wanted, ColumnType found) {
  using enum ColumnType;
  if (wanted == found) return true;
  switch (wanted) {
    case kTime:
      return found == kTimeOld;
    case kDatetime:
      return found == kDatetimeOld;
    case kTimestamp:
      return found == kTimestampOld;
    case kVarchar:
      return found == kVarString || found == kVarcharCompressed;
    case kBlob:
      return found == kBlobCompressed;
    default:
      return false;
  }
}

bool same_size(const SchemaColumn& column, const ColumnShape& shape) {
  using enum ColumnType;
  switch (shape.type) {
    case kDecimal:
      return shape.first == column.precision && shape.second == column.scale;
    case kTime:
    case kDatetime:
    case kTimestamp:
      return shape.first == column.fraction;
    case kTimeOld:
    case kDatetimeOld:
    case kTimestampOld:
      return column.fraction == 0;  // with one, the log does not say how long they are
    case kString:
    case kVarchar:
      return column.octets == 0 || shape.length == column.octets;
    case kBlob:
      return shape.first == blob_length_bytes(column.data_type);
    case kBit:
      return 8U * shape.second + shape.first == column.precision;
    default:
      return true;
  }
}

bool same_column(const SchemaColumn& column, const ColumnShape& shape) {
  const auto* known = std::ranges::find(kTypes, column.data_type, &TypeName::name);
  return known != std::end(kTypes) && same_type(known->type, shape.type) &&
         same_size(column, shape);
}

}  // namespace

Result<std::vector<SchemaColumn>> read_schema(SqlConnection& connection, std::string_view database,
                                              std::string_view table) {
  TRY(const auto rows,
      connection.query(
          "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, CHARACTER_OCTET_LENGTH, "
          "NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION FROM information_schema.COLUMNS "
          "WHERE TABLE_SCHEMA = " +
          connection.quoted(database) + " AND TABLE_NAME = " + connection.quoted(table) +
          " ORDER BY ORDINAL_POSITION LIMIT " + std::to_string(kColumnsMax)));
  std::vector<SchemaColumn> out;
  while (true) {
    TRY(const bool more, rows->next());
    if (!more) return out;
    out.push_back(column_of(*rows));
  }
}

// What the keys do on DELETE and UPDATE is not shown to an account that may only read.
Result<bool> has_parents(SqlConnection& connection, std::string_view database,
                         std::string_view table) {
  TRY(const auto rows,
      connection.query("SELECT 1 FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = " +
                       connection.quoted(database) +
                       " AND TABLE_NAME = " + connection.quoted(table) +
                       " AND REFERENCED_TABLE_NAME IS NOT NULL LIMIT 1"));
  return rows->next();
}

bool same_layout(const std::vector<SchemaColumn>& schema, const std::vector<ColumnShape>& shapes) {
  return std::ranges::equal(schema, shapes, same_column);
}

ValueInfo value_info(const SchemaColumn& column) {
  ValueInfo out;
  out.is_unsigned = column.column_type.contains("unsigned");
  out.readable = column.data_type != "uuid" && !column.data_type.starts_with("inet");
  out.text = text_kind(column.charset);
  out.zero_width = zero_width(column);
  if (column.data_type == "binary") out.binary_width = column.octets;
  if (is_real(column.data_type) && column.has_scale) out.decimals = static_cast<int>(column.scale);
  if (column.data_type == "enum" || column.data_type == "set")
    out.members = members_of(column.column_type);
  return out;
}

}  // namespace chartbell
