#include "store/record_book.h"

#include <algorithm>
#include <charconv>

#include "store/record_span.h"
#include "store/resource_store.h"

namespace chartbell {
namespace {

// A list of so many rows is counted each time.
constexpr std::int64_t kCountedAnewMax = 10'000;
constexpr std::size_t kCountsKeptMax = 256;

// What is read within it is of one moment.
class Snapshot {
 public:
  explicit Snapshot(SqliteDb& db) : db_(db), begun_(db.prepare("BEGIN").run()) {}
  ~Snapshot() {
    if (begun_) static_cast<void>(db_.prepare("COMMIT").run());
  }
  Snapshot(const Snapshot&) = delete;
  const Result<void>& begun() const { return begun_; }

 private:
  SqliteDb& db_;
  const Result<void> begun_;
};

std::optional<std::int64_t> as_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

// The keys that the wire shows as this text.
std::vector<ForeignKey> keys_shown_as(const std::string& text) {
  std::vector<ForeignKey> out = {text};
  if (const auto number = as_integer(text); number && std::to_string(*number) == text)
    out.emplace_back(*number);
  return out;
}

Result<std::vector<std::int64_t>> integers(SqliteStatement select) {
  std::vector<std::int64_t> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    out.push_back(select.integer(0));
  }
}

Result<std::vector<std::int64_t>> sources_of(SqliteDb& db, InstitutionId institution) {
  auto select = db.prepare("SELECT id FROM source WHERE institution=?");
  select.bind(institution.value);
  return integers(std::move(select));
}

Result<std::optional<ResourceId>> id_behind(SqliteDb& db, InstitutionId institution,
                                            SourceId source, ResourceKind kind,
                                            const ForeignKey& key) {
  auto select =
      db.prepare("SELECT id FROM resource WHERE institution=? AND source=? AND kind=? AND key=?");
  select.bind(institution.value).bind(source.value);
  select.bind(static_cast<std::int64_t>(kind)).bind_key(key);
  TRY(const bool row, select.step());
  return row ? std::optional(ResourceId{select.integer(0)}) : std::nullopt;
}

// One row of the index.
RecordRange only(ResourceId id) {
  return {.path = RecordPath::kId,
          .low = {INT64_MIN, {id.value - 1}},
          .high = {INT64_MAX, {id.value + 1}}};
}

// What tells a query from others, but for the place in its list.
std::string fingerprint(const RecordQuery& query) {
  std::string out = to_string(query.institution) + "/" + std::to_string(int(query.kind));
  const auto add = [&](const auto& value) {
    out += ';';
    if (value) out += std::to_string(*value);
  };
  const auto add_all = [&](const std::vector<std::int64_t>& values) {
    out += ';';
    for (const auto value : values) out += std::to_string(value) + ",";
  };
  const auto ms = [](const std::optional<WallTime>& time) { return time.transform(to_ms); };
  add(query.location.transform([](LocationId id) { return id.value; }));
  for (const auto& time :
       {query.start, query.end, query.updated_since, query.not_ended_at, query.ended_before})
    add(ms(time));
  for (const auto* ids : {&query.patients, &query.providers, &query.operatories}) add_all(*ids);
  add(query.appointment);
  add(query.appointment_type);
  for (const auto& flag :
       {query.cancelled, query.unavailable, query.inactive, query.booked_here, query.gone})
    add(flag.transform([](bool is) { return int(is); }));
  return out;
}

}  // namespace

Result<std::optional<Record>> SqliteRecordBook::read(SqliteDb& db, InstitutionId institution,
                                                     ResourceKind kind, ResourceId id) {
  auto select = db.prepare(
      "SELECT s.source, s.key, s.location, s.updated_ms, s.sealed_document, r.created_ms, r.flags "
      "FROM record r CROSS JOIN state s ON s.institution=r.institution AND s.id=r.id "
      "WHERE r.institution=? AND r.kind=? AND r.id=?");
  select.bind(institution.value).bind(static_cast<std::int64_t>(kind)).bind(id.value);
  TRY(const bool found, select.step());
  if (!found) return std::optional<Record>();
  TRY(auto text, core_.sealer().open(institution, state_record(institution, id), select.blob(4)));
  return std::optional(
      Record{.institution = institution,
             .source = {select.integer(0)},
             .kind = kind,
             .id = id,
             .location = {select.integer(2)},
             .key = select.maybe_key(1),
             .gone = RecordEntry{.flags = select.integer(6)}.has(RecordFlag::kGone),
             .created_at = from_ms(select.integer(5)),
             .updated_at = from_ms(select.integer(3)),
             .document = Document(std::move(text))});
}

