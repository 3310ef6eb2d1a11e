// DirtyTranslator: changes of the record system's rows → our keys, by a mapping's `dirty` rules.
//
// Every capture feeds it, wherever its row changes come from. It may say too much and never says
// too little: what it cannot tell from a row makes the rule's kind dirty as a whole.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/dirty_keys.h"
#include "source/mapping.h"
#include "source/sql.h"

namespace chartbell {

// One column of a row, as a SELECT shows it.
struct Cell {
  enum class State : std::uint8_t {
    kAbsent,  // the change does not say
    kNull,
    kText,
  };
  State state = State::kAbsent;
  std::string_view text;  // of kText; lives as long as the call that takes it

  static Cell null() { return {State::kNull, {}}; }
  static Cell of(std::string_view text) { return {State::kText, text}; }
};

// The cells of a watched table's columns, in their order.
using RowImage = std::span<const Cell>;

// A table whose changes matter, and the columns of which a rule wants to know the value.
struct WatchedTable {
  std::string name;                  // as the mapping writes it; compared without case
  std::vector<std::string> columns;  // each once, compared without case
};

// A value that gathers. Bounded: values that wait for a SELECT are as many as DirtyKeys takes of a
// kind, each of kValueBytesMax; beyond that the kind is dirty as a whole. Used by one thread.
class DirtyTranslator {
 public:
  static constexpr std::size_t kBatch = 500;  // values in one IN (…)
  static constexpr std::size_t kValueBytesMax = 1024;

  // `mapping` outlives it.
  explicit DirtyTranslator(const Mapping& mapping);

  const std::vector<WatchedTable>& tables() const { return tables_; }
  // The place in tables(); nothing for a table that no rule names.
  std::optional<std::size_t> find(std::string_view table) const;

  void inserted(std::size_t table, RowImage after);
  void deleted(std::size_t table, RowImage before);
  // A cell that is absent in `after` did not change. One that is absent in `before` may have had
  // any value: who knows that it did not change gives it twice.
  void updated(std::size_t table, RowImage before, RowImage after);
  // For what comes without rows: TRUNCATE, DDL, a statement, a table that a poll found touched.
  void widen(std::size_t table, Extent extent);
  void widen_all(Extent extent);

  bool empty() const { return dirty_.empty() && waiting_.empty(); }
  // Named keys and waiting values together.
  std::size_t size() const;
  // True while values wait for the SELECT of a rule.
  bool asks() const { return !waiting_.empty(); }
  // Runs the SELECTs. After an error, SqlConnection's or kMapping, what had no answer still waits.
  Result<void> look_up(SqlConnection& connection);
  // What is dirty, and begins anew. Only where nothing asks.
  DirtyKeys take();
  void clear();

 private:
  struct Rule {
    std::size_t table;
    std::size_t column;  // of the table's columns
    ResourceKind kind;
    KeyType key_type;
    std::string before_values;  // the SELECT around the list of values; empty: values are keys
    std::string behind_values;
    const ResourceMapping* resource;
  };

  void add_rule(const ResourceMapping& resource, const DirtyRule& rule);
  std::size_t add_table(const std::string& name);
  void note(std::size_t rule, const Cell& cell);
  void note_key(const Rule& rule, std::string_view text);
  void note_value(std::size_t rule, std::string_view text);
  bool whole(ResourceKind kind) const;
  void widen(ResourceKind kind, Extent extent);
  Result<void> ask(const Rule& rule, SqlConnection& connection,
                   const std::set<std::string, std::less<>>& values);
  Error refused(const Rule& rule, SqlConnection& connection, const Error& error);
  Result<void> ask_batch(const Rule& rule, SqlConnection& connection, const std::string& list);

  std::vector<WatchedTable> tables_;
  std::vector<Rule> rules_;
  std::vector<std::vector<std::size_t>> rules_of_table_;
  std::map<std::string, std::size_t, std::less<>> by_name_;  // in lower case
  DirtyKeys dirty_;
  std::map<std::size_t, std::set<std::string, std::less<>>> waiting_;  // by rule
};

}  // namespace chartbell
