#include "source/poll_capture.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/time_text.h"
#include "source/alias.h"
#include "source/sql_scalar.h"

namespace chartbell {

struct PollCapture::Table {
  std::string name;
  std::string columns;            // of its dirty rules, as a list
  std::vector<ResourceKind> own;  // kinds whose rows these are
  std::vector<ResourceKind> fed;  // kinds that join it
  std::string mapped_stamp = {};  // as the mapping says
  bool there = true;              // this edition of the record system has it
  std::string serial = {};        // the counting column; empty: none
  std::string stamp = {};         // the same of the change stamp
  bool stamp_indexed = false;
  TableMark mark = {};
  std::int64_t next = 0;          // the number that the server gives next; 0: it does not say
  std::int64_t accounted = 0;     // rows with lower numbers were seen, or are known to be missing
  std::string recent = {};        // the number before the last rows of a large table
  std::string recent_stamp = {};  // the last one among those
  bool unsure = false;            // rows came and went unseen
  bool touched = true;            // its turn has not come since
  SteadyTime turn_at{};           // not before
  SteadyTime known_as_of{};       // nothing older is unread
};

namespace {

// More rows at once than this are read as a whole kind.
constexpr std::size_t kRowsMax = DirtyKeys::kKeysMax;

std::string listed(const std::vector<std::string>& columns) {
  std::string out;
  for (const auto& column : columns) out += (out.empty() ? "" : ", ") + column;
  return out;
}

// That much earlier; empty for what is no time.
std::string earlier(const std::string& stamp, std::chrono::seconds by) {
  const auto time = parse_local(stamp);
  if (!time) return {};
  const auto text = to_text(WallTime(time->time_since_epoch() - by));
  return text.substr(0, 10) + " " + text.substr(11, 8);
}

// Keeps the last of the texts that it is given.
auto latest(std::string& last) {
  return [&last](std::string_view at) {
    if (at > last) last = at;
  };
}

std::vector<std::string> names_of(const std::vector<WatchedTable>& tables) {
  std::vector<std::string> out;
  for (const auto& table : tables) out.push_back(table.name);
  return out;
}

}  // namespace

PollCapture::PollCapture(Parts parts)
    : parts_(parts), translator_(parts.mapping), gate_(parts.gate, names_of(translator_.tables())) {
  for (const auto& watched : translator_.tables()) {
    Table table{.name = watched.name, .columns = listed(watched.columns), .own = {}, .fed = {}};
    for (const auto& resource : parts_.mapping.resources) {
      const auto is_it = [&](const auto& rule) {
        return equal_ignoring_case(rule.table, watched.name);
      };
      if (std::ranges::none_of(resource.dirty, is_it)) continue;
      const auto tables = tables_of(resource.select);
      const bool own = !tables.empty() && equal_ignoring_case(tables.front(), watched.name);
      (own ? table.own : table.fed).push_back(resource.kind);
    }
    const auto stamp = parts_.mapping.stamps.find(to_lower(watched.name));
    if (stamp != parts_.mapping.stamps.end()) table.mapped_stamp = stamp->second;
    tables_.push_back(std::move(table));
  }
}

PollCapture::~PollCapture() = default;

Result<SqlConnection*> PollCapture::connection() {
  if (connection_ == nullptr) {
    TRY(auto fresh, parts_.connector.connect());
    TRY_DO(learn(*fresh));
    connection_ = std::move(fresh);
  }
  return connection_.get();
}

Error PollCapture::without_connection(const Error& error) {
  connection_.reset();
  return error;
}

// ---- what the tables are ------------------------------------------------------------------------

Result<void> PollCapture::learn(SqlConnection& sql) {
  for (auto& table : tables_) {
    TRY(table.there, has_columns(sql, table.columns, table));
    if (!table.there) continue;
    TRY(table.serial, counting_column(sql, table));
    table.stamp.clear();
    if (table.mapped_stamp.empty()) continue;
    TRY(const bool stamped, has_columns(sql, table.mapped_stamp, table));
    if (!stamped) continue;
    table.stamp = table.mapped_stamp;
    TRY(table.stamp_indexed, is_indexed(sql, table));
  }
  return {};
}

// Editions differ: a stamp or a table that this one lacks is done without.
Result<bool> PollCapture::has_columns(SqlConnection& sql, const std::string& list,
                                      const Table& table) {
  const auto columns = sql.columns("SELECT " + list + " FROM " + table.name + " WHERE 1 = 0");
  if (columns) return true;
  if (columns.error().code == Code::kMapping) return false;
  return std::unexpected(columns.error());
}

Result<std::string> PollCapture::counting_column(SqlConnection& sql, const Table& table) {
  if (parts_.gate == PollGate::kDataVersion) {
    TRY(const bool counted, has_columns(sql, "rowid", table));
    return counted ? std::string("rowid") : std::string();
  }
  if (parts_.gate != PollGate::kUpdateTime) return std::string();
  TRY(const auto name, one_text(sql,
                                "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE "
                                "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = " +
                                    sql.quoted(table.name) + " AND EXTRA LIKE '%auto_increment%'"));
  return name.empty() ? name : "\"" + name + "\"";
}

Result<bool> PollCapture::is_indexed(SqlConnection& sql, const Table& table) {
  if (parts_.gate != PollGate::kUpdateTime) return false;
  TRY(const auto found, one_text(sql,
                                 "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE "
                                 "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = " +
                                     sql.quoted(table.name) + " AND COLUMN_NAME = " +
                                     sql.quoted(table.stamp) + " AND SEQ_IN_INDEX = 1"));
  return !found.empty();
}

// ---- positions ----------------------------------------------------------------------------------

Result<std::string> PollCapture::present() {
  auto position = read_position();
  if (!position) return std::unexpected(without_connection(position.error()));
  return to_text(*position);
}

Result<PollPosition> PollCapture::read_position() {
  TRY(auto* sql, connection());
  PollPosition out;
  for (const auto& table : tables_) {
    if (!table.there) continue;
    TRY(out[table.name], read_mark(*sql, table));
  }
  return out;
}

Result<TableMark> PollCapture::read_mark(SqlConnection& sql, const Table& table) {
  TableMark out;
  const bool stamped = !table.stamp.empty();
  if (table.serial.empty() || table.stamp_indexed) {
    if (stamped) {
      TRY(out.stamp, one_text(sql, "SELECT MAX(" + table.stamp + ") FROM " + table.name));
    }
    if (table.serial.empty()) return out;
  }
  TRY(out.serial, one_text(sql, "SELECT MAX(" + table.serial + ") FROM " + table.name));
  const auto latest = [&](const std::string& range) -> Result<void> {
    if (!stamped || table.stamp_indexed) return {};
    TRY(auto stamp,
        one_text(sql, "SELECT MAX(" + table.stamp + ") FROM " + table.name + " WHERE " + range));
    out.stamp = std::max(out.stamp, stamp);
    return {};
  };
  TRY(const auto rows, walk(sql, table, out.serial, latest));
  out.rows = std::to_string(rows);
  return out;
}

Result<std::int64_t> PollCapture::walk(SqlConnection& sql, const Table& table,
                                       const std::string& upto, const Each& each) {
  const auto& column = table.serial;
  auto left = column + " <= " + std::to_string(number_in(upto));
  for (std::int64_t rows = 0;; rows += kStepRows) {
    TRY(const auto step,
        one_text(sql, "SELECT " + column + " FROM " + table.name + " WHERE " + left + " ORDER BY " +
                          column + " LIMIT 1 OFFSET " + std::to_string(kStepRows - 1)));
    if (step.empty()) {
      TRY_DO(each(left));
      TRY(const auto rest, one_text(sql, "SELECT COUNT(*) FROM " + table.name + " WHERE " + left));
      return rows + number_in(rest);
    }
    const auto end = std::to_string(number_in(step));
    TRY_DO(each(left + " AND " + column + " <= " + end));
    left = column + " > " + end + " AND " + column + " <= " + std::to_string(number_in(upto));
  }
}

PollPosition PollCapture::position() const {
  PollPosition out;
  for (const auto& table : tables_) {
    if (!table.there) continue;
    out[table.name] = table.mark;
    if (table.unsure) out[table.name].rows.clear();
  }
  return out;
}

Result<void> PollCapture::resume(const std::string& position) {
  TRY(auto marks, parse_poll_position(position));
  connection_.reset();
  TRY_DO(connection());
  gate_.forget();
  translator_.clear();
  whole_ = {};
  costly_.clear();
  next_round_ = parts_.clock.steady_now();
  for (auto& table : tables_) {
    table.mark = std::move(marks[table.name]);
    table.accounted = number_in(table.mark.serial) + 1;
    table.unsure = table.mark.rows.empty();
    table.touched = true;
    table.turn_at = table.known_as_of = {};
  }
  return {};
}

Result<std::string> PollCapture::mark() {
  return std::to_string(parts_.clock.steady_now().time_since_epoch().count());
}

bool PollCapture::passed(const std::string& mark) {
  const SteadyTime at{Microseconds(number_in(mark))};
  return std::ranges::all_of(
      tables_, [&](const Table& table) { return !table.there || table.known_as_of > at; });
}

// ---- rounds -------------------------------------------------------------------------------------

Result<Wakeups> PollCapture::wait(Milliseconds) {
  const auto now = parts_.clock.steady_now();
  if (now < next_round_) return Wakeups();
  next_round_ = now + parts_.interval;
  costly_since_ = now;
  auto out = round();
  if (!out) return std::unexpected(without_connection(out.error()));
  return out;
}

Result<Wakeups> PollCapture::round() {
  TRY(auto* sql, connection());
  TRY(const auto touches, gate_.ask(*sql));
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    auto& table = tables_[i];
    table.touched = table.touched || touches[i].touched;
    table.next = touches[i].next;
    if (!table.touched) table.known_as_of = costly_since_;
  }
  for (std::size_t i = 0; i < tables_.size(); ++i)
    if (tables_[i].touched && tables_[i].there) TRY_DO(follow(*sql, i));
  const auto before = translator_.size();
  TRY_DO(translator_.look_up(*sql));
  Wakeups out{.dirty = translator_.take(), .position = {}, .rows = 0};
  out.rows = static_cast<std::int64_t>(before);
  out.dirty.merge(std::exchange(whole_, {}));
  if (!out.dirty.empty()) out.position = to_text(position());
  return out;
}

