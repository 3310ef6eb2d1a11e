#include "store/delivery_store.h"

#include <set>

#include "base/encoding.h"
#include "store/attempt_block.h"
#include "store/endpoint_event.h"
#include "store/rows.h"

namespace chartbell {
namespace {

std::string pack_seqs(EventSeq cursor, const std::vector<EventSeq>& seqs) {
  std::string out;
  auto last = cursor.value;
  for (const auto seq : seqs) {
    append_varint(out, static_cast<std::uint64_t>(seq.value - last));
    last = seq.value;
  }
  return out;
}

Result<std::vector<EventSeq>> unpack_seqs(EventSeq cursor, std::string_view packed) {
  std::vector<EventSeq> out;
  auto last = cursor.value;
  while (!packed.empty()) {
    const auto step = take_varint(packed);
    if (!step) return failure(Code::kCorrupt, "a lane's position is cut short");
    last += static_cast<std::int64_t>(*step);
    out.push_back({last});
  }
  return out;
}

Result<std::int64_t> last_block(SqliteDb& db) {
  TRY(const auto last, db.integer("SELECT max(id) FROM attempt_block"));
  return last.value_or(0);
}

// What a receiver answers may repeat what it was sent.
std::string sealed_excerpt(Sealer& sealer, const Attempt& attempt) {
  if (attempt.outcome.excerpt.empty()) return {};
  return sealer.seal(attempt.key.institution, attempt_record(attempt.key, attempt.at),
                     attempt.outcome.excerpt);
}

Result<void> put_failure(SqliteDb& db, Sealer& sealer, const Attempt& attempt) {
  const auto excerpt = sealed_excerpt(sealer, attempt);
  auto insert = db.prepare("INSERT OR REPLACE INTO failed_attempt VALUES (?,?,?,?,?,?,?,?,?,?)");
  insert.bind(attempt.key.institution.value)
      .bind(attempt.key.endpoint.value)
      .bind(attempt.key.seq.value)
      .bind(to_ms(attempt.at))
      .bind(std::int64_t{attempt.number})
      .bind(attempt.subscription.value)
      .bind(static_cast<std::int64_t>(attempt.outcome.result))
      .bind(std::int64_t{attempt.outcome.status})
      .bind(attempt.outcome.latency.count());
  return (excerpt.empty() ? insert.bind_null() : insert.bind_blob(excerpt)).run();
}

// What is told of an endpoint that was deleted meanwhile would stay for ever.
Result<void> put_lane(SqliteDb& db, const LanePosition& position) {
  const auto beyond = pack_seqs(position.cursor, position.settled_beyond);
  return db
      .prepare(
          "INSERT OR REPLACE INTO lane SELECT ?1,?2,?3,?4 WHERE EXISTS (SELECT 1 FROM endpoint "
          "WHERE id=?2)")
      .bind(position.lane.institution.value)
      .bind(position.lane.endpoint.value)
      .bind(position.cursor.value)
      .bind_blob(beyond)
      .run();
}

// Whenever it is due by now: somebody may have made it due by hand while it was in flight.
Result<void> delete_retry(SqliteDb& db, const DeliveryKey& key) {
  return db.prepare("DELETE FROM retry WHERE endpoint=? AND institution=? AND seq=?")
      .bind(key.endpoint.value)
      .bind(key.institution.value)
      .bind(key.seq.value)
      .run();
}

Result<void> put_held(SqliteDb& db, const DeliveryKey& key, ResourceId resource) {
  return db
      .prepare(
          "INSERT OR IGNORE INTO held SELECT ?1,?2,?3,?4 WHERE EXISTS (SELECT 1 FROM endpoint "
          "WHERE id=?1)")
      .bind(key.endpoint.value)
      .bind(key.institution.value)
      .bind(resource.value)
      .bind(key.seq.value)
      .run();
}

Result<void> put_retry(SqliteDb& db, const Retry& retry) {
  if (retry.holds_back != ResourceId()) TRY_DO(put_held(db, retry.key, retry.holds_back));
  return db
      .prepare(
          "INSERT OR REPLACE INTO retry SELECT ?1,?2,?3,?4,?5,?6,?7 WHERE EXISTS (SELECT 1 FROM "
          "endpoint WHERE id=?1)")
      .bind(retry.key.endpoint.value)
      .bind(to_ms(retry.due))
      .bind(retry.key.institution.value)
      .bind(retry.key.seq.value)
      .bind(std::int64_t{retry.attempts})
      .bind(to_ms(retry.first_at))
      .bind(retry.holds_back.value)
      .run();
}

// The next of its resource, if any, is due.
Result<void> release(SqliteDb& db, const Held& held, WallTime now) {
  TRY_DO(db.prepare("DELETE FROM held WHERE endpoint=? AND institution=? AND resource=? AND seq=?")
             .bind(held.key.endpoint.value)
             .bind(held.key.institution.value)
             .bind(held.resource.value)
             .bind(held.key.seq.value)
             .run());
  auto select = db.prepare(
      "SELECT seq FROM held WHERE endpoint=? AND institution=? AND resource=? ORDER BY seq LIMIT "
      "1");
  select.bind(held.key.endpoint.value).bind(held.key.institution.value).bind(held.resource.value);
  TRY(const bool found, select.step());
  if (!found) return {};
  return put_retry(db, {.key = {held.key.institution, held.key.endpoint, {select.integer(0)}},
                        .attempts = 0,
                        .first_at = now,
                        .due = now,
                        .holds_back = held.resource});
}

Result<void> put_dead_letter(SqliteDb& db, const Retry& retry, WallTime now) {
  return db
      .prepare(
          "INSERT OR REPLACE INTO dead_letter SELECT ?1,?2,?3,?4,?5 WHERE EXISTS (SELECT 1 FROM "
          "endpoint WHERE id=?1)")
      .bind(retry.key.endpoint.value)
      .bind(retry.key.institution.value)
      .bind(retry.key.seq.value)
      .bind(to_ms(now))
      .bind(std::int64_t{retry.attempts})
      .run();
}

Result<void> put_replay(SqliteDb& db, const ReplayPosition& position, WallTime now) {
  const auto beyond = pack_seqs(position.cursor, position.settled_beyond);
  return db
      .prepare(
          "UPDATE replay SET cursor=?, beyond=?, sent=?, failed=?, done_ms=? WHERE id=? AND "
          "done_ms IS NULL")
      .bind(position.cursor.value)
      .bind_blob(beyond)
      .bind(position.sent)
      .bind(position.failed)
      .bind(position.done ? std::optional(to_ms(now)) : std::nullopt)
      .bind(position.replay.value)
      .run();
}

Result<void> put_health(SqliteDb& db, const EndpointHealth& health, WallTime now) {
  std::optional<std::int64_t> since;
  if (health.failing_since) since = to_ms(*health.failing_since);
  TRY_DO(db.prepare("UPDATE endpoint SET failing_since_ms=?, warned=? WHERE id=?")
             .bind(since)
             .bind(std::int64_t{health.warned})
             .bind(health.endpoint.value)
             .run());
  if (!health.disabled()) return {};
  return db.prepare("UPDATE endpoint SET active=0, disabled_reason=?, updated_ms=? WHERE id=?")
      .bind(health.disabled_reason)
      .bind(to_ms(now))
      .bind(health.endpoint.value)
      .run();
}

Result<bool> was_warned(SqliteDb& db, EndpointId endpoint) {
  auto select = db.prepare("SELECT warned FROM endpoint WHERE id=?");
  TRY(const bool found, select.bind(endpoint.value).step());
  return found && select.integer(0) != 0;
}

Retry read_retry(const SqliteStatement& row, EndpointId endpoint) {
  return {.key = {{row.integer(1)}, endpoint, {row.integer(2)}},
          .attempts = static_cast<int>(row.integer(3)),
          .first_at = from_ms(row.integer(4)),
          .due = from_ms(row.integer(0)),
          .holds_back = {row.integer(5)}};
}

constexpr const char* kSinceCheckpoint =
    "SELECT at_ms, packed, id FROM attempt_block WHERE id>coalesce((SELECT value FROM setting "
    "WHERE name='checkpoint'),0) ORDER BY id";

// Calls `take` with each delivered attempt of a bound SELECT of at_ms, packed, ….
template <class Take>
Result<void> each_delivered(SqliteStatement& blocks, Take take) {
  while (true) {
    TRY(const bool more, blocks.step());
    if (!more) return {};
    TRY(const auto attempts, unpack_delivered(from_ms(blocks.integer(0)), blocks.blob(1)));
    for (const auto& attempt : attempts) take(attempt.key);
  }
}

}  // namespace

Result<Directory> SqliteDeliveryStore::directory(Shard of) {
  TRY(auto db, core_.reader());
  auto select_endpoints = db->prepare(kAllEndpoints);
  TRY(auto endpoints, read_endpoints(select_endpoints, core_.sealer(), of));
  auto select_subscriptions = db->prepare(kAllSubscriptions);
  TRY(auto subscriptions, read_subscriptions(select_subscriptions, of));
  return Directory(std::move(endpoints), std::move(subscriptions));
}

Result<std::vector<LanePosition>> SqliteDeliveryStore::lane_positions(Shard of) {
  TRY(auto db, core_.reader());
  auto select = db->prepare("SELECT institution, endpoint, cursor, beyond FROM lane");
  std::vector<LanePosition> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    if (!of.has({select.integer(1)})) continue;
    LanePosition position{.lane = {{select.integer(0)}, {select.integer(1)}},
                          .cursor = {select.integer(2)}};
    TRY(position.settled_beyond, unpack_seqs(position.cursor, select.blob(3)));
    out.push_back(std::move(position));
  }
}

