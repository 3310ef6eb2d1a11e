#include "store/delivery_book.h"

#include <algorithm>

#include "store/delivery_state.h"
#include "store/rows.h"

namespace chartbell {
namespace {

constexpr std::int64_t kCountMax = 10'000;
// A gap up to this is looked at event by event; a longer one counts whole.
constexpr std::int64_t kBacklogLookMax = 2'000;
constexpr std::int64_t kChunk = 5'000;
constexpr int kLooksMax = 4;

Result<Count> counted(SqliteStatement select) {
  TRY_DO(select.step());
  const auto found = select.integer(0);
  return Count{.value = std::min(found, kCountMax), .more = found > kCountMax};
}

Result<Directory> directory_of(SqliteDb& db, const Sealer& sealer, AccountId account,
                               InstitutionId institution) {
  auto endpoints = db.prepare(kEndpointsOfAccount);
  TRY(auto held, read_endpoints(endpoints.bind(account.value), sealer));
  auto subscriptions = db.prepare(kSubscriptionsOfAccount);
  TRY(auto rows, read_subscriptions(subscriptions.bind(institution.value).bind(account.value)));
  return Directory(std::move(held), std::move(rows));
}

Result<std::vector<EndpointId>> endpoints_of(SqliteDb& db, AccountId account) {
  auto select = db.prepare("SELECT id FROM endpoint WHERE account=? ORDER BY id");
  select.bind(account.value);
  std::vector<EndpointId> out;
  while (true) {
    TRY(const bool found, select.step());
    if (!found) return out;
    out.push_back({select.integer(0)});
  }
}

DeliveryKey key_of(const Event& event, EndpointId endpoint) {
  return {event.institution, endpoint, event.seq};
}

// Nothing for what was never owed.
Result<std::optional<DeliveryState>> state_of(SqliteDb& db, const Directory& directory,
                                              const Event& event, Delivery& delivery) {
  const auto key = key_of(event, delivery.endpoint);
  TRY(const auto retry, retry_row(db, key));
  if (retry) {
    delivery.next_attempt_at = retry->due;
    return std::optional(DeliveryState::kRetrying);
  }
  TRY(const bool held, is_held(db, key, event.content.resource));
  if (held) return std::optional(DeliveryState::kHeld);
  const auto& attempts = delivery.attempts;
  const bool delivered =
      !attempts.empty() && attempts.front().outcome.result == OutcomeClass::kDelivered;
  TRY(const auto dead, dead_letter_at(db, key));
  if (dead && !(delivered && attempts.front().at > *dead))
    return std::optional(DeliveryState::kDead);
  if (delivered) return std::optional(DeliveryState::kDelivered);
  if (directory.owed(delivery.endpoint, event) == nullptr)
    return attempts.empty() ? std::nullopt : std::optional(DeliveryState::kPending);
  TRY(const auto mark, lane_mark(db, event.institution, delivery.endpoint));
  return std::optional(mark && mark->settled(event.seq) ? DeliveryState::kDelivered
                                                        : DeliveryState::kPending);
}

Result<void> add_successes(AttemptReader& reader, const Event& event,
                           std::vector<Delivery>& deliveries) {
  // At first where successes are when all goes well, then behind the last failure of each.
  std::set<EndpointId> missing;
  for (const auto& delivery : deliveries) missing.insert(delivery.endpoint);
  const auto look = [&](const std::set<EndpointId>& endpoints, WallTime from) -> Result<void> {
    TRY(auto found, reader.successes(event.institution, event.seq, endpoints, from));
    for (auto& attempt : found) {
      missing.erase(attempt.key.endpoint);
      auto& attempts =
          std::ranges::find(deliveries, attempt.key.endpoint, &Delivery::endpoint)->attempts;
      attempts.push_back(std::move(attempt));
      sort_by_time(attempts);
    }
    return {};
  };
  TRY_DO(look(missing, event.content.time));
  int looks = 0;
  for (const auto& delivery : deliveries)
    if (!delivery.attempts.empty() && missing.contains(delivery.endpoint) && looks++ < kLooksMax)
      TRY_DO(look({delivery.endpoint}, delivery.attempts.front().at));
  return {};
}

}  // namespace

Result<std::vector<Delivery>> SqliteDeliveryBook::deliveries_of(AccountId account,
                                                                const Event& event) {
  TRY(auto db, core_.reader());
  TRY(const auto directory, directory_of(*db, core_.sealer(), account, event.institution));
  TRY(const auto endpoints, endpoints_of(*db, account));
  std::vector<Delivery> deliveries;
  AttemptReader reader(*db, core_.sealer());
  for (const auto endpoint : endpoints) {
    TRY(auto failures, reader.failures(key_of(event, endpoint)));
    deliveries.push_back({.endpoint = endpoint, .attempts = std::move(failures)});
  }
  TRY_DO(add_successes(reader, event, deliveries));
  std::vector<Delivery> out;
  for (auto& delivery : deliveries) {
    TRY(const auto state, state_of(*db, directory, event, delivery));
    if (!state) continue;
    delivery.state = *state;
    out.push_back(std::move(delivery));
  }
  return out;
}

Result<Page<Attempt, AttemptPosition>> SqliteDeliveryBook::attempts(const AttemptQuery& query) {
  TRY(auto db, core_.reader());
  return AttemptReader(*db, core_.sealer()).page(query);
}

Result<Page<WaitingRetry, WaitingRetry>> SqliteDeliveryBook::retries(
    EndpointId endpoint, const std::optional<WaitingRetry>& after, std::size_t limit) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT due_ms, institution, seq, attempts, first_ms FROM retry "
      "WHERE endpoint=? AND (due_ms,institution,seq)>(?,?,?) ORDER BY due_ms, institution, seq");
  select.bind(endpoint.value)
      .bind(after ? to_ms(after->due) : -1)
      .bind(after ? after->key.institution.value : 0)
      .bind(after ? after->key.seq.value : 0);
  Page<WaitingRetry, WaitingRetry> out;
  while (true) {
    TRY(const bool found, select.step());
    if (!found) return out;
    if (out.rows.size() == limit) break;
    out.rows.push_back({.key = {{select.integer(1)}, endpoint, {select.integer(2)}},
                        .attempts = static_cast<int>(select.integer(3)),
                        .first_at = from_ms(select.integer(4)),
                        .due = from_ms(select.integer(0))});
  }
  out.next = out.rows.back();
  return out;
}

