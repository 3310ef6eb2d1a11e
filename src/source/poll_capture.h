// PollCapture: notices changes with nothing but SELECT.
//
// Each round asks a gate which tables may have changed. Of those it reads the rows behind the last
// number of the table's counting column: new rows, at once, from an index. What costs more waits
// its turn, so that it takes one part in twenty of the time together with the reading that it
// causes: rows with a change stamp at or behind the last one (`[stamp]` of the mapping), less an
// overlap for transactions that commit late; how many rows there are up to the last number, which
// together with the numbers that the server gave tells of rows that went (where it does not say
// those, all keys are compared); and where a table has no stamp, its kinds as a whole. Large tables
// are walked in steps of kStepRows, since a long read of a MyISAM table holds the practice up; the
// last kRecentRows of them, where most of a day's changes are, do not wait for that.
//
// What a poll cannot see is the auditor's: a stamp that the program forgets to set, a transaction
// that commits later than the overlap, what a changed row pointed to before.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/ports.h"
#include "model/dirty_keys.h"
#include "source/dirty_rules.h"
#include "source/mapping.h"
#include "source/poll_gate.h"
#include "source/poll_position.h"
#include "source/sql.h"

namespace chartbell {

// A resource of its source's thread. Its position holds the last numbers and stamps; at each
// resume() every table counts as touched.
class PollCapture final : public ChangeCapture {
 public:
  static constexpr std::chrono::seconds kStampOverlap{5};
  static constexpr int kRestFactor = 20;
  static constexpr Milliseconds kTableRestMax{30'000};
  static constexpr std::int64_t kStepRows = 2000;
  // A MyISAM table of that size is read through in about fifteen milliseconds, by far faster than
  // in steps.
  static constexpr std::int64_t kAtOnceRows = 100'000;
  static constexpr std::int64_t kRecentRows = 2000;

  struct Parts {
    const Mapping& mapping;
    SqlConnector& connector;
    const Clock& clock;
    PollGate gate = PollGate::kNone;
    Milliseconds interval{500};
  };
  // References outlive it.
  explicit PollCapture(Parts parts);
  ~PollCapture() override;

  std::string_view mode() const override { return "poll"; }
  // Counts the rows of each mapped table.
  Result<std::string> present() override;
  Result<void> resume(const std::string& position) override;
  // One round, or nothing where it is not yet time. Never waits.
  Result<Wakeups> wait(Milliseconds patience) override;
  // It has seen the rows itself.
  Milliseconds unseen_for() const override { return Milliseconds(0); }
  Result<std::string> mark() override;
  bool passed(const std::string& mark) override;
  void stored(const std::string&) override {}
  Milliseconds rest() override;
  std::string lag() override;

 private:
  struct Table;

  Result<SqlConnection*> connection();
  Error without_connection(const Error& error);
  Result<void> learn(SqlConnection& sql);
  Result<bool> has_columns(SqlConnection& sql, const std::string& list, const Table& table);
  Result<std::string> counting_column(SqlConnection& sql, const Table& table);
  Result<bool> is_indexed(SqlConnection& sql, const Table& table);
  Result<PollPosition> read_position();
  Result<TableMark> read_mark(SqlConnection& sql, const Table& table);

  Result<Wakeups> round();
  Result<void> follow(SqlConnection& sql, std::size_t index);
  Result<void> read_tail(SqlConnection& sql, std::size_t index);
  Result<void> read_recent(SqlConnection& sql, std::size_t index);
  Result<void> read_stamped(SqlConnection& sql, std::size_t index);
  bool reads_at_once(const Table& table) const;
  // Takes the column's value of each row that was read.
  using Note = std::function<void(std::string_view at)>;
  Result<bool> read_rows(SqlConnection& sql, std::size_t index, const std::string& column,
                         const std::string& condition, const Note& note);
  void count_rows(Table& table, std::int64_t rows);
  void compare_keys(const Table& table);
  // Calls `each` with the condition of one range of rows after the other; how many rows there are.
  using Each = std::function<Result<void>(const std::string& range)>;
  Result<std::int64_t> walk(SqlConnection& sql, const Table& table, const std::string& upto,
                            const Each& each);
  PollPosition position() const;

  const Parts parts_;
  DirtyTranslator translator_;
  std::vector<Table> tables_;  // as the translator's
  TouchGate gate_;
  std::unique_ptr<SqlConnection> connection_;
  DirtyKeys whole_;  // what rows do not tell
  SteadyTime next_round_{};
  SteadyTime costly_since_{};        // when the round under way began
  std::vector<std::size_t> costly_;  // tables whose turn it had
};

}  // namespace chartbell
