#include "store/record_index.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/log.h"
#include "base/time_text.h"
#include "detect/ports.h"
#include "model/members.h"
#include "store/resource_store.h"

namespace chartbell {
namespace {

constexpr std::int64_t kBatchRows = 1'000;
// The setting that says how far index_stored_records() is: it ends with the version, so that
// another one would do everything anew.
constexpr std::string_view kIndexed = "record_index_1";
constexpr std::string_view kDone = "done";

// Ids that a document names.
struct NamedId {
  std::string_view key;
  std::int64_t RecordEntry::* id;
};
constexpr NamedId kIds[] = {{"patient_id", &RecordEntry::patient},
                            {"provider_id", &RecordEntry::provider},
                            {"operatory_id", &RecordEntry::operatory},
                            {"appointment_id", &RecordEntry::appointment},
                            {"appointment_type_id", &RecordEntry::appointment_type}};

// Members whose value, as JSON text, raises a flag.
struct NamedFlag {
  std::string_view key;
  std::string_view value;
  RecordFlag flag;
};
constexpr NamedFlag kFlags[] = {
    {"cancelled", "true", RecordFlag::kCancelled},
    {"unavailable", "true", RecordFlag::kUnavailable},
    {"blockout", "true", RecordFlag::kUnavailable},
    {"inactive", "true", RecordFlag::kInactive},
    {"active", "false", RecordFlag::kInactive},
    {"misc", R"({"is_booked_on_nexhealth":true})", RecordFlag::kBookedHere}};

void raise(RecordEntry& entry, RecordFlag flag, bool up) {
  if (up) entry.flags |= static_cast<std::int64_t>(flag);
}

std::int64_t integer_of(std::string_view value) {
  std::int64_t out = 0;
  std::from_chars(value.data(), value.data() + value.size(), out);
  return out;
}

// A time of the wire, or a day, which begins at midnight UTC.
std::optional<std::int64_t> ms_of(std::string_view value) {
  if (!value.starts_with('"')) return std::nullopt;
  value = value.substr(1, value.size() - 2);
  if (const auto time = parse_utc(value)) return to_ms(*time);
  const auto day = parse_local(value);
  return day ? std::optional(day->time_since_epoch().count()) : std::nullopt;
}

void read_member(RecordEntry& entry, const Members::Member& member) {
  for (const auto& known : kIds)
    if (known.key == member.key) entry.*known.id = integer_of(member.value);
  for (const auto& known : kFlags)
    if (known.key == member.key) raise(entry, known.flag, known.value == member.value);
  const bool coverage = entry.kind == ResourceKind::kCoverage;
  if (member.key == "start_time") entry.start_ms = ms_of(member.value);
  if (member.key == (coverage ? "expiration_date" : "end_time")) entry.end_ms = ms_of(member.value);
}

std::string packed(const std::vector<std::int64_t>& words) {
  std::string out(words.size() * sizeof(std::int64_t), '\0');
  if (!words.empty()) std::memcpy(out.data(), words.data(), out.size());
  return out;
}

Result<std::vector<std::int64_t>> stored_words(SqliteDb& db, const RecordEntry& entry) {
  auto select = db.prepare("SELECT words FROM record WHERE institution=? AND kind=? AND id=?");
  select.bind(entry.institution.value).bind(static_cast<std::int64_t>(entry.kind));
  TRY(const bool found, select.bind(entry.id.value).step());
  return found ? unpacked_words(select.blob(0)) : std::vector<std::int64_t>();
}

Result<void> put_words(SqliteDb& db, const RecordEntry& entry) {
  TRY(const auto before, stored_words(db, entry));
  for (const auto word : before) {
    if (std::ranges::binary_search(entry.words, word)) continue;
    TRY_DO(db.prepare("DELETE FROM record_word WHERE institution=? AND word=? AND id=?")
               .bind(entry.institution.value)
               .bind(word)
               .bind(entry.id.value)
               .run());
  }
  for (const auto word : entry.words) {
    if (std::ranges::binary_search(before, word)) continue;
    TRY_DO(db.prepare("INSERT INTO record_word VALUES (?,?,?)")
               .bind(entry.institution.value)
               .bind(word)
               .bind(entry.id.value)
               .run());
  }
  return {};
}

SqliteStatement& bind_all_but_times(SqliteStatement& statement, const RecordEntry& entry,
                                    std::string_view words) {
  statement.bind(entry.institution.value)
      .bind(static_cast<std::int64_t>(entry.kind))
      .bind(entry.id.value)
      .bind(entry.source.value)
      .bind(entry.location.value)
      .bind(entry.flags)
      .bind(entry.start_ms)
      .bind(entry.end_ms)
      .bind(entry.patient)
      .bind(entry.provider)
      .bind(entry.operatory)
      .bind(entry.appointment)
      .bind(entry.appointment_type);
  return words.empty() ? statement.bind_null() : statement.bind_blob(words);
}

// Most changes are of what no list asks for: then no index is written but those that hold the time.
// False where there is more to write.
Result<bool> put_time(SqliteDb& db, const RecordEntry& entry, std::string_view words) {
  auto update = db.prepare(
      "UPDATE record SET updated_ms=?15 WHERE institution=?1 AND kind=?2 AND id=?3 AND source=?4 "
      "AND location=?5 AND flags=?6 AND start_ms IS ?7 AND end_ms IS ?8 AND patient=?9 AND "
      "provider=?10 AND operatory=?11 AND appointment=?12 AND appointment_type=?13 AND "
      "words IS ?14");
  TRY_DO(bind_all_but_times(update, entry, words).bind(to_ms(entry.updated_at)).run());
  return db.changes() == 1;
}

// A place in the states: behind this institution's id.
struct IndexedUpTo {
  std::int64_t institution = 0;
  std::int64_t id = 0;
};

Result<std::vector<RecordEntry>> read_batch(StoreCore& core, IndexedUpTo& upto,
                                            const SearchWords& words) {
  TRY(auto db, core.reader());
  auto select = db->prepare(
      "SELECT s.institution, s.id, s.kind, s.source, s.location, s.updated_ms, s.sealed_document, "
      "coalesce(r.created_ms, s.updated_ms), coalesce(r.presence, 1) FROM state s "
      "LEFT JOIN resource r ON r.institution=s.institution AND r.source=s.source AND "
      "r.kind=s.kind AND r.key=s.key WHERE (s.institution, s.id)>(?,?) "
      "ORDER BY s.institution, s.id LIMIT ?");
  select.bind(upto.institution).bind(upto.id).bind(kBatchRows);
  std::vector<RecordEntry> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    upto = {select.integer(0), select.integer(1)};
    RecordEntry entry{.institution = {upto.institution},
                      .kind = static_cast<ResourceKind>(select.integer(2)),
                      .id = {upto.id},
                      .source = {select.integer(3)},
                      .location = {select.integer(4)},
                      .created_at = from_ms(select.integer(7)),
                      .updated_at = from_ms(select.integer(5))};
    if (select.is_null(6)) continue;
    TRY(auto text, core.sealer().open(entry.institution, state_record(entry.institution, entry.id),
                                      select.blob(6)));
    raise(entry, RecordFlag::kGone, static_cast<Presence>(select.integer(8)) == Presence::kGone);
    read_document(entry, Document(std::move(text)), words);
    out.push_back(std::move(entry));
  }
}

std::string text_of(const IndexedUpTo& upto) {
  return std::to_string(upto.institution) + "/" + std::to_string(upto.id);
}

// Nothing when all is done.
Result<std::optional<IndexedUpTo>> indexed_up_to(StoreCore& core) {
  TRY(auto db, core.reader());
  auto select = db->prepare("SELECT value FROM setting WHERE name=?");
  TRY(const bool found, select.bind(kIndexed).step());
  if (!found) return std::optional(IndexedUpTo());
  const auto text = select.blob(0);
  if (text == kDone) return std::optional<IndexedUpTo>();
  const auto slash = text.find('/');
  if (slash == std::string::npos)
    return failure(Code::kCorrupt, "the store's setting record_index is not one of ours");
  return std::optional(IndexedUpTo{std::atoll(text.c_str()), std::atoll(text.c_str() + slash + 1)});
}

Result<void> write_batch(StoreCore& core, const std::vector<RecordEntry>& entries,
                         const std::string& progress) {
  return core.write([&](SqliteDb& db) -> Result<void> {
    for (const auto& entry : entries) TRY_DO(put_entry(db, entry));
    return db.prepare("INSERT OR REPLACE INTO setting VALUES (?,?)")
        .bind(kIndexed)
        .bind_blob(progress)
        .run();
  });
}

}  // namespace

