// BinlogCapture: notices changes by the binary log of MariaDB or MySQL.
//
// Of a row it reads the columns that dirty rules name and nothing else, so neither the schema's
// history nor the values matter. What it cannot read makes kinds dirty as a whole: a statement
// instead of rows, a table's new form, a row image without the column, rows that a foreign key
// changes in another table (MariaDB's log names that table; MySQL's does not, and the scan finds
// it).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/ports.h"
#include "source/binlog/event.h"
#include "source/binlog/position.h"
#include "source/binlog/rows.h"
#include "source/binlog/stream.h"
#include "source/binlog/table_book.h"
#include "source/dirty_rules.h"
#include "source/mapping.h"
#include "source/sql_link.h"

namespace chartbell {

// A resource of its source's thread. Nothing of it survives but the position, which the store
// keeps.
//
// Keys and positions are given out at the ends of groups (transactions, or statements outside of
// one). A server sends a transaction before its engine shows it, so the rows may not be readable
// yet: keys that a SELECT has to find wait for that, the others leave it to the caller. MySQL does
// not tell when it is; there a change that is noticed within that moment is left to the second
// reading and to the auditor. wait() ends with the group that reaches
// kRowsMax rows or kKeysMax keys; inside one of over kGroupRowsMax rows it ends with nothing dirty.
class BinlogCapture final : public ChangeCapture {
 public:
  static constexpr std::int64_t kRowsMax = 4096;
  static constexpr std::int64_t kGroupRowsMax = 64 * kRowsMax;
  static constexpr std::size_t kKeysMax = DirtyKeys::kKeysMax;
  static constexpr int kEventsMax = 65'536;

  struct Parts {
    const Mapping& mapping;
    BinlogConnector& log;
    SqlConnector& sql;
    std::string database;  // the source's own; other databases of the server are not looked at
    const Clock& clock;
  };
  // All references outlive it.
  explicit BinlogCapture(Parts parts);

  std::string_view mode() const override { return "log"; }
  Result<std::string> present() override;
  Result<void> resume(const std::string& position) override;
  // Of tables that no rule names, an event counts as one row.
  Result<Wakeups> wait(Milliseconds patience) override;
  Result<void> await_visible() override;
  Result<std::string> mark() override;
  bool passed(const std::string& mark) override;
  void stored(const std::string&) override {}
  std::optional<int> readable() const override {
    return stream_ == nullptr ? std::nullopt : stream_->readable();
  }
  // Seconds between the event read last and now.
  std::string lag() override;

 private:
  void begin_at(BinlogPosition position);
  Result<void> read_format();
  Result<bool> read_event(Milliseconds patience);
  Result<void> check_alive();
  Result<void> handle(const LogEvent& event);
  Result<void> rotate(const LogEvent& event);
  Result<void> format(const LogEvent& event);
  Result<void> begin_group(const LogEvent& event);
  Result<void> statement(const LogEvent& event);
  void apply(const QueryEvent& query);
  Result<void> rows(const LogEvent& event);
  Result<void> apply(const RowsEvent& changes);
  Result<void> read_rows(const RowsEvent& event, const KnownTable& table);
  void end_group(const LogEvent& event);
  void whole_group(const LogEvent& event);
  bool enough() const;
  bool in_group() const { return in_transaction_ || gtid_.has_value(); }
  Result<Wakeups> taken();

  BinlogConnector& log_;
  SqlLink sql_;
  const std::string database_;
  const Clock& clock_;
  DirtyTranslator translator_;
  TableBook tables_;

  std::unique_ptr<BinlogStream> stream_;  // null: resume() is wanted
  Checksum checksum_ = Checksum::kNone;
  bool formatted_ = false;  // the format of the first file is known
  std::string file_;
  std::uint32_t file_made_at_ = 0;
  bool in_transaction_ = false;
  std::optional<Gtid> gtid_;  // of the group that is being read
  BinlogPosition position_;   // behind the last whole group
  bool moved_ = false;        // since it was last given out
  std::int64_t rows_ = 0;     // since then
  SteadyTime heard_at_{};
  bool drained_ = false;
  std::uint32_t event_at_ = 0;  // seconds since 1970

  std::vector<unsigned char> scratch_;
  RowReader::Cells before_;
  RowReader::Cells after_;
};

}  // namespace chartbell
