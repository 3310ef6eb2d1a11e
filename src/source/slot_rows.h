// SlotRows: the messages of a replication slot → a translator's table changes.
//
// Knows the tables that the stream has described so far, and nothing of connections. A resource of
// one thread; begins anew with each stream, where the server describes its tables anew.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "source/dirty_rules.h"
#include "source/pgoutput.h"

namespace chartbell {

class SlotRows {
 public:
  // `translator` outlives it.
  explicit SlotRows(DirtyTranslator& translator) : translator_(translator) {}

  // kProtocol for a row of a table that was never described, or that has not its columns.
  Result<void> take(const PgMessage& message);
  // Behind a transaction, once after each.
  std::optional<Lsn> take_commit();
  bool in_transaction() const { return in_transaction_; }
  // Row changes since the last take_count(), mapped or not.
  std::int64_t count() const { return rows_; }
  std::int64_t take_count() { return std::exchange(rows_, 0); }
  // The transactions that came since the last call.
  std::vector<std::uint32_t> take_transactions() { return std::exchange(transactions_, {}); }
  void begin_anew();

 private:
  struct Table {
    std::optional<std::size_t> watched;               // nothing: no rule names it
    std::vector<std::optional<std::size_t>> columns;  // by watched column: where the stream has it
    PgRelation description;
  };

  Result<void> take_relation(const PgRelation& relation);
  Result<void> take_row(const PgRowChange& change);
  Result<void> take_truncate(const PgTruncate& truncate);
  Result<const Table*> table(std::uint32_t id) const;
  std::vector<Cell> before_image(const Table& table, const PgRowChange& change) const;

  DirtyTranslator& translator_;
  std::unordered_map<std::uint32_t, Table> tables_;
  std::optional<Lsn> committed_;
  std::vector<std::uint32_t> transactions_;
  bool in_transaction_ = false;
  std::int64_t rows_ = 0;
};

}  // namespace chartbell