Result<Page<DeadLetter, DeadLetter>> SqliteDeliveryBook::dead_letters(
    EndpointId endpoint, const std::optional<DeadLetter>& after, std::size_t limit) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT institution, seq, attempts, at_ms FROM dead_letter "
      "WHERE endpoint=? AND (institution,seq)>(?,?) ORDER BY institution, seq");
  select.bind(endpoint.value)
      .bind(after ? after->key.institution.value : 0)
      .bind(after ? after->key.seq.value : 0);
  Page<DeadLetter, DeadLetter> out;
  while (true) {
    TRY(const bool found, select.step());
    if (!found) return out;
    if (out.rows.size() == limit) break;
    out.rows.push_back({.key = {{select.integer(0)}, endpoint, {select.integer(1)}},
                        .attempts = static_cast<int>(select.integer(2)),
                        .at = from_ms(select.integer(3))});
  }
  out.next = out.rows.back();
  return out;
}

Result<void> SqliteDeliveryBook::add_backlog(SqliteDb& db, const Endpoint& endpoint, Waiting& out) {
  auto select = db.prepare(kSubscriptionsOfEndpoint);
  TRY(auto rows, read_subscriptions(select.bind(endpoint.id.value)));
  const Directory directory({endpoint}, std::move(rows));
  auto looks = kBacklogLookMax;
  for (const auto& [institution, id] : directory.lanes()) {
    TRY(auto mark, lane_mark(db, institution, id));
    if (!mark) mark = LaneMark{.cursor = directory.first_owed(institution, id)};
    const auto gap = log_.head(institution).value - mark->cursor.value;
    if (gap > looks) out.backlog += gap - static_cast<std::int64_t>(mark->beyond.size());
    auto events = db.prepare(
        "SELECT seq, event_name, resource, location, time_ms FROM event WHERE institution=? AND "
        "seq>? ORDER BY seq LIMIT ?");
    events.bind(institution.value).bind(mark->cursor.value).bind(std::min(gap, looks));
    while (true) {
      TRY(const bool found, events.step());
      if (!found) break;
      TRY(auto row, read_event_row(events, institution));
      const Event event{.institution = institution,
                        .seq = row.seq,
                        .content = {.row = row.row,
                                    .event_name = std::move(row.event_name),
                                    .resource = row.resource,
                                    .location = row.location,
                                    .time = row.time}};
      if (mark->settled(event.seq) || directory.owed(id, event) == nullptr) continue;
      out.oldest_at = std::min(out.oldest_at.value_or(row.time), row.time);
      if (gap > looks) break;
      ++out.backlog;
    }
    looks -= std::min(gap, looks);
  }
  return {};
}