Result<std::vector<DeliveryKey>> SqliteDeliveryStore::delivered_since_checkpoint(Shard of) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kSinceCheckpoint);
  std::vector<DeliveryKey> out;
  TRY_DO(each_delivered(select, [&](const DeliveryKey& key) {
    if (of.has(key.endpoint)) out.push_back(key);
  }));
  return out;
}

Result<void> SqliteDeliveryStore::load() {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kSinceCheckpoint);
  return each_delivered(select, [&](const DeliveryKey& key) {
    auto& first = unchecked_[Shard::of(key.endpoint, unchecked_.size())];
    if (!first) first = select.integer(2);
  });
}

Result<std::vector<OpenReplay>> SqliteDeliveryStore::open_replays(Shard of) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT id, endpoint, institution, from_seq, to_seq, topic, undelivered_only, cursor, "
      "beyond, "
      "sent, failed, created_ms FROM replay WHERE done_ms IS NULL ORDER BY id");
  std::vector<OpenReplay> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    if (!of.has({select.integer(1)})) continue;
    const auto topic = Topic::parse(select.text(5));
    if (!topic) return failure(Code::kCorrupt, "a replay of an unknown event");
    OpenReplay open{.replay = {.id = {select.integer(0)},
                               .endpoint = {select.integer(1)},
                               .institution = {select.integer(2)},
                               .after = {select.integer(3)},
                               .to = {select.integer(4)},
                               .topic = *topic,
                               .undelivered_only = select.integer(6) != 0,
                               .cursor = {select.integer(7)},
                               .sent = select.integer(9),
                               .failed = select.integer(10),
                               .created_at = from_ms(select.integer(11))},
                    .settled_beyond = {}};
    TRY(open.settled_beyond, unpack_seqs(open.replay.cursor, select.blob(8)));
    out.push_back(std::move(open));
  }
}