Result<std::optional<Record>> SqliteRecordBook::record(InstitutionId institution, ResourceKind kind,
                                                       ResourceId id) {
  TRY(auto db, core_.reader());
  return read(*db, institution, kind, id);
}

Result<std::optional<ResourceId>> SqliteRecordBook::id_of_key(InstitutionId institution,
                                                              SourceId source, ResourceKind kind,
                                                              const ForeignKey& key) {
  TRY(auto db, core_.reader());
  return id_behind(*db, institution, source, kind, key);
}

Result<std::vector<RecordPosition>> SqliteRecordBook::all_of(
    SqliteDb& db, const RecordSearch& search, const std::vector<RecordRange>& ranges) {
  std::vector<RecordPosition> out;
  for (const auto& range : ranges) {
    RecordScan scan(db, search.query.institution, search.query.kind, range, /*descending=*/false);
    while (true) {
      TRY(const auto entry, scan.next());
      if (!entry) break;
      if (search.means(*entry)) out.push_back(search.place_of(*entry));
    }
  }
  // A row is in two ranges where an id was asked for twice.
  std::ranges::sort(out);
  const auto [first, last] = std::ranges::unique(out);
  out.erase(first, last);
  return out;
}

Result<std::vector<RecordPosition>> SqliteRecordBook::by_foreign_id(SqliteDb& db,
                                                                    const RecordSearch& search) {
  const auto& query = search.query;
  std::vector<RecordRange> found;
  TRY(const auto sources, sources_of(db, query.institution));
  const auto keys = keys_shown_as(*query.foreign_id);
  for (const auto source : sources) {
    for (const auto& key : keys) {
      TRY(const auto id, id_behind(db, query.institution, {source}, query.kind, key));
      if (id) found.push_back(only(*id));
    }
  }
  return all_of(db, search, found);
}

Result<std::optional<std::vector<RecordPosition>>> SqliteRecordBook::gathered(
    SqliteDb& db, const RecordSearch& search) const {
  const auto& query = search.query;
  if (search.nobody) return std::optional(std::vector<RecordPosition>());
  if (query.foreign_id) return by_foreign_id(db, search);
  // Without its words a row cannot be told to be meant, so there is no other way than by them.
  const bool by_words = !search.words.empty() && query.order != RecordOrder::kId;
  const auto most = by_words ? INT64_MAX - 1 : gathered_max_;
  std::optional<std::vector<RecordRange>> best;
  std::int64_t best_size = most + 1;
  for (auto& way : search.narrow_ways()) {
    std::int64_t size = 0;
    for (const auto& range : way) {
      TRY(const auto rows, size_of(db, query.institution, query.kind, range, best_size - size));
      size += rows;
      if (size >= best_size) break;
    }
    if (size >= best_size) continue;
    best_size = size;
    best = std::move(way);
  }
  if (!best) return std::optional<std::vector<RecordPosition>>();
  return all_of(db, search, *best);
}

SqliteRecordBook::Places SqliteRecordBook::cut(const RecordQuery& query,
                                               std::vector<RecordPosition> all) {
  auto first = all.begin();
  auto last = all.end();
  const auto before = query.descending ? query.after : query.before;
  const auto after = query.descending ? query.before : query.after;
  if (after) first = std::ranges::upper_bound(all, *after);
  if (before) last = std::ranges::lower_bound(all, *before);
  std::vector<RecordPosition> rows(first, std::max(first, last));
  if (query.descending) std::ranges::reverse(rows);
  const auto skipped = std::min(rows.size(), query.skip);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(skipped));
  Places out{.has_previous = query.after.has_value() || skipped > 0,
             .has_next = query.before.has_value()};
  if (rows.size() > query.limit) {
    const auto extra = static_cast<std::ptrdiff_t>(rows.size() - query.limit);
    if (query.before) {
      rows.erase(rows.begin(), rows.begin() + extra);
      out.has_previous = true;
    } else {
      rows.erase(rows.end() - extra, rows.end());
      out.has_next = true;
    }
  }
  out.rows = std::move(rows);
  return out;
}

