#include "store/resource_store.h"

#include <algorithm>

#include "store/booking_list.h"

namespace chartbell {
namespace {

std::int64_t number(ResourceKind kind) {
  return static_cast<std::int64_t>(kind);
}

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest digest_of(const std::string& blob) {
  Digest out{};
  std::copy_n(blob.begin(), std::min(blob.size(), out.size()), out.begin());
  return out;
}

// Below every key and above every key: integers sort before texts, and blobs after them.
constexpr std::int64_t kLeast = INT64_MIN;

KnownResource read_known(const SqliteStatement& row) {
  return {.key = row.key(0),
          .id = {row.integer(1)},
          .presence = static_cast<Presence>(row.integer(2)),
          .digest = digest_of(row.blob(3))};
}

struct PreparedWrite {
  DetectedBatch::Write write;
  std::string sealed;
  RecordEntry entry;
};

RecordEntry entry_of(SourceRef source, const DetectedBatch::Write& write,
                     const SearchWords& words) {
  const auto& held = write.resource;
  const bool gone = held.known.presence == Presence::kGone;
  RecordEntry out{.institution = source.institution,
                  .kind = write.kind,
                  .id = held.known.id,
                  .source = source.source,
                  .location = held.location,
                  .created_at = held.created_at,
                  .updated_at = held.updated_at,
                  .flags = gone ? static_cast<std::int64_t>(RecordFlag::kGone) : 0};
  read_document(out, held.document, words);
  return out;
}

Result<void> put(SqliteDb& db, SourceRef source, const PreparedWrite& prepared) {
  const auto& [kind, held] = prepared.write;
  const auto& known = held.known;
  const bool bare = known.presence == Presence::kReferenced;
  // A reference never overwrites what is known already.
  TRY_DO(db.prepare("INSERT INTO resource VALUES (?,?,?,?,?,?,?,?) "
                    "ON CONFLICT DO UPDATE SET presence=excluded.presence, digest=excluded.digest "
                    "WHERE excluded.presence<>0")
             .bind(source.institution.value)
             .bind(source.source.value)
             .bind(number(kind))
             .bind_key(known.key)
             .bind(known.id.value)
             .bind(static_cast<std::int64_t>(known.presence))
             .bind_blob(bytes_of(known.digest))
             .bind(to_ms(held.created_at))
             .run());
  auto insert = db.prepare(
      "INSERT INTO state VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
      "location=excluded.location, updated_ms=excluded.updated_ms, "
      "sealed_document=excluded.sealed_document WHERE excluded.sealed_document IS NOT NULL");
  insert.bind(source.institution.value)
      .bind(known.id.value)
      .bind(source.source.value)
      .bind(number(kind))
      .bind_key(known.key)
      .bind(held.location.value)
      .bind(to_ms(held.updated_at));
  if (bare) return insert.bind_null().run();
  TRY_DO(insert.bind_blob(prepared.sealed).run());
  return put_entry(db, prepared.entry);
}

Result<void> put_pass(SqliteDb& db, SourceRef source, ResourceKind kind, const PassState& state) {
  return db.prepare("INSERT OR REPLACE INTO pass VALUES (?,?,?,?,?)")
      .bind(source.institution.value)
      .bind(source.source.value)
      .bind(number(kind))
      .bind(std::int64_t{state.baseline_done})
      .bind(state.version)
      .run();
}

Result<void> put_revision(SqliteDb& db, SourceRef source, const PushedRevision& revision) {
  return db.prepare("INSERT OR REPLACE INTO revision VALUES (?,?,?,?,?,?)")
      .bind(source.institution.value)
      .bind(source.source.value)
      .bind(number(revision.kind))
      .bind_key(revision.key)
      .bind(revision.revision)
      .bind_blob(bytes_of(revision.content))
      .run();
}

Result<void> put_position(SqliteDb& db, SourceRef source, const std::string& position) {
  return db.prepare("INSERT OR REPLACE INTO capture VALUES (?,?,?)")
      .bind(source.institution.value)
      .bind(source.source.value)
      .bind(position)
      .run();
}

}  // namespace

std::string state_record(InstitutionId institution, ResourceId id) {
  return "state/" + to_string(institution) + "/" + to_string(id);
}

Result<std::unique_ptr<SqliteResourceStore>> SqliteResourceStore::open(StoreCore& core,
                                                                       EventLog& log) {
  TRY_DO(index_stored_records(core));
  TRY(auto db, core.reader());
  TRY(const auto last, db->integer("SELECT max(last) FROM (SELECT max(id) AS last FROM state "
                                   "UNION ALL SELECT max(resource) FROM record_write "
                                   "UNION ALL SELECT max(id) FROM form_request "
                                   "UNION ALL SELECT max(id) FROM form_response)"));
  return std::unique_ptr<SqliteResourceStore>(new SqliteResourceStore(core, log, last.value_or(0)));
}

Result<std::vector<KnownResource>> SqliteResourceStore::known_between(
    SourceRef source, ResourceKind kind, const std::optional<ForeignKey>& after,
    const std::optional<ForeignKey>& upto, std::size_t limit) {
  TRY(auto db, core_.reader());
  auto select = upto ? db->prepare(
                           "SELECT key, id, presence, digest FROM resource WHERE "
                           "institution=? AND source=? AND kind=? AND key>? AND key<=? "
                           "ORDER BY key LIMIT ?")
                     : db->prepare(
                           "SELECT key, id, presence, digest FROM resource WHERE "
                           "institution=? AND source=? AND kind=? AND key>? "
                           "ORDER BY key LIMIT ?");
  const ForeignKey least = kLeast;
  select.bind(source.institution.value).bind(source.source.value).bind(number(kind));
  select.bind_key(after ? *after : least);
  if (upto) select.bind_key(*upto);
  select.bind(static_cast<std::int64_t>(limit));
  std::vector<KnownResource> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    out.push_back(read_known(select));
  }
}