Result<std::vector<EventSeq>> SqliteDeliveryStore::delivered_of(const Replay& replay) {
  TRY(auto db, core_.reader());
  std::set<EventSeq> out;
  const auto add = [&](const DeliveryKey& key) {
    if (key.endpoint == replay.endpoint && key.institution == replay.institution &&
        key.seq > replay.after && key.seq <= replay.to)
      out.insert(key.seq);
  };
  // Nothing was delivered before its event was there; clocks may have been turned back a little.
  auto blocks = db->prepare(
      "SELECT at_ms, packed FROM attempt_block WHERE at_ms>=coalesce((SELECT time_ms FROM event "
      "WHERE institution=? AND seq=?),0)-3600000 ORDER BY at_ms");
  blocks.bind(replay.institution.value).bind(replay.after.value + 1);
  TRY_DO(each_delivered(blocks, add));
  auto waiting = db->prepare(
      "SELECT due_ms, institution, seq, attempts, first_ms, resource FROM retry WHERE endpoint=?");
  waiting.bind(replay.endpoint.value);
  while (true) {
    TRY(const bool row, waiting.step());
    if (!row) return std::vector<EventSeq>(out.begin(), out.end());
    add(read_retry(waiting, replay.endpoint).key);
  }
}

Result<std::vector<Retry>> SqliteDeliveryStore::retries(EndpointId endpoint, std::size_t limit) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT due_ms, institution, seq, attempts, first_ms, resource FROM retry WHERE endpoint=? "
      "ORDER BY due_ms, institution, seq LIMIT ?");
  select.bind(endpoint.value).bind(static_cast<std::int64_t>(limit));
  std::vector<Retry> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    out.push_back(read_retry(select, endpoint));
  }
}