Result<void> PollCapture::follow(SqlConnection& sql, std::size_t index) {
  auto& table = tables_[index];
  if (!table.serial.empty()) TRY_DO(read_tail(sql, index));
  if (parts_.clock.steady_now() < table.turn_at) return read_recent(sql, index);
  costly_.push_back(index);
  if (table.stamp.empty()) {
    translator_.widen(index, Extent::kAll);
  } else {
    TRY_DO(read_stamped(sql, index));
  }
  table.touched = false;
  table.known_as_of = costly_since_;
  return {};
}

Result<void> PollCapture::read_tail(SqlConnection& sql, std::size_t index) {
  auto& table = tables_[index];
  auto& last = table.mark.serial;
  auto& rows = table.mark.rows;
  const auto condition = table.serial + (last.empty() ? std::string(" IS NOT NULL")
                                                      : " > " + std::to_string(number_in(last)));
  auto missing = std::max<std::int64_t>(table.next - table.accounted, 0);
  const auto note = [&](std::string_view at) {
    const auto number = number_in(at);
    if (number >= table.accounted && number < table.next) --missing;
    if (last.empty() || number > number_in(last)) last = at;
    if (!rows.empty()) rows = std::to_string(number_in(rows) + 1);
  };
  TRY(const bool all, read_rows(sql, index, table.serial, condition, note));
  if (!all) {
    TRY(table.mark, read_mark(sql, table));
    translator_.widen(index, Extent::kAll);
  }
  // A row that came and went between two rounds may have been read all the same, by what joins it.
  table.unsure = table.unsure || missing > 0;
  table.accounted = std::max(table.next, number_in(last) + 1);
  return {};
}

