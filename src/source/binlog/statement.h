// What a statement in the log may have changed. Rows tell their keys; statements only their words.
//
// Pure. Says too much rather than too little: a statement that changes data may reach any table by
// a trigger, a routine or a view; one that changes a table's form names the table.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

#include "source/binlog/event.h"

namespace chartbell {

struct StatementEffect {
  bool everything = false;
  std::set<std::size_t> tables;

  friend bool operator==(const StatementEffect&, const StatementEffect&) = default;
};

// `table_of` gives a watched table's number by its name.
using TableFinder = std::function<std::optional<std::size_t>(std::string_view)>;
StatementEffect effect_of(const QueryEvent& query, std::string_view own_database,
                          const TableFinder& table_of);

// How a statement stands to the transaction around it.
enum class StatementRole : std::uint8_t { kBegins, kEnds, kInside, kPlain };
StatementRole role_of(std::string_view statement);

}  // namespace chartbell
