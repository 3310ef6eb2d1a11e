#include "source/slot_rows.h"

#include <algorithm>

#include "base/ascii.h"

namespace chartbell {
namespace {

constexpr std::size_t kTablesMax = 10'000;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

// The watched columns of a row; what the stream does not have of them is absent.
std::vector<Cell> image(const std::vector<std::optional<std::size_t>>& columns,
                        const std::vector<Cell>& row) {
  std::vector<Cell> out;
  out.reserve(columns.size());
  for (const auto& column : columns) out.push_back(column ? row[*column] : Cell{});
  return out;
}

}  // namespace

Result<void> SlotRows::take(const PgMessage& message) {
  return std::visit(Overloaded{[&](const PgBegin& begin) -> Result<void> {
                                 in_transaction_ = true;
                                 transactions_.push_back(begin.transaction);
                                 return {};
                               },
                               [&](const PgCommit& commit) -> Result<void> {
                                 in_transaction_ = false;
                                 committed_ = commit.end;
                                 return {};
                               },
                               [&](const PgRelation& relation) { return take_relation(relation); },
                               [&](const PgRowChange& change) { return take_row(change); },
                               [&](const PgTruncate& truncate) { return take_truncate(truncate); },
                               [](const PgOther&) -> Result<void> { return {}; }},
                    message);
}

std::optional<Lsn> SlotRows::take_commit() {
  return std::exchange(committed_, std::nullopt);
}

void SlotRows::begin_anew() {
  tables_.clear();
  committed_.reset();
  transactions_.clear();
  in_transaction_ = false;
  rows_ = 0;
}

// A table that is described anew with other columns was altered: its rows may show something else
// without having been written one by one.
Result<void> SlotRows::take_relation(const PgRelation& relation) {
  Table table{.watched = translator_.find(relation.name), .columns = {}, .description = relation};
  const auto known = tables_.find(relation.id);
  if (known == tables_.end() && tables_.size() >= kTablesMax)
    return failure(Code::kProtocol, "replication stream: too many tables");
  if (table.watched) {
    for (const auto& name : translator_.tables()[*table.watched].columns) {
      const auto found = std::ranges::find_if(relation.columns, [&](const auto& column) {
        return equal_ignoring_case(column.name, name);
      });
      const auto place = static_cast<std::size_t>(found - relation.columns.begin());
      table.columns.push_back(found == relation.columns.end() ? std::nullopt
                                                              : std::optional(place));
    }
    if (known != tables_.end() && known->second.description.columns != relation.columns)
      translator_.widen(*table.watched, Extent::kAll);
  }
  tables_.insert_or_assign(relation.id, std::move(table));
  return {};
}

Result<const SlotRows::Table*> SlotRows::table(std::uint32_t id) const {
  const auto found = tables_.find(id);
  if (found == tables_.end())
    return failure(Code::kProtocol, "replication stream: a row of an unknown table");
  return &found->second;
}

Result<void> SlotRows::take_row(const PgRowChange& change) {
  ++rows_;
  TRY(const auto* found, table(change.relation));
  const auto columns = found->description.columns.size();
  const bool fits = (change.kind == PgRowChange::Kind::kDelete || change.after.size() == columns) &&
                    (change.old == PgOld::kNothing || change.before.size() == columns);
  if (!fits) return failure(Code::kProtocol, "replication stream: a row that is not its table's");
  if (!found->watched) return {};
  switch (change.kind) {
    case PgRowChange::Kind::kInsert:
      translator_.inserted(*found->watched, image(found->columns, change.after));
      break;
    case PgRowChange::Kind::kUpdate:
      translator_.updated(*found->watched, before_image(*found, change),
                          image(found->columns, change.after));
      break;
    case PgRowChange::Kind::kDelete:
      translator_.deleted(*found->watched, before_image(*found, change));
      break;
  }
  return {};
}

// Where the server sends no old row, the columns of its key did not change. Of a key alone, the
// columns beside it are not told.
std::vector<Cell> SlotRows::before_image(const Table& table, const PgRowChange& change) const {
  auto row = change.old == PgOld::kNothing ? change.after : change.before;
  for (std::size_t i = 0; i < row.size(); ++i)
    if (change.old != PgOld::kRow && !table.description.columns[i].key) row[i] = Cell{};
  return image(table.columns, row);
}

Result<void> SlotRows::take_truncate(const PgTruncate& truncate) {
  for (const auto id : truncate.relations) {
    TRY(const auto* found, table(id));
    ++rows_;
    if (found->watched) translator_.widen(*found->watched, Extent::kAll);
  }
  return {};
}

}  // namespace chartbell
