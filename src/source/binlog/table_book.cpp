#include "source/binlog/table_book.h"

#include <algorithm>

#include "base/ascii.h"
#include "source/binlog/schema.h"

namespace chartbell {
namespace {

std::optional<WantedColumn> wanted_column(const std::vector<SchemaColumn>& schema,
                                          const std::string& name) {
  const auto found = std::ranges::find_if(
      schema, [&](const SchemaColumn& column) { return equal_ignoring_case(column.name, name); });
  if (found == schema.end()) return std::nullopt;
  return WantedColumn{static_cast<std::size_t>(found - schema.begin()), value_info(*found)};
}

}  // namespace

Result<void> TableBook::note(Bytes table_map) {
  TRY(const auto id, table_map_id(table_map));
  if (announced_.size() >= kTablesMax) forget();
  announced_.insert(id);
  const auto known = tables_.find(id);
  if (known != tables_.end() && std::ranges::equal(known->second.map, table_map)) return {};
  TRY(const auto map, parse_table_map(table_map));
  KnownTable table{.map = {table_map.begin(), table_map.end()}, .watched = {}, .reader = {}};
  if (equal_ignoring_case(map.database, database_)) table.watched = translator_.find(map.table);
  if (table.watched) TRY_DO(look_up(map, table));
  if (tables_.size() >= kTablesMax) tables_.clear();
  tables_.insert_or_assign(id, std::move(table));
  return {};
}

Result<void> TableBook::look_up(const TableMap& map, KnownTable& table) {
  TRY(auto* connection, sql_.get());
  TRY(table.reader, reader_of(*connection, map, translator_.tables()[*table.watched]));
  TRY(table.has_parents, has_parents(*connection, map.database, map.table));
  return {};
}

std::vector<std::size_t> TableBook::changed_beside(std::uint64_t id) const {
  std::vector<std::size_t> out;
  if (announced_.size() < 2) return out;
  for (const auto other : announced_) {
    const auto found = tables_.find(other);
    if (other != id && found != tables_.end() && found->second.has_parents)
      out.push_back(*found->second.watched);
  }
  return out;
}

void TableBook::forget() {
  tables_.clear();
  announced_.clear();
}

Result<std::optional<RowReader>> TableBook::reader_of(SqlConnection& connection,
                                                      const TableMap& map,
                                                      const WatchedTable& watched) {
  TRY(const auto schema, read_schema(connection, map.database, map.table));
  if (!same_layout(schema, map.columns)) return std::optional<RowReader>();
  std::vector<std::optional<WantedColumn>> wanted;
  for (const auto& name : watched.columns) wanted.push_back(wanted_column(schema, name));
  return RowReader::make(map.columns, std::move(wanted));
}

Result<const KnownTable*> TableBook::find(std::uint64_t id) const {
  const auto found = tables_.find(id);
  if (found == tables_.end())
    return failure(Code::kProtocol, "binary log: rows of a table that was not announced");
  return &found->second;
}

}  // namespace chartbell
