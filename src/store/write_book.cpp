#include "store/write_book.h"

#include <utility>

#include "base/log.h"
#include "store/file_book.h"
#include "store/form_rows.h"

namespace chartbell {
namespace {

constexpr std::string_view kNoKey = "";  // an empty blob: of a resource that is not written yet

std::string order_record(InstitutionId institution, WriteId id) {
  return "write/" + to_string(institution) + "/" + to_string(id);
}

template <class Enum>
std::int64_t number(Enum value) {
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> ms(const std::optional<WallTime>& time) {
  return time ? std::optional(to_ms(*time)) : std::nullopt;
}

std::optional<WallTime> time(const std::optional<std::int64_t>& ms) {
  return ms ? std::optional(from_ms(*ms)) : std::nullopt;
}

SealedState shown(StoreCore& core, const SearchWords& words, const RecordWrite& write,
                  const Document& document) {
  SealedState out{
      .sealed = core.sealer().seal(
          write.institution, state_record(write.institution, write.resource), document.expose()),
      .entry = {.institution = write.institution,
                .kind = write.kind,
                .id = write.resource,
                .source = write.source,
                .location = write.location,
                .created_at = write.created_at,
                .updated_at = write.updated_at}};
  read_document(out.entry, document, words);
  return out;
}

// The columns and their order are the same in each SELECT that read_write() reads.
RecordWrite read_write(const SqliteStatement& row) {
  RecordWrite out{.id = {row.integer(0)},
                  .institution = {row.integer(1)},
                  .source = {row.integer(2)},
                  .location = {row.integer(3)},
                  .kind = static_cast<ResourceKind>(row.integer(4)),
                  .action = static_cast<WriteAction>(row.integer(5)),
                  .resource = {row.integer(6)},
                  .order = {},
                  .created_at = from_ms(row.integer(7)),
                  .expires_at = time(row.maybe_integer(8)),
                  .state = static_cast<WriteState>(row.integer(9)),
                  .attempts = static_cast<int>(row.integer(10)),
                  .updated_at = from_ms(row.integer(11)),
                  .due = time(row.maybe_integer(12)),
                  .unsure_since = time(row.maybe_integer(13)),
                  .fault = static_cast<WriteFault>(row.integer(14)),
                  .key = {}};
  if (!row.is_null(15)) out.key = row.key(15);
  return out;
}

Result<void> insert_state(SqliteDb& db, const RecordWrite& write, const SealedState& shown) {
  TRY_DO(put_entry(db, shown.entry));
  return db.prepare("INSERT INTO state VALUES (?,?,?,?,?,?,?,?)")
      .bind(write.institution.value)
      .bind(write.resource.value)
      .bind(write.source.value)
      .bind(number(write.kind))
      .bind_blob(kNoKey)
      .bind(write.location.value)
      .bind(to_ms(write.created_at))
      .bind_blob(shown.sealed)
      .run();
}

Result<void> delete_state(SqliteDb& db, InstitutionId institution, ResourceKind kind,
                          ResourceId id) {
  TRY_DO(remove_entry(db, institution, kind, id));
  if (kind == ResourceKind::kDocument) TRY_DO(delete_file(db, institution, id));
  return db.prepare("DELETE FROM state WHERE institution=? AND id=?")
      .bind(institution.value)
      .bind(id.value)
      .run();
}

Result<void> update_write(SqliteDb& db, const RecordWrite& write) {
  auto update = db.prepare(
      "UPDATE record_write SET state=?, attempts=?, updated_ms=?, due_ms=?, unsure_ms=?, fault=?, "
      "key=?, sealed_order=CASE WHEN ? THEN sealed_order END WHERE id=?");
  update.bind(number(write.state))
      .bind(std::int64_t{write.attempts})
      .bind(to_ms(write.updated_at))
      .bind(ms(write.due))
      .bind(ms(write.unsure_since))
      .bind(number(write.fault));
  if (write.key) {
    update.bind_key(*write.key);
  } else {
    update.bind_null();
  }
  return update.bind(std::int64_t{is_open(write.state)}).bind(write.id.value).run();
}

struct Owner {
  ResourceId id;
  Presence presence;
};

Result<std::optional<Owner>> owner_of(SqliteDb& db, const RecordWrite& write) {
  auto select = db.prepare(
      "SELECT id, presence FROM resource WHERE institution=? AND source=? AND kind=? AND key=?");
  select.bind(write.institution.value).bind(write.source.value).bind(number(write.kind));
  TRY(const bool found, select.bind_key(*write.key).step());
  if (!found) return std::optional<Owner>();
  return std::optional(Owner{{select.integer(0)}, static_cast<Presence>(select.integer(1))});
}

Result<void> give_key(SqliteDb& db, const RecordWrite& write, const SealedState& shown) {
  TRY_DO(put_entry(db, shown.entry));
  TRY_DO(db.prepare("INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,0,NULL,?)")
             .bind(write.institution.value)
             .bind(write.source.value)
             .bind(number(write.kind))
             .bind_key(*write.key)
             .bind(write.resource.value)
             .bind(to_ms(write.created_at))
             .run());
  return db
      .prepare(
          "UPDATE state SET key=?, updated_ms=?, sealed_document=? "
          "WHERE institution=? AND id=?")
      .bind_key(*write.key)
      .bind(to_ms(write.updated_at))
      .bind_blob(shown.sealed)
      .bind(write.institution.value)
      .bind(write.resource.value)
      .run();
}

// The resource is the row of this key from now on. What has merely been referred to gives way; what
// has been told of as another's cannot be taken back, so ours goes.
Result<void> put_written(SqliteDb& db, const RecordWrite& write, const SealedState& shown) {
  TRY(const auto owner, owner_of(db, write));
  if (owner && owner->presence != Presence::kReferenced) {
    log_warning("written_row_was_told_before", {{"write", to_string(write.id)}});
    return delete_state(db, write.institution, write.kind, write.resource);
  }
  if (owner) TRY_DO(delete_state(db, write.institution, write.kind, owner->id));
  return give_key(db, write, shown);
}

Result<void> apply(SqliteDb& db, const RecordWrite& write, const SealedState& shown) {
  TRY_DO(update_write(db, write));
  if (write.action != WriteAction::kCreate || is_open(write.state)) return {};
  const bool may_be_a_form = write.kind == ResourceKind::kDocument;
  TRY(const bool is_form, may_be_a_form ? settle_form_document(db, write) : Result<bool>(false));
  if (is_form && write.state == WriteState::kFailed) return {};
  if (write.state == WriteState::kFailed)
    return delete_state(db, write.institution, write.kind, write.resource);
  return put_written(db, write, shown);
}

}  // namespace

Result<void> insert_resource(SqliteDb& db, const SealedWrite& sealed) {
  if (sealed.state) TRY_DO(insert_state(db, sealed.write, *sealed.state));
  if (sealed.file) TRY_DO(insert_file(db, *sealed.file));
  return {};
}

Result<void> insert_write(SqliteDb& db, const SealedWrite& sealed) {
  const auto& write = sealed.write;
  return db.prepare("INSERT INTO record_write VALUES (?,?,?,?,?,?,?,?,?,?,?,?,NULL,NULL,0,NULL,?)")
      .bind(write.id.value)
      .bind(write.institution.value)
      .bind(write.source.value)
      .bind(write.location.value)
      .bind(number(write.kind))
      .bind(number(write.action))
      .bind(write.resource.value)
      .bind(to_ms(write.created_at))
      .bind(ms(write.expires_at))
      .bind(number(write.state))
      .bind(std::int64_t{write.attempts})
      .bind(to_ms(write.updated_at))
      .bind_blob(sealed.order)
      .run();
}

Result<std::unique_ptr<SqliteWriteBook>> SqliteWriteBook::open(StoreCore& core, EventLog& log,
                                                               SqliteResourceStore& resources) {
  TRY(auto db, core.reader());
  TRY(const auto last, db->integer("SELECT max(id) FROM record_write"));
  return std::unique_ptr<SqliteWriteBook>(
      new SqliteWriteBook(core, log, resources, WriteId{last.value_or(0)}));
}

SealedWrite SqliteWriteBook::sealed(NewWrite wanted) {
  const bool creates = wanted.action == WriteAction::kCreate;
  const bool needs_id = creates && wanted.resource == ResourceId();
  RecordWrite write{.id = {++last_},
                    .institution = wanted.institution,
                    .source = wanted.source,
                    .location = wanted.location,
                    .kind = wanted.kind,
                    .action = wanted.action,
                    .resource = needs_id ? resources_.allot_id() : wanted.resource,
                    .order = std::move(wanted.order),
                    .created_at = core_.clock().now(),
                    .expires_at = wanted.expires_at,
                    .updated_at = core_.clock().now(),
                    .due = {},
                    .unsure_since = {},
                    .key = {}};
  SealedWrite out;
  out.order = core_.sealer().seal(write.institution, order_record(write.institution, write.id),
                                  write.order.expose());
  if (creates) out.state = shown(core_, words_, write, write.order);
  if (wanted.file) out.file = seal_file(core_, write.institution, write.resource, *wanted.file);
  out.write = std::move(write);
  return out;
}

Result<RecordWrite> SqliteWriteBook::accept(NewWrite wanted) {
  const auto sealed = this->sealed(std::move(wanted));
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(insert_resource(db, sealed));
    return insert_write(db, sealed);
  }));
  return sealed.write;
}

