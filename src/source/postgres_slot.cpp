#include "source/postgres_slot.h"

#include <algorithm>
#include <span>

#include "base/crypto.h"
#include "base/encoding.h"
#include "source/postgres_sql.h"
#include "source/publication.h"

namespace chartbell {
namespace {

constexpr std::string_view kPrefix = "lsn:";
constexpr std::size_t kNameBytesMax = 63;
constexpr std::chrono::seconds kAskAfter{3};
constexpr std::chrono::seconds kSilenceMax{10};
constexpr std::chrono::seconds kStatusEvery{1};
constexpr std::chrono::seconds kLagEvery{10};
// While somebody waits for a mark, the server is asked how far it is.
constexpr Milliseconds kAskForMarkEvery{100};
constexpr Milliseconds kSlice{500};
// Of one wait(): a server that is busier than we are never falls quiet.
constexpr std::int64_t kRowsMax = 20'000;
// One WAL segment: how far the log of others goes on before it is worth a commit of ours.
constexpr std::uint64_t kIdleStep = 16 * 1024 * 1024;
constexpr std::size_t kTransactionsPerQuestion = 1'000;

std::string position_of(Lsn lsn) {
  return std::string(kPrefix) + to_text(lsn);
}

// A position is one of ours, but a store may have been edited.
Result<Lsn> lsn_of(std::string_view position) {
  const auto lsn =
      position.starts_with(kPrefix) ? parse_lsn(position.substr(kPrefix.size())) : std::nullopt;
  if (!lsn) return failure(Code::kPositionLost, "the stored position is none of a slot");
  return *lsn;
}

Result<Lsn> lsn_of(const PostgresResult& result, int column) {
  const auto lsn = parse_lsn(field(result, 0, column).value_or(""));
  if (!lsn) return failure(Code::kProtocol, "the server tells no place in its log");
  return *lsn;
}

// Whether others see these transactions. Ids are compared as the server does, round the clock of 32
// bits: ended before the snapshot's end, and not under way when it was taken.
std::string visible_question(std::span<const std::uint32_t> transactions) {
  std::string ids;
  for (const auto id : transactions) ids += (ids.empty() ? "" : ",") + std::to_string(id);
  return "SELECT NOT EXISTS (SELECT 1 FROM unnest(ARRAY[" + ids +
         "]::bigint[]) AS ours(id) WHERE "
         "((txid_snapshot_xmax(s) - id) & 4294967295) NOT BETWEEN 1 AND 2147483647 OR id IN "
         "(SELECT x & 4294967295 FROM txid_snapshot_xip(s) AS under_way(x))) "
         "FROM (SELECT txid_current_snapshot() AS s) AS now";
}

}  // namespace

std::string slot_name(std::string_view subdomain, std::string_view source) {
  std::string out = "chartbell_" + std::string(subdomain) + "_" + std::string(source);
  for (char& c : out)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '_';
  const auto both = std::string(subdomain) + '\0' + std::string(source);
  const auto tag = "_" + to_hex(sha256(both)).substr(0, 8);
  return out.substr(0, kNameBytesMax - tag.size()) + tag;
}

struct PostgresSlot::SlotState {
  Lsn confirmed;
  bool lost = false;
  Lsn log_end;
};

PostgresSlot::PostgresSlot(Parts parts)
    : parts_(std::move(parts)),
      connector_(postgres_connector(parts_.address)),
      translator_(parts_.mapping),
      rows_(translator_),
      side_(*connector_) {}

PostgresSlot::~PostgresSlot() = default;

// ---- what stands on the server ------------------------------------------------------------------

// True where it had all tables already: changes before it did were not kept.
Result<bool> PostgresSlot::ensure_publication(PostgresLink& link) const {
  TRY(const auto found, link.run(publication_question(parts_.name)));
  std::vector<std::string> missing;
  for (const auto& table : translator_.tables()) {
    TRY(const auto listed, link.run(published_question(parts_.name, table.name)));
    if (row_count(listed) == 0) missing.push_back(table.name);
  }
  if (missing.empty()) return true;
  const auto statement = publish_statement(parts_.name, missing, row_count(found) > 0);
  auto made = link.run(statement);
  if (made) return false;
  auto error = std::move(made).error();
  if (!retryable(error.code)) error.detail += "; let an owner of the tables run: " + statement;
  return std::unexpected(std::move(error));
}

Result<std::optional<PostgresSlot::SlotState>> PostgresSlot::slot_state(PostgresLink& link) const {
  TRY(const auto rows,
      link.run("SELECT confirmed_flush_lsn, wal_status, plugin, database = current_database(), "
               "pg_current_wal_lsn() FROM pg_replication_slots WHERE slot_name = " +
               PostgresLink::quoted(parts_.name)));
  if (row_count(rows) == 0) return std::optional<SlotState>();
  if (field(rows, 0, 2) != "pgoutput" || field(rows, 0, 3) != "t")
    return failure(Code::kConfig, "the replication slot " + parts_.name +
                                      " is another program's, or another database's; drop it");
  SlotState out{.lost = field(rows, 0, 1) == "lost"};
  if (!out.lost) {
    TRY(out.confirmed, lsn_of(rows, 0));
  }
  TRY(out.log_end, lsn_of(rows, 4));
  return out;
}

Result<Lsn> PostgresSlot::create_slot(PostgresLink& link) const {
  TRY(const auto made, link.run("CREATE_REPLICATION_SLOT " + quoted_identifier(parts_.name) +
                                " LOGICAL pgoutput NOEXPORT_SNAPSHOT"));
  return lsn_of(made, 1);
}

Result<std::string> PostgresSlot::present() {
  drop_stream();
  TRY(const auto link, PostgresLink::open(parts_.address, PostgresLink::Purpose::kReplication));
  // First: the slot decodes by the publications that were there when a change was made.
  TRY(const bool whole, ensure_publication(*link));
  TRY(const auto state, slot_state(*link));
  // Where the slot stands, rather than where the log does: a transaction whose commit is in the log
  // may not be visible to a reader yet.
  if (state && !state->lost && whole && !undecodable_) return position_of(state->confirmed);
  if (state) TRY_DO(link->run("DROP_REPLICATION_SLOT " + quoted_identifier(parts_.name)));
  TRY(const auto created, create_slot(*link));
  undecodable_ = false;
  return position_of(created);
}

Result<void> PostgresSlot::resume(const std::string& position) {
  drop_stream();
  TRY(const auto from, lsn_of(position));
  TRY(auto link, PostgresLink::open(parts_.address, PostgresLink::Purpose::kReplication));
  TRY(const auto state, slot_state(*link));
  const auto lost = [&](const char* why) {
    return failure(Code::kPositionLost, "replication slot " + parts_.name + ": " + why);
  };
  if (undecodable_) return lost("the server cannot decode what comes next");
  if (!state) return lost("it is not there any more");
  if (state->lost) return lost("the server has dropped its log (max_slot_wal_keep_size)");
  // The server would begin at its own place without a word.
  if (from < state->confirmed) return lost("it is further than what is stored here");
  if (state->log_end < from) return lost("the server's log ends before what is stored here");
  TRY(const bool whole, ensure_publication(*link));
  if (!whole) return lost("its publication lacked a table");
  TRY_DO(link->begin_copy("START_REPLICATION SLOT " + quoted_identifier(parts_.name) + " LOGICAL " +
                          to_text(from) + " (proto_version '1', publication_names '" +
                          quoted_identifier(parts_.name) + "')"));
  stream_ = std::move(link);
  told_ = flushed_ = seen_ = from;
  marked_ = {};
  heard_at_ = status_at_ = parts_.clock.steady_now();
  return {};
}

// ---- the stream ---------------------------------------------------------------------------------

void PostgresSlot::drop_stream() {
  stream_.reset();
  asked_at_.reset();
  lag_at_.reset();
  translator_.clear();
  rows_.begin_anew();
}

// What the server refuses while it streams, it would refuse at each new start: a publication that
// was dropped and made again is not there for the changes before.
Error PostgresSlot::broken(Error error) {
  drop_stream();
  if (error.code != Code::kMapping) return error;
  undecodable_ = true;
  error.code = Code::kPositionLost;
  return error;
}

Result<Wakeups> PostgresSlot::wait(Milliseconds patience) {
  if (stream_ == nullptr) return failure(Code::kUnreachable, "the replication stream is not open");
  auto out = gather(patience);
  if (!out) return std::unexpected(broken(std::move(out).error()));
  out->rows = rows_.take_count();
  if (auto asked = make_readable(); !asked) {
    side_.drop();
    drop_stream();
    return std::unexpected(std::move(asked).error());
  }
  out->dirty = translator_.take();
  return out;
}

Result<void> PostgresSlot::make_readable() {
  const auto transactions = rows_.take_transactions();
  if (translator_.empty()) return {};
  TRY(auto* connection, side_.get());
  TRY_DO(await_shown(*connection, transactions));
  return translator_.look_up(*connection);
}

// A transaction is late by less than a commit takes, so the question itself is pause enough.
Result<void> PostgresSlot::await_shown(SqlConnection& connection,
                                       const std::vector<std::uint32_t>& transactions) {
  const auto deadline = parts_.clock.steady_now() + kSilenceMax;
  for (std::size_t at = 0; at < transactions.size();) {
    const auto part = std::span(transactions)
                          .subspan(at)
                          .first(std::min(kTransactionsPerQuestion, transactions.size() - at));
    TRY(const auto rows, connection.query(visible_question(part)));
    TRY_DO(rows->next());
    if (rows->text(0) == "t")
      at += part.size();
    else if (parts_.clock.steady_now() >= deadline)
      return failure(Code::kTimeout, connector_->shown_url() + ": what was committed stays unseen");
  }
  return {};
}

Result<Wakeups> PostgresSlot::gather(Milliseconds patience) {
  Wakeups out;
  const auto deadline = parts_.clock.steady_now() + patience;
  while (translator_.size() < DirtyKeys::kKeysMax && rows_.count() < kRowsMax) {
    TRY(const auto frame, stream_->copied());
    if (frame) {
      TRY_DO(take(*frame, out));
      continue;
    }
    TRY_DO(tend());
    const bool something = out.position || rows_.count() > 0;
    const auto left =
        std::chrono::duration_cast<Milliseconds>(deadline - parts_.clock.steady_now());
    if (something || left <= Milliseconds(0)) break;
    TRY_DO(stream_->wait_readable(std::min(left, kSlice)));
  }
  return out;
}

Result<void> PostgresSlot::take(std::string_view bytes, Wakeups& out) {
  heard_at_ = parts_.clock.steady_now();
  asked_at_.reset();
  if (heard_at_ - status_at_ > kStatusEvery) TRY_DO(tell_status(false));
  TRY(const auto frame, parse_stream_frame(bytes));
  if (const auto* keepalive = std::get_if<Keepalive>(&frame))
    return take_keepalive(*keepalive, out);
  TRY(const auto message, parse_pgoutput(std::get<WalData>(frame).message));
  TRY_DO(rows_.take(message));
  if (const auto committed = rows_.take_commit()) {
    told_ = std::max(told_, *committed);
    seen_ = std::max(seen_, told_);
    out.position = position_of(told_);
  }
  return {};
}

Result<void> PostgresSlot::take_keepalive(const Keepalive& keepalive, Wakeups& out) {
  if (!rows_.in_transaction()) {
    seen_ = std::max(seen_, keepalive.end);
    if (keepalive.end.value > told_.value + kIdleStep) {
      told_ = keepalive.end;
      out.position = position_of(told_);
    }
  }
  return keepalive.wants_reply ? tell_status(false) : Result<void>();
}

// Signs of life, both ways.
Result<void> PostgresSlot::tend() {
  const auto now = parts_.clock.steady_now();
  if (asked_at_ && now - *asked_at_ > kSilenceMax - kAskAfter)
    return failure(Code::kTimeout, connector_->shown_url() + ": silent for 10 s");
  const bool awaited = seen_ < marked_ && now - status_at_ >= kAskForMarkEvery;
  if (!asked_at_ && (awaited || now - heard_at_ > kAskAfter)) {
    asked_at_ = now;
    return tell_status(true);
  }
  return now - status_at_ > kStatusEvery ? tell_status(false) : Result<void>();
}

Result<void> PostgresSlot::tell_status(bool wants_reply) {
  status_at_ = parts_.clock.steady_now();
  return stream_->send_copy(
      to_bytes({.flushed = flushed_, .time = parts_.clock.now(), .wants_reply = wants_reply}));
}

void PostgresSlot::stored(const std::string& position) {
  const auto lsn = lsn_of(position);
  if (!lsn || *lsn <= flushed_) return;
  flushed_ = *lsn;
}

// What is visible to a reader stands in the log before the place where it is written next.
Result<std::string> PostgresSlot::mark() {
  const auto asked = [&]() -> Result<Lsn> {
    TRY(auto* connection, side_.get());
    TRY(const auto rows, connection->query("SELECT pg_current_wal_insert_lsn()"));
    TRY_DO(rows->next());
    const auto lsn = parse_lsn(rows->text(0).value_or(""));
    if (!lsn) return failure(Code::kProtocol, "the server tells no place in its log");
    return *lsn;
  }();
  if (!asked) {
    side_.drop();
    return std::unexpected(asked.error());
  }
  marked_ = *asked;
  return position_of(marked_);
}

bool PostgresSlot::passed(const std::string& mark) {
  const auto lsn = lsn_of(mark);
  return lsn && *lsn <= seen_;
}

// How much log the server keeps for us. Asked only while it speaks, so that nobody waits for it.
std::string PostgresSlot::lag() {
  const auto now = parts_.clock.steady_now();
  if (stream_ == nullptr || now - heard_at_ > kAskAfter) return {};
  if (lag_at_ && now - *lag_at_ < kLagEvery) return lag_;
  lag_at_ = now;
  lag_.clear();
  const auto asked = [&]() -> Result<void> {
    TRY(auto* connection, side_.get());
    TRY(const auto rows, connection->query("SELECT pg_size_pretty(greatest(0, pg_wal_lsn_diff("
                                           "pg_current_wal_lsn(), confirmed_flush_lsn))) "
                                           "FROM pg_replication_slots WHERE slot_name = " +
                                           connection->quoted(parts_.name)));
    TRY(const bool found, rows->next());
    if (found) lag_ = rows->text(0).value_or("");
    return {};
  }();
  if (!asked) side_.drop();
  return lag_;
}

}  // namespace chartbell