Result<std::vector<KnownResource>> SqliteResourceStore::known_of(SourceRef source,
                                                                 ResourceKind kind,
                                                                 std::span<const ForeignKey> keys) {
  TRY(auto db, core_.reader());
  std::vector<KnownResource> out;
  WallTime created_at;
  for (const auto& key : keys) {
    TRY(const auto found, known(*db, source, kind, key, &created_at));
    if (found) out.push_back(*found);
  }
  return out;
}

Result<std::optional<KnownResource>> SqliteResourceStore::known(SqliteDb& db, SourceRef source,
                                                                ResourceKind kind,
                                                                const ForeignKey& key,
                                                                WallTime* created_at) {
  auto select = db.prepare(
      "SELECT key, id, presence, digest, created_ms FROM resource "
      "WHERE institution=? AND source=? AND kind=? AND key=?");
  select.bind(source.institution.value).bind(source.source.value).bind(number(kind)).bind_key(key);
  TRY(const bool row, select.step());
  if (!row) return std::optional<KnownResource>();
  *created_at = from_ms(select.integer(4));
  return std::optional(read_known(select));
}

Result<std::optional<Reference>> SqliteResourceStore::reference(SourceRef source, ResourceKind kind,
                                                                const ForeignKey& key) {
  TRY(auto db, core_.reader());
  WallTime created_at;
  TRY(const auto found, known(*db, source, kind, key, &created_at));
  if (!found) return std::optional<Reference>();
  return std::optional(Reference{found->id, created_at});
}

Result<std::optional<HeldResource>> SqliteResourceStore::held(SourceRef source, ResourceKind kind,
                                                              const ForeignKey& key) {
  TRY(auto db, core_.reader());
  HeldResource out;
  TRY(const auto found, known(*db, source, kind, key, &out.created_at));
  if (!found) return std::optional<HeldResource>();
  out.known = *found;
  auto select = db->prepare(
      "SELECT location, updated_ms, sealed_document FROM state WHERE institution=? AND id=?");
  select.bind(source.institution.value).bind(out.known.id.value);
  TRY(const bool row, select.step());
  if (!row) return failure(Code::kCorrupt, "a resource lacks its state");
  out.location = {select.integer(0)};
  out.updated_at = from_ms(select.integer(1));
  if (select.is_null(2)) return std::optional(std::move(out));
  TRY(auto text,
      core_.sealer().open(source.institution, state_record(source.institution, out.known.id),
                          select.blob(2)));
  out.document = Document(std::move(text));
  return std::optional(std::move(out));
}