Result<Waiting> SqliteDeliveryBook::waiting(const Endpoint& endpoint) {
  TRY(auto db, core_.reader());
  Waiting out;
  TRY_DO(add_backlog(*db, endpoint, out));
  auto retries = db->prepare("SELECT count(*) FROM (SELECT 1 FROM retry WHERE endpoint=? LIMIT ?)");
  TRY(out.retries, counted(std::move(retries.bind(endpoint.id.value).bind(kCountMax + 1))));
  auto dead =
      db->prepare("SELECT count(*) FROM (SELECT 1 FROM dead_letter WHERE endpoint=? LIMIT ?)");
  TRY(out.dead_letters, counted(std::move(dead.bind(endpoint.id.value).bind(kCountMax + 1))));
  auto first = db->prepare(
      "SELECT min(first_ms) FROM (SELECT first_ms FROM retry WHERE endpoint=? "
      "LIMIT ?)");
  TRY_DO(first.bind(endpoint.id.value).bind(kCountMax).step());
  if (const auto ms = first.maybe_integer(0))
    out.oldest_at = std::min(out.oldest_at.value_or(from_ms(*ms)), from_ms(*ms));
  return out;
}

// ---- retries by hand ----------------------------------------------------------------------------

namespace {

Result<void> put_due(SqliteDb& db, const DeliveryKey& key, ResourceId resource, std::int64_t now) {
  return db.prepare("INSERT OR REPLACE INTO retry VALUES (?,?,?,?,0,?,?)")
      .bind(key.endpoint.value)
      .bind(now)
      .bind(key.institution.value)
      .bind(key.seq.value)
      .bind(now)
      .bind(resource.value)
      .run();
}

Result<void> remove_retry(SqliteDb& db, const DeliveryKey& key) {
  return db.prepare("DELETE FROM retry WHERE endpoint=? AND institution=? AND seq=?")
      .bind(key.endpoint.value)
      .bind(key.institution.value)
      .bind(key.seq.value)
      .run();
}

Result<void> remove_dead_letter(SqliteDb& db, const DeliveryKey& key) {
  return db.prepare("DELETE FROM dead_letter WHERE endpoint=? AND institution=? AND seq=?")
      .bind(key.endpoint.value)
      .bind(key.institution.value)
      .bind(key.seq.value)
      .run();
}

// kPending where its lane has not come to it: then it comes by itself.
Result<DeliveryState> retry_in(SqliteDb& db, const Directory& owed, const Event& event,
                               const DeliveryKey& key, std::int64_t now) {
  TRY(const auto waits, retry_row(db, key));
  if (!waits) {
    TRY(const bool held, is_held(db, key, event.content.resource));
    if (held) return DeliveryState::kHeld;
    TRY(const auto mark, lane_mark(db, key.institution, key.endpoint));
    const bool settled = mark && mark->settled(key.seq);
    if (!settled && owed.owed(key.endpoint, event) != nullptr) return DeliveryState::kPending;
  }
  TRY_DO(remove_retry(db, key));
  TRY_DO(remove_dead_letter(db, key));
  TRY_DO(put_due(db, key, waits ? waits->resource : ResourceId(), now));
  return DeliveryState::kRetrying;
}

}  // namespace