Result<std::vector<RecordWrite>> SqliteWriteBook::open_writes(SourceRef source, WriteId after,
                                                              std::size_t limit) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      "SELECT id, institution, source, location, kind, action, resource, created_ms, expires_ms, "
      "state, attempts, updated_ms, due_ms, unsure_ms, fault, key, sealed_order FROM record_write "
      "WHERE institution=? AND source=? AND id>? AND state<3 ORDER BY id LIMIT ?");
  select.bind(source.institution.value).bind(source.source.value).bind(after.value);
  select.bind(static_cast<std::int64_t>(limit));
  std::vector<RecordWrite> out;
  while (true) {
    TRY(const bool more, select.step());
    if (!more) return out;
    auto write = read_write(select);
    TRY(auto text, core_.sealer().open(write.institution, order_record(write.institution, write.id),
                                       select.blob(16)));
    write.order = Document(std::move(text));
    out.push_back(std::move(write));
  }
}

Result<std::optional<Document>> SqliteWriteBook::file_of(InstitutionId institution,
                                                         ResourceId document) {
  return file_bytes(core_, institution, document);
}

Result<Page<RecordWrite, WriteId>> SqliteWriteBook::writes(const WriteQuery& query) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(
      query.resource
          ? "SELECT id, institution, source, location, kind, action, resource, created_ms, "
            "expires_ms, state, attempts, updated_ms, due_ms, unsure_ms, fault, key FROM "
            "record_write WHERE institution=? AND id<? AND resource=? AND (?<0 OR state=?) ORDER "
            "BY "
            "id DESC LIMIT ?"
      : query.state
          ? "SELECT id, institution, source, location, kind, action, resource, created_ms, "
            "expires_ms, state, attempts, updated_ms, due_ms, unsure_ms, fault, key FROM "
            "record_write WHERE institution=? AND id<? AND state=? ORDER BY id DESC LIMIT ?"
          : "SELECT id, institution, source, location, kind, action, resource, created_ms, "
            "expires_ms, state, attempts, updated_ms, due_ms, unsure_ms, fault, key FROM "
            "record_write WHERE institution=? AND id<? ORDER BY id DESC LIMIT ?");
  select.bind(query.institution.value).bind(query.before.value_or(WriteId{INT64_MAX}).value);
  if (query.resource) {
    const auto state = query.state ? number(*query.state) : -1;
    select.bind(query.resource->value).bind(state).bind(state);
  } else if (query.state) {
    select.bind(number(*query.state));
  }
  select.bind(static_cast<std::int64_t>(query.limit + 1));
  Page<RecordWrite, WriteId> out;
  while (true) {
    TRY(const bool more, select.step());
    if (!more) return out;
    if (out.rows.size() == query.limit) {
      out.next = out.rows.back().id;
      return out;
    }
    out.rows.push_back(read_write(select));
  }
}

Result<void> SqliteWriteBook::record(SourceRef source, std::vector<WriteStep> steps) {
  struct Prepared {
    RecordWrite write;
    SealedState shown;
  };
  std::vector<Prepared> prepared;
  std::vector<NewEvent> events;
  for (auto& step : steps) {
    SealedState as_written;
    if (step.document) as_written = shown(core_, words_, step.write, *step.document);
    prepared.push_back({std::move(step.write), std::move(as_written)});
    for (auto& event : step.events) events.push_back(std::move(event));
  }
  const auto ready = EventLog::prepare(std::move(events));
  return core_.write(
      [&](SqliteDb& db) -> Result<void> {
        for (const auto& [write, shown] : prepared) TRY_DO(apply(db, write, shown));
        return log_.append(db, source.institution, ready);
      },
      [this, source] { log_.committed(source.institution); });
}

}  // namespace chartbell