bool PollCapture::reads_at_once(const Table& table) const {
  const auto& rows = table.mark.rows;
  return table.stamp_indexed || table.serial.empty() ||
         (!rows.empty() && number_in(rows) <= kAtOnceRows);
}

Result<void> PollCapture::read_recent(SqlConnection& sql, std::size_t index) {
  auto& table = tables_[index];
  const auto from = earlier(table.recent_stamp, kStampOverlap);
  if (table.recent.empty() || table.stamp.empty() || from.empty()) return {};
  TRY_DO(read_rows(sql, index, table.stamp,
                   table.serial + " > " + std::to_string(number_in(table.recent)) + " AND " +
                       table.stamp + " >= " + sql.quoted(from),
                   latest(table.recent_stamp)));
  return {};
}

// Of a changed row only what it says now is known. Rows that changed while the walk was past them
// have a stamp behind its beginning, so it begins earlier the next time.
Result<void> PollCapture::read_stamped(SqlConnection& sql, std::size_t index) {
  auto& table = tables_[index];
  const auto began = parts_.clock.steady_now();
  const auto from = earlier(table.mark.stamp, kStampOverlap);
  const auto changed =
      table.stamp + (from.empty() ? std::string(" IS NOT NULL") : " >= " + sql.quoted(from));
  const bool at_once = reads_at_once(table);
  auto last = table.mark.stamp;
  bool all = true;
  const auto read = [&](const std::string& condition) -> Result<void> {
    TRY(const bool whole, read_rows(sql, index, table.stamp, condition, latest(last)));
    all = all && whole;
    return {};
  };
  if (at_once) TRY_DO(read(changed));
  if (table.serial.empty()) {
    compare_keys(table);
  } else {
    TRY(const auto rows, walk(sql, table, table.mark.serial, [&](const std::string& range) {
          return at_once ? Result<void>() : read(range + " AND " + changed);
        }));
    count_rows(table, rows);
    TRY(table.recent,
        one_text(sql, "SELECT " + table.serial + " FROM " + table.name + " ORDER BY " +
                          table.serial + " DESC LIMIT 1 OFFSET " + std::to_string(kRecentRows)));
  }
  if (!all) translator_.widen(index, Extent::kAll);
  const auto took = std::chrono::ceil<std::chrono::seconds>(parts_.clock.steady_now() - began);
  table.mark.stamp = took.count() > 1 && last > table.mark.stamp ? earlier(last, took) : last;
  table.recent_stamp = table.mark.stamp;
  return {};
}

