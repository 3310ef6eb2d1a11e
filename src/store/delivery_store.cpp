#include "store/delivery_store.h"

#include "base/encoding.h"
#include "store/rows.h"

namespace chartbell {
namespace {

std::string pack_beyond(const LanePosition& position) {
  std::string out;
  auto last = position.cursor.value;
  for (const auto seq : position.settled_beyond) {
    append_varint(out, static_cast<std::uint64_t>(seq.value - last));
    last = seq.value;
  }
  return out;
}

Result<std::vector<EventSeq>> unpack_beyond(EventSeq cursor, std::string_view packed) {
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

void append_number(std::string& out, std::int64_t value) {
  append_varint(out, static_cast<std::uint64_t>(value));
}

// One record of an attempt block (docs/formats.md); times relative to the block's.
void pack_attempt(std::string& out, const Attempt& attempt, WallTime block_at) {
  append_number(out, attempt.key.institution.value);
  append_number(out, attempt.key.endpoint.value);
  append_number(out, attempt.key.seq.value);
  append_number(out, attempt.subscription.value);
  append_number(out, attempt.number);
  append_number(out, to_ms(attempt.at) - to_ms(block_at));
  append_number(out, attempt.outcome.status);
  append_number(out, attempt.outcome.latency.count());
}

Result<void> put_successes(SqliteDb& db, const std::vector<Attempt>& attempts) {
  std::string packed;
  std::int64_t count = 0;
  WallTime block_at = WallTime::max();
  for (const auto& attempt : attempts) block_at = std::min(block_at, attempt.at);
  for (const auto& attempt : attempts) {
    if (attempt.outcome.result != OutcomeClass::kDelivered) continue;
    pack_attempt(packed, attempt, block_at);
    ++count;
  }
  if (count == 0) return {};
  return db.prepare("INSERT INTO attempt_block(at_ms, attempts, packed) VALUES (?,?,?)")
      .bind(to_ms(block_at))
      .bind(count)
      .bind_blob(packed)
      .run();
}

// What a receiver answers may repeat what it was sent.
std::string sealed_excerpt(Sealer& sealer, const Attempt& attempt) {
  if (attempt.outcome.excerpt.empty()) return {};
  const auto& key = attempt.key;
  return sealer.seal(key.institution,
                     "attempt/" + to_string(key.institution) + "/" + to_string(key.endpoint) + "/" +
                         to_string(key.seq) + "/" + std::to_string(to_ms(attempt.at)),
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

Result<void> put_lane(SqliteDb& db, const LanePosition& position) {
  const auto beyond = pack_beyond(position);
  return db.prepare("INSERT OR REPLACE INTO lane VALUES (?,?,?,?)")
      .bind(position.lane.first.value)
      .bind(position.lane.second.value)
      .bind(position.cursor.value)
      .bind_blob(beyond)
      .run();
}

Result<void> delete_retry(SqliteDb& db, const Retry& retry) {
  return db.prepare("DELETE FROM retry WHERE due_ms=? AND institution=? AND endpoint=? AND seq=?")
      .bind(to_ms(retry.due))
      .bind(retry.key.institution.value)
      .bind(retry.key.endpoint.value)
      .bind(retry.key.seq.value)
      .run();
}

// A retry parked for an endpoint that has been turned on meanwhile is due at once: nobody else
// would wake it.
Result<WallTime> due_of(SqliteDb& db, const Retry& retry, WallTime now) {
  if (retry.due != kParked) return retry.due;
  auto select = db.prepare("SELECT active FROM endpoint WHERE id=?");
  TRY(const bool found, select.bind(retry.key.endpoint.value).step());
  return found && select.integer(0) != 0 ? now : kParked;
}

Result<void> put_retry(SqliteDb& db, const Retry& retry, WallTime now) {
  TRY(const auto due, due_of(db, retry, now));
  return db
      .prepare(
          "INSERT OR REPLACE INTO "
          "retry(due_ms,institution,endpoint,seq,attempts,first_ms,resource) "
          "VALUES (?,?,?,?,?,?,0)")
      .bind(to_ms(due))
      .bind(retry.key.institution.value)
      .bind(retry.key.endpoint.value)
      .bind(retry.key.seq.value)
      .bind(std::int64_t{retry.attempts})
      .bind(to_ms(retry.first_at))
      .run();
}

Result<void> put_health(SqliteDb& db, const EndpointHealth& health, WallTime now) {
  std::optional<std::int64_t> since;
  if (health.failing_since) since = to_ms(*health.failing_since);
  TRY_DO(db.prepare("UPDATE endpoint SET failing_since_ms=? WHERE id=?")
             .bind(since)
             .bind(health.endpoint.value)
             .run());
  if (!health.disabled) return {};
  return db.prepare("UPDATE endpoint SET active=0, updated_ms=? WHERE id=?")
      .bind(to_ms(now))
      .bind(health.endpoint.value)
      .run();
}

}  // namespace

Result<Directory> SqliteDeliveryStore::directory() {
  TRY(auto db, core_.reader());
  auto select_endpoints = db->prepare(kAllEndpoints);
  TRY(auto endpoints, read_endpoints(select_endpoints, core_.sealer()));
  auto select_subscriptions = db->prepare(kAllSubscriptions);
  TRY(auto subscriptions, read_subscriptions(select_subscriptions));
  return Directory(std::move(endpoints), std::move(subscriptions));
}

Result<std::vector<LanePosition>> SqliteDeliveryStore::lane_positions() {
  TRY(auto db, core_.reader());
  auto select = db->prepare("SELECT institution, endpoint, cursor, beyond FROM lane");
  std::vector<LanePosition> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    LanePosition position{.lane = {{select.integer(0)}, {select.integer(1)}},
                          .cursor = {select.integer(2)}};
    TRY(position.settled_beyond, unpack_beyond(position.cursor, select.blob(3)));
    out.push_back(std::move(position));
  }
}

Result<std::vector<Retry>> SqliteDeliveryStore::due_retries(WallTime now, std::size_t limit) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT due_ms, institution, endpoint, seq, attempts, first_ms FROM retry WHERE due_ms<=? "
      "ORDER BY due_ms, institution, endpoint, seq LIMIT ?");
  select.bind(to_ms(now)).bind(static_cast<std::int64_t>(limit));
  std::vector<Retry> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    out.push_back({.key = {{select.integer(1)}, {select.integer(2)}, {select.integer(3)}},
                   .attempts = static_cast<int>(select.integer(4)),
                   .first_at = from_ms(select.integer(5)),
                   .due = from_ms(select.integer(0))});
  }
}

void SqliteDeliveryStore::settle(Settlement settlement, std::function<void(Result<void>)> done) {
  auto shared = std::make_shared<Settlement>(std::move(settlement));
  core_.write_async(
      [this, shared](SqliteDb& db) -> Result<void> {
        const auto now = core_.clock().now();
        TRY_DO(put_successes(db, shared->attempts));
        for (const auto& attempt : shared->attempts)
          if (attempt.outcome.result != OutcomeClass::kDelivered)
            TRY_DO(put_failure(db, core_.sealer(), attempt));
        for (const auto& position : shared->lanes) TRY_DO(put_lane(db, position));
        for (const auto& health : shared->health) TRY_DO(put_health(db, health, now));
        for (const auto& retry : shared->retries_done) TRY_DO(delete_retry(db, retry));
        for (const auto& retry : shared->retries_new) TRY_DO(put_retry(db, retry, now));
        return {};
      },
      std::move(done));
}

}  // namespace chartbell