// From one endpoint to the next through the index: millions of retries cost nothing here.
Result<std::vector<std::pair<EndpointId, WallTime>>> SqliteDeliveryStore::first_dues(Shard of) {
  TRY(auto db, core_.reader());
  std::vector<std::pair<EndpointId, WallTime>> out;
  EndpointId last{-1};
  while (true) {
    auto select = db->prepare(
        "SELECT endpoint, due_ms FROM retry WHERE endpoint>? ORDER BY endpoint, due_ms LIMIT 1");
    TRY(const bool found, select.bind(last.value).step());
    if (!found) return out;
    last = {select.integer(0)};
    if (of.has(last)) out.emplace_back(last, from_ms(select.integer(1)));
  }
}

Result<std::vector<HeldBack>> SqliteDeliveryStore::held_back(Shard of) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT institution, endpoint, resource, count(*) FROM held GROUP BY endpoint, institution, "
      "resource");
  std::vector<HeldBack> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    if (!of.has({select.integer(1)})) continue;
    out.push_back({{{select.integer(0)}, {select.integer(1)}},
                   {select.integer(2)},
                   static_cast<std::size_t>(select.integer(3))});
  }
}

Result<void> SqliteDeliveryStore::put_successes(SqliteDb& db, const Settlement& settlement) {
  const auto block = pack_delivered(settlement.attempts);
  if (block.count == 0) return {};
  TRY_DO(db.prepare("INSERT INTO attempt_block(at_ms, attempts, packed) VALUES (?,?,?)")
             .bind(to_ms(block.at))
             .bind(block.count)
             .bind_blob(block.packed)
             .run());
  auto& unchecked = unchecked_[settlement.shard];
  if (unchecked) return {};
  TRY(unchecked, last_block(db));
  return {};
}

// What was delivered up to there is in the lanes' positions, whosever they are.
Result<void> SqliteDeliveryStore::put_checkpoint(SqliteDb& db, std::size_t shard) {
  unchecked_[shard].reset();
  TRY(auto checked, last_block(db));
  for (const auto& first : unchecked_)
    if (first) checked = std::min(checked, *first - 1);
  return db.prepare("INSERT OR REPLACE INTO setting VALUES ('checkpoint',?)").bind(checked).run();
}

Result<std::vector<InstitutionId>> SqliteDeliveryStore::tell_operators(
    SqliteDb& db, const std::vector<EndpointHealth>& health) {
  const auto now = core_.clock().now();
  std::vector<InstitutionId> out;
  for (const auto& one : health) {
    TRY(const bool warned, was_warned(db, one.endpoint));
    TRY_DO(put_health(db, one, now));
    const bool warns = one.warned && !warned && !one.disabled();
    if (!warns && !one.disabled()) continue;
    TRY(const auto grown,
        append_endpoint_event(db, log_, one.endpoint,
                              warns ? "webhook_endpoint_failing" : "webhook_endpoint_disabled",
                              now));
    out.insert(out.end(), grown.begin(), grown.end());
  }
  return out;
}

Result<std::vector<InstitutionId>> SqliteDeliveryStore::apply(SqliteDb& db,
                                                              const Settlement& settlement) {
  const auto now = core_.clock().now();
  TRY_DO(put_successes(db, settlement));
  for (const auto& attempt : settlement.attempts)
    if (attempt.outcome.result != OutcomeClass::kDelivered)
      TRY_DO(put_failure(db, core_.sealer(), attempt));
  for (const auto& position : settlement.lanes) TRY_DO(put_lane(db, position));
  for (const auto& position : settlement.replays) TRY_DO(put_replay(db, position, now));
  for (const auto& retry : settlement.retries_done) TRY_DO(delete_retry(db, retry.key));
  for (const auto& retry : settlement.retries_new) TRY_DO(put_retry(db, retry));
  for (const auto& held : settlement.held_new) TRY_DO(put_held(db, held.key, held.resource));
  for (const auto& held : settlement.released) TRY_DO(release(db, held, now));
  for (const auto& retry : settlement.dead) TRY_DO(put_dead_letter(db, retry, now));
  if (settlement.checkpoint) TRY_DO(put_checkpoint(db, settlement.shard));
  return tell_operators(db, settlement.health);
}

void SqliteDeliveryStore::settle(Settlement settlement, std::function<void(Result<void>)> done) {
  struct Work {
    Settlement settlement;
    std::vector<InstitutionId> grown;
  };
  const auto work = std::make_shared<Work>(Work{std::move(settlement), {}});
  core_.write_async(
      [this, work](SqliteDb& db) -> Result<void> {
        TRY(work->grown, apply(db, work->settlement));
        return {};
      },
      [this, work, done = std::move(done)](Result<void> result) {
        if (result)
          for (const auto institution : work->grown) log_.committed(institution);
        done(std::move(result));
      },
      StoreCore::Urgency::kSoon);
}

}  // namespace chartbell
