#include "store/replay_book.h"

namespace chartbell {
namespace {

std::unexpected<Error> no_replay() {
  return failure(Code::kNotFound, "Replay not found");
}

Result<Replay> read_replay(const SqliteStatement& row) {
  const auto topic = Topic::parse(row.text(5));
  if (!topic) return failure(Code::kCorrupt, "a replay of an unknown event");
  Replay out{.id = {row.integer(0)},
             .endpoint = {row.integer(1)},
             .institution = {row.integer(2)},
             .after = {row.integer(3)},
             .to = {row.integer(4)},
             .topic = *topic,
             .undelivered_only = row.integer(6) != 0,
             .cursor = {row.integer(7)},
             .sent = row.integer(8),
             .failed = row.integer(9),
             .created_at = from_ms(row.integer(10)),
             .cancelled = row.integer(12) != 0};
  if (const auto done = row.maybe_integer(11)) out.done_at = from_ms(*done);
  return out;
}

Result<void> may_be_made(SqliteDb& db, EndpointId endpoint) {
  auto exists = db.prepare("SELECT 1 FROM endpoint WHERE id=?");
  TRY(const bool found, exists.bind(endpoint.value).step());
  if (!found) return failure(Code::kNotFound, "Endpoint not found");
  auto open = db.prepare("SELECT count(*) FROM replay WHERE endpoint=? AND done_ms IS NULL");
  TRY_DO(open.bind(endpoint.value).step());
  if (open.integer(0) < static_cast<std::int64_t>(kOpenReplaysMax)) return {};
  return failure(Code::kConflict, "The endpoint has " + std::to_string(kOpenReplaysMax) +
                                      " open replays; let one end or cancel it");
}

}  // namespace

Result<void> SqliteReplayBook::change(StoreCore::Change change) {
  return core_.write(
      [&](SqliteDb& db) -> Result<void> {
        TRY_DO(change(db));
        version_.begin_change();
        return {};
      },
      [&] { version_.end_change(); });
}

Result<Replay> SqliteReplayBook::create(const NewReplay& replay) {
  ReplayId id;
  TRY_DO(change([&](SqliteDb& db) -> Result<void> {
    TRY_DO(may_be_made(db, replay.endpoint));
    const auto now = to_ms(core_.clock().now());
    const bool empty = replay.after >= replay.to;
    const auto topic = replay.topic.text();
    TRY_DO(db.prepare("INSERT INTO replay(endpoint,institution,from_seq,to_seq,topic,"
                      "undelivered_only,cursor,beyond,sent,failed,created_ms,done_ms) "
                      "VALUES (?,?,?,?,?,?,?,x'',0,0,?,?)")
               .bind(replay.endpoint.value)
               .bind(replay.institution.value)
               .bind(replay.after.value)
               .bind(replay.to.value)
               .bind(topic)
               .bind(std::int64_t{replay.undelivered_only})
               .bind(replay.after.value)
               .bind(now)
               .bind(empty ? std::optional(now) : std::nullopt)
               .run());
    TRY(const auto rowid, db.integer("SELECT last_insert_rowid()"));
    id = {*rowid};
    return {};
  }));
  return this->replay(id);
}

Result<Page<Replay, ReplayId>> SqliteReplayBook::of_endpoint(EndpointId endpoint,
                                                             std::optional<ReplayId> after,
                                                             std::size_t limit) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT id, endpoint, institution, from_seq, to_seq, topic, undelivered_only, cursor, sent, "
      "failed, created_ms, done_ms, cancelled FROM replay WHERE endpoint=? AND id<? "
      "ORDER BY id DESC");
  select.bind(endpoint.value).bind(after ? after->value : INT64_MAX);
  Page<Replay, ReplayId> out;
  while (true) {
    TRY(const bool found, select.step());
    if (!found) return out;
    if (out.rows.size() == limit) break;
    TRY(auto replay, read_replay(select));
    out.rows.push_back(std::move(replay));
  }
  out.next = out.rows.back().id;
  return out;
}

Result<Replay> SqliteReplayBook::replay(ReplayId id) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT id, endpoint, institution, from_seq, to_seq, topic, undelivered_only, cursor, sent, "
      "failed, created_ms, done_ms, cancelled FROM replay WHERE id=?");
  TRY(const bool found, select.bind(id.value).step());
  if (!found) return no_replay();
  return read_replay(select);
}

Result<Replay> SqliteReplayBook::cancel(ReplayId id) {
  TRY_DO(replay(id));
  TRY_DO(change([&](SqliteDb& db) {
    return db.prepare("UPDATE replay SET cancelled=1, done_ms=? WHERE id=? AND done_ms IS NULL")
        .bind(to_ms(core_.clock().now()))
        .bind(id.value)
        .run();
  }));
  return replay(id);
}

}  // namespace chartbell
