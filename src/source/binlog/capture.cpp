#include "source/binlog/capture.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "source/binlog/server.h"
#include "source/binlog/statement.h"

namespace chartbell {
namespace {

Milliseconds until(SteadyTime deadline, SteadyTime now) {
  return std::max(std::chrono::ceil<Milliseconds>(deadline - now), Milliseconds(0));
}

}  // namespace

BinlogCapture::BinlogCapture(Parts parts)
    : log_(parts.log),
      sql_(parts.sql),
      database_(std::move(parts.database)),
      clock_(parts.clock),
      translator_(parts.mapping),
      tables_(translator_, sql_, database_) {}

Result<std::string> BinlogCapture::present() {
  TRY(auto* connection, sql_.get());
  auto end = log_end(*connection);
  if (!end) {
    sql_.drop();
    return std::unexpected(std::move(end).error());
  }
  return to_text(*end);
}

// What a reader can have seen lies before the visible end, and before the end of the log.
Result<std::string> BinlogCapture::mark() {
  return present();
}

bool BinlogCapture::passed(const std::string& mark) {
  const auto wanted = parse_position(mark);
  if (!wanted) return false;
  return LogPlace{wanted->file, wanted->offset} <= LogPlace{position_.file, position_.offset};
}

Result<void> BinlogCapture::resume(const std::string& position) {
  stream_.reset();
  sql_.drop();
  TRY(auto from, parse_position(position));
  TRY(auto* connection, sql_.get());
  TRY_DO(check_history(*connection, from));
  TRY(auto stream, log_.open(from));
  begin_at(std::move(from));
  stream_ = std::move(stream);
  auto begun = read_format();
  if (!begun) stream_.reset();
  return begun;
}

// A server that has lost the position says so before, or with, the format of the file.
Result<void> BinlogCapture::read_format() {
  while (!formatted_) {
    TRY(const bool read, read_event(kSilenceMax));
    if (!read) return failure(Code::kTimeout, "binary log: the stream does not begin");
  }
  return {};
}

void BinlogCapture::begin_at(BinlogPosition position) {
  position_ = std::move(position);
  translator_.clear();
  tables_.forget();
  checksum_ = Checksum::kNone;
  formatted_ = in_transaction_ = moved_ = drained_ = false;
  gtid_.reset();
  file_.clear();
  file_made_at_ = 0;
  rows_ = 0;
  heard_at_ = clock_.steady_now();
}

Result<Wakeups> BinlogCapture::wait(Milliseconds patience) {
  CHECK(stream_ != nullptr);
  const auto read_all = [&]() -> Result<Wakeups> {
    const auto deadline = clock_.steady_now() + patience;
    for (int events = 0; events < kEventsMax && !enough(); ++events) {
      const bool noticed = !in_group() && !translator_.empty();
      const auto left = noticed ? Milliseconds(0) : until(deadline, clock_.steady_now());
      TRY(const bool read, read_event(left));
      if (!read && left == Milliseconds(0)) break;
    }
    return taken();
  };
  auto out = read_all();
  if (!out) stream_.reset();
  return out;
}

bool BinlogCapture::enough() const {
  if (in_group()) return rows_ >= kGroupRowsMax;
  return rows_ >= kRowsMax || translator_.size() >= kKeysMax;
}

// Inside a group nothing is given out: its rows cannot be read yet, and nobody would come again.
Result<Wakeups> BinlogCapture::taken() {
  Wakeups out{.dirty = {}, .position = {}, .rows = std::exchange(rows_, 0)};
  if (in_group()) return out;
  out.visible = translator_.empty();
  if (translator_.asks()) {
    TRY_DO(await_visible());
    TRY(auto* connection, sql_.get());
    TRY_DO(translator_.look_up(*connection));
    out.visible = true;
  }
  out.dirty = translator_.take();
  if (std::exchange(moved_, false)) out.position = to_text(position_);
  return out;
}

// The engine is late by less than a commit takes, so the question itself is pause enough.
Result<void> BinlogCapture::await_visible() {
  TRY(auto* connection, sql_.get());
  const LogPlace wanted{position_.file, position_.offset};
  const auto deadline = clock_.steady_now() + kSilenceMax;
  while (true) {
    TRY(const auto visible, visible_end(*connection));
    if (!visible || *visible >= wanted) return {};
    if (clock_.steady_now() >= deadline)
      return failure(Code::kTimeout, "binary log: what the server logged cannot be read yet");
  }
}

Result<bool> BinlogCapture::read_event(Milliseconds patience) {
  const auto silent_at = heard_at_ + kSilenceMax;
  const auto limit = std::min(patience, until(silent_at, clock_.steady_now()));
  TRY(const auto packet, stream_->next(limit));
  drained_ = !packet;
  if (!packet) {
    TRY_DO(check_alive());
    return false;
  }
  heard_at_ = clock_.steady_now();
  TRY(const auto event, parse_event(*packet, checksum_));
  TRY_DO(handle(event));
  return true;
}

// Only what waits unread is news: the caller may have been away for long.
Result<void> BinlogCapture::check_alive() {
  if (clock_.steady_now() - heard_at_ < kSilenceMax) return {};
  return failure(Code::kTimeout,
                 "binary log: no sign of life from the server, although it is asked "
                 "for one every 2 seconds");
}

Result<void> BinlogCapture::handle(const LogEvent& event) {
  if (event.header.timestamp != 0) event_at_ = event.header.timestamp;
  using enum LogEventType;
  switch (event.header.type) {
    case kRotate:
      return rotate(event);
    case kFormatDescription:
      return format(event);
    case kGtid:
      return begin_group(event);
    case kQuery:
    case kQueryCompressed:
    case kExecuteLoadQuery:
      return statement(event);
    case kTableMap:
      return tables_.note(event.body);
    case kXid:
    case kXaPrepare:
      return end_group(event), Result<void>();
    case kMysqlTransactionPayload:
    case kPartialUpdateRows:
    case kIncident:
      return whole_group(event), Result<void>();
    default:
      return is_rows(event.header.type) ? rows(event) : Result<void>();
  }
}

// The file's name comes before its format, both when a stream begins and when a file ends.
Result<void> BinlogCapture::rotate(const LogEvent& event) {
  TRY(auto rotation, parse_rotation(event.body));
  file_ = std::move(rotation.file);
  if (event.header.artificial() || in_transaction_) return {};
  position_.file = file_;
  position_.offset = rotation.offset;
  position_.made_at = 0;
  moved_ = true;
  return {};
}

Result<void> BinlogCapture::format(const LogEvent& event) {
  TRY(checksum_, parse_format(event.body));
  tables_.forget();
  file_made_at_ = event.header.timestamp;
  formatted_ = true;
  if (position_.by_gtid || position_.file != file_) return {};
  if (position_.made_at != 0 && position_.made_at != file_made_at_)
    return failure(Code::kPositionLost, "binary log: a file of the same name, but another one");
  position_.made_at = file_made_at_;
  return {};
}

Result<void> BinlogCapture::begin_group(const LogEvent& event) {
  TRY(const auto group, parse_gtid(event));
  gtid_ = group.gtid;
  in_transaction_ = !group.standalone;
  return {};
}

Result<void> BinlogCapture::statement(const LogEvent& event) {
  TRY(const auto query, parse_query(event, scratch_));
  switch (role_of(query.statement)) {
    case StatementRole::kBegins:
      in_transaction_ = true;
      return {};
    case StatementRole::kEnds:
      end_group(event);
      return {};
    case StatementRole::kInside:
      return {};
    case StatementRole::kPlain:
      apply(query);
  }
  if (!in_transaction_) end_group(event);
  return {};
}

void BinlogCapture::apply(const QueryEvent& query) {
  const auto effect =
      effect_of(query, database_, [&](std::string_view table) { return translator_.find(table); });
  if (effect.everything) translator_.widen_all(Extent::kAll);
  for (const auto table : effect.tables) translator_.widen(table, Extent::kAll);
  if (effect.everything || !effect.tables.empty()) tables_.forget();
}

Result<void> BinlogCapture::rows(const LogEvent& event) {
  TRY(const auto changes, parse_rows(event, scratch_));
  if (!changes.rows.empty()) TRY_DO(apply(changes));  // none: the mark at a statement's end
  if (changes.ends_statement) tables_.end_statement();
  return {};
}

Result<void> BinlogCapture::apply(const RowsEvent& changes) {
  if (changes.change != RowChange::kInsert)
    for (const auto child : tables_.changed_beside(changes.table_id))
      translator_.widen(child, Extent::kAll);
  TRY(const auto* table, tables_.find(changes.table_id));
  if (table->watched && table->reader) return read_rows(changes, *table);
  ++rows_;
  if (table->watched) translator_.widen(*table->watched, Extent::kAll);
  return {};
}

Result<void> BinlogCapture::read_rows(const RowsEvent& event, const KnownTable& table) {
  const auto malformed = [] { return failure(Code::kProtocol, "binary log: malformed row"); };
  if (event.columns != table.reader->columns()) return malformed();
  ByteReader reader(event.rows);
  while (!reader.empty()) {
    const auto left = reader.left().size();
    if (!table.reader->read(reader, event.first, before_)) return malformed();
    if (event.change == RowChange::kUpdate && !table.reader->read(reader, event.second, after_))
      return malformed();
    if (reader.left().size() == left) return malformed();  // an image of nothing has no end
    ++rows_;
    if (event.change == RowChange::kInsert) translator_.inserted(*table.watched, before_.cells);
    if (event.change == RowChange::kDelete) translator_.deleted(*table.watched, before_.cells);
    if (event.change == RowChange::kUpdate)
      translator_.updated(*table.watched, before_.cells, after_.cells);
  }
  return {};
}

// Events that hold more than can be read: a compressed transaction, a part of a JSON value, or the
// server's word that it has lost some.
void BinlogCapture::whole_group(const LogEvent& event) {
  translator_.widen_all(Extent::kAll);
  if (event.header.type == LogEventType::kMysqlTransactionPayload) end_group(event);
}

void BinlogCapture::end_group(const LogEvent& event) {
  in_transaction_ = false;
  tables_.end_statement();
  if (gtid_) position_.gtids[gtid_->domain] = *gtid_;
  gtid_.reset();
  position_.file = file_;
  position_.offset = event.header.next_position;
  position_.made_at = position_.by_gtid ? 0 : file_made_at_;
  moved_ = true;
}

std::string BinlogCapture::lag() {
  if (stream_ == nullptr) return {};
  if (drained_ || event_at_ == 0) return "0 s";
  const auto now = to_ms(clock_.now()) / 1000;
  return std::to_string(std::max<std::int64_t>(now - event_at_, 0)) + " s";
}

}  // namespace chartbell