void read_document(RecordEntry& entry, const Document& document, const SearchWords& words) {
  Members members(document.expose());
  while (const auto member = members.next()) read_member(entry, *member);
  if (entry.kind == ResourceKind::kPatient)
    entry.words = words.of_patient(entry.institution, document);
}

Result<void> put_entry(SqliteDb& db, const RecordEntry& entry) {
  const auto words = packed(entry.words);
  TRY(const bool done, put_time(db, entry, words));
  if (done) return {};
  if (entry.kind == ResourceKind::kPatient) TRY_DO(put_words(db, entry));
  auto insert = db.prepare(
      "INSERT INTO record(institution, kind, id, source, location, flags, start_ms, end_ms, "
      "patient, provider, operatory, appointment, appointment_type, words, updated_ms, created_ms) "
      "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
      "source=excluded.source, location=excluded.location, updated_ms=excluded.updated_ms, "
      "flags=excluded.flags, start_ms=excluded.start_ms, end_ms=excluded.end_ms, "
      "patient=excluded.patient, provider=excluded.provider, operatory=excluded.operatory, "
      "appointment=excluded.appointment, appointment_type=excluded.appointment_type, "
      "words=excluded.words");
  return bind_all_but_times(insert, entry, words)
      .bind(to_ms(entry.updated_at))
      .bind(to_ms(entry.created_at))
      .run();
}

Result<void> remove_entry(SqliteDb& db, InstitutionId institution, ResourceKind kind,
                          ResourceId id) {
  // Without words, those that there were go.
  if (kind == ResourceKind::kPatient)
    TRY_DO(put_words(db, {.institution = institution, .kind = kind, .id = id}));
  return db.prepare("DELETE FROM record WHERE institution=? AND kind=? AND id=?")
      .bind(institution.value)
      .bind(static_cast<std::int64_t>(kind))
      .bind(id.value)
      .run();
}

std::vector<std::int64_t> unpacked_words(std::string_view bytes) {
  std::vector<std::int64_t> out(bytes.size() / sizeof(std::int64_t));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(std::int64_t));
  return out;
}

SearchWords search_words(StoreCore& core) {
  return SearchWords(core.sealer().derived_key("search"));
}

Result<void> index_stored_records(StoreCore& core) {
  const auto words = search_words(core);
  TRY(auto upto, indexed_up_to(core));
  if (!upto) return {};
  std::int64_t rows = 0;
  while (true) {
    const auto before = text_of(*upto);
    TRY(const auto entries, read_batch(core, *upto, words));
    if (text_of(*upto) == before) break;
    TRY_DO(write_batch(core, entries, text_of(*upto)));
    rows += static_cast<std::int64_t>(entries.size());
  }
  if (rows > 0) log_info("records_indexed", {{"rows", rows}});
  return write_batch(core, {}, std::string(kDone));
}

}  // namespace chartbell