// False where there are more rows than one round takes; some of them have been noted.
Result<bool> PollCapture::read_rows(SqlConnection& sql, std::size_t index,
                                    const std::string& column, const std::string& condition,
                                    const Note& note) {
  const auto& table = tables_[index];
  const auto width = translator_.tables()[index].columns.size();
  TRY(const auto rows,
      sql.query(sql.first_rows("SELECT " + table.columns + ", " + column + " FROM " + table.name +
                                   " WHERE " + condition + " ORDER BY " + column,
                               kRowsMax + 1)));
  std::vector<Cell> cells(width);
  for (std::size_t taken = 0; taken <= kRowsMax; ++taken) {
    TRY(const bool more, rows->next());
    if (!more) return true;
    for (std::size_t i = 0; i < width; ++i) {
      const auto text = rows->text(i);
      cells[i] = text ? Cell::of(*text) : Cell::null();
    }
    translator_.inserted(index, cells);
    note(rows->text(width).value_or(""));
  }
  return false;
}

// Rows came or went elsewhere than at the end where their number is not the expected one. Where the
// server does not say which numbers it gave, an equal number proves nothing.
void PollCapture::count_rows(Table& table, std::int64_t rows) {
  const auto expected = std::exchange(table.mark.rows, std::to_string(rows));
  const bool as_expected = expected == table.mark.rows;
  const bool unsure = std::exchange(table.unsure, false) || table.next == 0;
  if (unsure || !as_expected) compare_keys(table);
  if (as_expected) return;
  for (const auto kind : table.fed) whole_.widen(kind, Extent::kAll);
}

void PollCapture::compare_keys(const Table& table) {
  for (const auto kind : table.own) whole_.widen(kind, Extent::kKeyList);
}

Milliseconds PollCapture::rest() {
  const auto now = parts_.clock.steady_now();
  // The caller has read anew what the last round told of: that counts as its cost too. But one slow
  // round, such as the first of all, must not keep a table waiting for minutes.
  const auto rested = std::min<Microseconds>((now - costly_since_) * kRestFactor, kTableRestMax);
  for (const auto index : costly_) tables_[index].turn_at = now + rested;
  costly_.clear();
  return std::max(std::chrono::ceil<Milliseconds>(next_round_ - now), Milliseconds(0));
}

std::string PollCapture::lag() {
  const auto waiting = std::ranges::count_if(
      tables_, [](const Table& table) { return table.there && table.touched; });
  if (waiting == 0) return {};
  return std::to_string(waiting) + (waiting == 1 ? " table waits" : " tables wait") + " for a turn";
}

}  // namespace chartbell
