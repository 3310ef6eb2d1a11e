// What the record system says of a table's columns, and whether the log's layout of it is the same.
//
// By default a table map has no names and no signs, so they are asked for. A layout that is not the
// schema's (the table has changed since, and the stream is behind) makes the rows unreadable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/binlog/table_map.h"
#include "source/binlog/value.h"
#include "source/sql.h"

namespace chartbell {

struct SchemaColumn {
  std::string name;
  std::string data_type;    // "int", as information_schema writes it
  std::string column_type;  // "int(10) unsigned"
  std::string charset;      // empty: no text
  std::size_t octets = 0;   // of strings: bytes at most
  std::size_t precision = 0;
  std::size_t scale = 0;
  bool has_scale = false;
  std::size_t fraction = 0;  // digits of a time's seconds
};

// In the table's order; empty where there is no such table or no right to see it.
Result<std::vector<SchemaColumn>> read_schema(SqlConnection& connection, std::string_view database,
                                              std::string_view table);

// True where a foreign key of the table may change its rows because another table's row changed.
// The engine does that by itself, and the log has no rows of it.
Result<bool> has_parents(SqlConnection& connection, std::string_view database,
                         std::string_view table);

// True where rows in the log of these shapes can be read by this schema.
bool same_layout(const std::vector<SchemaColumn>& schema, const std::vector<ColumnShape>& shapes);

ValueInfo value_info(const SchemaColumn& column);

}  // namespace chartbell