Result<std::optional<HeldResource>> SqliteResourceStore::held(SourceRef source, ResourceKind kind,
                                                              ResourceId id) {
  std::optional<ForeignKey> key;
  {
    TRY(auto db, core_.reader());
    auto select =
        db->prepare("SELECT key FROM state WHERE institution=? AND id=? AND source=? AND kind=?");
    select.bind(source.institution.value).bind(id.value).bind(source.source.value);
    TRY(const bool row, select.bind(number(kind)).step());
    if (row) key = select.key(0);
  }
  if (!key) return std::optional<HeldResource>();
  return held(source, kind, *key);
}

Result<std::optional<ForeignKey>> SqliteResourceStore::key_of(InstitutionId institution,
                                                              ResourceId id) {
  TRY(auto db, core_.reader());
  auto select = db->prepare("SELECT key FROM state WHERE institution=? AND id=?");
  TRY(const bool row, select.bind(institution.value).bind(id.value).step());
  return row ? std::optional(select.key(0)) : std::nullopt;
}

Result<std::int64_t> SqliteResourceStore::count_live(SourceRef source, ResourceKind kind) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT count(*) FROM resource WHERE institution=? AND source=? AND kind=? AND presence=1");
  select.bind(source.institution.value).bind(source.source.value).bind(number(kind));
  TRY_DO(select.step());
  return select.integer(0);
}

Result<PassState> SqliteResourceStore::pass_state(SourceRef source, ResourceKind kind) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT baseline_done, version FROM pass WHERE institution=? AND source=? AND kind=?");
  select.bind(source.institution.value).bind(source.source.value).bind(number(kind));
  TRY(const bool row, select.step());
  if (!row) return PassState();
  return PassState{select.integer(0) != 0, select.text(1)};
}

Result<std::optional<std::string>> SqliteResourceStore::position(SourceRef source) {
  TRY(auto db, core_.reader());
  auto select = db->prepare("SELECT position FROM capture WHERE institution=? AND source=?");
  TRY(const bool row, select.bind(source.institution.value).bind(source.source.value).step());
  return row ? std::optional(select.text(0)) : std::nullopt;
}

Result<std::optional<PushedRevision>> SqliteResourceStore::revision(SourceRef source,
                                                                    ResourceKind kind,
                                                                    const ForeignKey& key) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT revision, digest FROM revision WHERE institution=? AND source=? AND kind=? AND "
      "key=?");
  select.bind(source.institution.value).bind(source.source.value).bind(number(kind)).bind_key(key);
  TRY(const bool row, select.step());
  if (!row) return std::optional<PushedRevision>();
  return std::optional(PushedRevision{kind, key, select.integer(0), digest_of(select.blob(1))});
}

Result<std::optional<Booking>> SqliteResourceStore::booking(InstitutionId institution,
                                                            ResourceId appointment) {
  TRY(auto db, core_.reader());
  return read_booking(*db, institution, appointment);
}

Result<void> SqliteResourceStore::commit(DetectedBatch batch) {
  const auto source = batch.source;
  auto writes = std::make_shared<std::vector<PreparedWrite>>();
  for (auto& write : batch.writes) {
    const auto& held = write.resource;
    auto sealed = held.document.empty()
                      ? std::string()
                      : core_.sealer().seal(source.institution,
                                            state_record(source.institution, held.known.id),
                                            held.document.expose());
    auto entry = entry_of(source, write, words_);
    writes->push_back({std::move(write), std::move(sealed), std::move(entry)});
  }
  auto events =
      std::make_shared<std::vector<EventLog::Prepared>>(EventLog::prepare(std::move(batch.events)));
  return core_.write(
      [=, this, pass = batch.pass, position = batch.position,
       revisions = std::move(batch.revisions),
       bookings = std::move(batch.bookings)](SqliteDb& db) -> Result<void> {
        for (const auto& write : *writes) TRY_DO(put(db, source, write));
        if (pass) TRY_DO(put_pass(db, source, pass->first, pass->second));
        if (position) TRY_DO(put_position(db, source, *position));
        for (const auto& revision : revisions) TRY_DO(put_revision(db, source, revision));
        for (const auto& booking : bookings) TRY_DO(put_booking(db, source.institution, booking));
        return log_.append(db, source.institution, *events);
      },
      [=, this] { log_.committed(source.institution); });
}

}  // namespace chartbell