Result<DeliveryState> SqliteDeliveryBook::retry(const Endpoint& endpoint, const Event& event) {
  auto state = DeliveryState::kPending;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    auto select = db.prepare(kSubscriptionsOfEndpoint);
    TRY(const auto rows, read_subscriptions(select.bind(endpoint.id.value)));
    if (covering({endpoint}, rows).owed(endpoint.id, event) == nullptr)
      return failure(Code::kInvalid, "The endpoint has no subscription to such an event");
    TRY(state, retry_in(db, Directory({endpoint}, rows), event, key_of(event, endpoint.id),
                        to_ms(core_.clock().now())));
    return {};
  }));
  if (state == DeliveryState::kRetrying) retries_changed_(endpoint.id);
  return state;
}

namespace {

// A way through one of the two tables in the order of the log.
struct Walk {
  EndpointId endpoint;
  WallTime since;
  std::int64_t institution = 0;
  std::int64_t seq = 0;
  std::int64_t count = 0;
  bool done = false;
};

// The next rows of `select`: institution, seq, time, resource.
Result<std::vector<std::pair<DeliveryKey, ResourceId>>> next_chunk(SqliteStatement select,
                                                                   Walk& walk) {
  std::vector<std::pair<DeliveryKey, ResourceId>> out;
  select.bind(walk.endpoint.value).bind(walk.institution).bind(walk.seq).bind(kChunk);
  for (std::int64_t seen = 0;; ++seen) {
    TRY(const bool found, select.step());
    if (!found) {
      walk.done = seen < kChunk;
      walk.count += static_cast<std::int64_t>(out.size());
      return out;
    }
    walk.institution = select.integer(0);
    walk.seq = select.integer(1);
    if (from_ms(select.integer(2)) >= walk.since)
      out.emplace_back(DeliveryKey{{walk.institution}, walk.endpoint, {walk.seq}},
                       ResourceId{select.integer(3)});
  }
}

Result<void> make_due(SqliteDb& db, SqliteStatement select, Walk& walk, std::int64_t now) {
  TRY(const auto chunk, next_chunk(std::move(select), walk));
  for (const auto& [key, resource] : chunk) {
    TRY_DO(remove_retry(db, key));
    TRY_DO(remove_dead_letter(db, key));
    TRY_DO(put_due(db, key, resource, now));
  }
  return {};
}

}  // namespace

struct SqliteDeliveryBook::Run {
  StoreCore& core;
  RetriesChanged retries_changed;
  std::shared_ptr<std::atomic<bool>> alive;
  Walk retries;
  Walk dead_letters;
  std::function<void(Result<std::int64_t>)> done;

  std::int64_t count() const { return retries.count + dead_letters.count; }

  Result<void> step(SqliteDb& db) {
    const auto now = to_ms(core.clock().now());
    // In the order of the log, which becoming due does not change.
    if (!retries.done)
      return make_due(db,
                      db.prepare("SELECT institution, seq, first_ms, resource FROM retry INDEXED "
                                 "BY retry_event WHERE endpoint=? AND (institution,seq)>(?,?) "
                                 "ORDER BY institution, seq LIMIT ?"),
                      retries, now);
    return make_due(db,
                    db.prepare("SELECT institution, seq, at_ms, 0 FROM dead_letter WHERE "
                               "endpoint=? AND (institution,seq)>(?,?) "
                               "ORDER BY institution, seq LIMIT ?"),
                    dead_letters, now);
  }
};

SqliteDeliveryBook::~SqliteDeliveryBook() {
  *alive_ = false;
  core_.drain();
}

void SqliteDeliveryBook::go_on(const std::shared_ptr<Run>& run) {
  run->core.write_async([run](SqliteDb& db) { return run->step(db); },
                        [run](Result<void> written) {
                          if (!*run->alive) return;
                          if (!written) return run->done(std::unexpected(written.error()));
                          if (!run->dead_letters.done) return go_on(run);
                          if (run->count() > 0) run->retries_changed(run->retries.endpoint);
                          run->done(run->count());
                        });
}

void SqliteDeliveryBook::retry_failed(EndpointId endpoint, WallTime since,
                                      std::function<void(Result<std::int64_t>)> done) {
  go_on(std::make_shared<Run>(Run{.core = core_,
                                  .retries_changed = retries_changed_,
                                  .alive = alive_,
                                  .retries = {.endpoint = endpoint, .since = since},
                                  .dead_letters = {.endpoint = endpoint, .since = since},
                                  .done = std::move(done)}));
}

}  // namespace chartbell