Result<SqliteRecordBook::Places> SqliteRecordBook::followed(SqliteDb& db,
                                                            const RecordSearch& search) {
  const auto& query = search.query;
  const bool backwards = query.before.has_value();
  const bool descending = query.descending != backwards;
  auto range = search.way_in(query.order);
  if (const auto& from = backwards ? query.before : query.after) {
    if (descending) {
      range.high = std::min(range.high, *from);
    } else {
      range.low = std::max(range.low, *from);
    }
  }
  RecordScan scan(db, query.institution, query.kind, range, descending);
  Places out{.has_previous = query.after.has_value(), .has_next = backwards};
  std::size_t skipped = 0;
  while (true) {
    TRY(const auto entry, scan.next());
    if (!entry) break;
    if (!search.means(*entry)) continue;
    if (skipped < query.skip) {
      ++skipped;
      continue;
    }
    if (out.rows.size() == query.limit) {
      (backwards ? out.has_previous : out.has_next) = true;
      break;
    }
    out.rows.push_back(search.place_of(*entry));
  }
  out.has_previous = out.has_previous || (!backwards && skipped > 0);
  if (backwards) std::ranges::reverse(out.rows);
  return out;
}

Result<RecordPage> SqliteRecordBook::records(const RecordQuery& query) {
  if (query.order == RecordOrder::kStart && !query.location && !query.foreign_id)
    return failure(Code::kInvalid, "a list by start needs a location");
  const RecordSearch search(query, words_);
  TRY(auto db, core_.reader());
  const Snapshot snapshot(*db);
  TRY_DO(snapshot.begun());
  Places places;
  TRY(auto all, gathered(*db, search));
  if (all) {
    places = cut(query, *std::move(all));
  } else {
    TRY(places, followed(*db, search));
  }
  RecordPage out{.has_previous = places.has_previous, .has_next = places.has_next};
  for (const auto& place : places.rows) {
    TRY(auto row, read(*db, query.institution, query.kind, place.id));
    if (!row) return failure(Code::kCorrupt, "the index has a record that is not there");
    out.rows.push_back(*std::move(row));
  }
  out.places = std::move(places.rows);
  return out;
}

Result<std::int64_t> SqliteRecordBook::counted(SqliteDb& db, const RecordSearch& search) const {
  TRY(const auto all, gathered(db, search));
  if (all) return static_cast<std::int64_t>(all->size());
  RecordScan scan(db, search.query.institution, search.query.kind, search.fastest_way(),
                  /*descending=*/false);
  std::int64_t rows = 0;
  while (true) {
    TRY(const auto entry, scan.next());
    if (!entry) return rows;
    if (search.means(*entry)) ++rows;
  }
}

Result<std::int64_t> SqliteRecordBook::count(const RecordQuery& query) {
  // Patients' words are not remembered, and such lists are short.
  const bool long_ones_are_kept = !query.foreign_id && !query.name && !query.email &&
                                  !query.phone_number && !query.date_of_birth;
  const auto now = core_.clock().now();
  const auto key = fingerprint(query);
  if (long_ones_are_kept) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    if (found != counts_.end() && now - found->second.at < kCountKept) return found->second.rows;
  }
  TRY(auto db, core_.reader());
  TRY(const auto rows, counted(*db, RecordSearch(query, words_)));
  if (!long_ones_are_kept || rows <= kCountedAnewMax) return rows;
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= kCountsKeptMax) counts_.clear();
  counts_[key] = {rows, now};
  return rows;
}

Result<std::vector<RecordTimes>> SqliteRecordBook::times_between(InstitutionId institution,
                                                                 ResourceKind kind,
                                                                 const RecordSpan& span) {
  TRY(auto db, core_.reader());
  const Snapshot snapshot(*db);
  TRY_DO(snapshot.begun());
  TRY(const auto entries, entries_overlapping(*db, institution, kind, span));
  std::vector<RecordTimes> out;
  for (const auto& entry : entries)
    out.push_back({.id = entry.id,
                   .location = entry.location,
                   .start = from_ms(*entry.start_ms),
                   .end = from_ms(entry.end_ms.value_or(*entry.start_ms)),
                   .provider = entry.provider,
                   .operatory = entry.operatory,
                   .cancelled = entry.has(RecordFlag::kCancelled),
                   .unavailable = entry.has(RecordFlag::kUnavailable)});
  return out;
}

Result<std::vector<Record>> SqliteRecordBook::appointments_between(InstitutionId institution,
                                                                   const RecordSpan& span) {
  constexpr auto kKind = ResourceKind::kAppointment;
  TRY(auto db, core_.reader());
  const Snapshot snapshot(*db);
  TRY_DO(snapshot.begun());
  TRY(const auto entries, entries_overlapping(*db, institution, kKind, span));
  std::vector<Record> out;
  for (const auto& entry : entries) {
    if (entry.has(RecordFlag::kCancelled)) continue;
    TRY(auto row, read(*db, institution, kKind, entry.id));
    if (row) out.push_back(*std::move(row));
  }
  return out;
}

}  // namespace chartbell
