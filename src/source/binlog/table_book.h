// TableBook: the tables that a stream has told of, and how to read the rows of those that matter.
//
// A table map comes with each statement. The first of an id is looked up in the schema, all later
// ones are compared with it byte by byte.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/binlog/rows.h"
#include "source/binlog/table_map.h"
#include "source/dirty_rules.h"
#include "source/sql_link.h"

namespace chartbell {

struct KnownTable {
  std::vector<unsigned char> map;      // the event that told of it
  std::optional<std::size_t> watched;  // place in the translator's tables; nothing: not ours
  std::optional<RowReader> reader;     // of a watched table: nothing where its rows are unreadable
  bool has_parents = false;            // of a watched table: foreign keys may change it unlogged
};

// Bounded: forgets all when it has kTablesMax. Used by one thread.
class TableBook {
 public:
  static constexpr std::size_t kTablesMax = 4096;

  // All references outlive it. `database` is the source's own.
  TableBook(const DirtyTranslator& translator, SqlLink& sql, std::string database)
      : translator_(translator), sql_(sql), database_(std::move(database)) {}

  // SqlConnection's errors, where the schema has to be read; kProtocol for a malformed event.
  Result<void> note(Bytes table_map);
  // kProtocol for an id that no table map told of.
  Result<const KnownTable*> find(std::uint64_t id) const;
  // Watched tables beside `id` in the running statement that foreign keys may have changed. MariaDB
  // announces all tables that a statement may write, those that only its engine writes too.
  std::vector<std::size_t> changed_beside(std::uint64_t id) const;
  void end_statement() { announced_.clear(); }
  // After a change of some table's form, and where ids begin anew.
  void forget();

 private:
  Result<void> look_up(const TableMap& map, KnownTable& table);
  Result<std::optional<RowReader>> reader_of(SqlConnection& connection, const TableMap& map,
                                             const WatchedTable& watched);

  const DirtyTranslator& translator_;
  SqlLink& sql_;
  const std::string database_;
  std::map<std::uint64_t, KnownTable> tables_;
  std::set<std::uint64_t> announced_;  // in the running statement
};

}  // namespace chartbell
