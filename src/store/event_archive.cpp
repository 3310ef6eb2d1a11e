#include "store/event_archive.h"

#include <algorithm>

#include "store/rows.h"

namespace chartbell {
namespace {

constexpr std::size_t kRowsScannedMax = 5'000;
// How far times may be out of the log's order before a filter by time misses something.
constexpr std::chrono::hours kDisorderMax{1};

constexpr const char* kNewestFirst =
    "SELECT seq, event_name, resource, location, time_ms FROM event "
    "WHERE institution=? AND seq>=? AND seq<=? ORDER BY seq DESC";
constexpr const char* kOldestFirst =
    "SELECT seq, event_name, resource, location, time_ms FROM event "
    "WHERE institution=? AND seq>=? AND seq<=? ORDER BY seq";
// Of one resource, in one block of the log (the index's: see schema.cpp).
constexpr const char* kNewestOfResource =
    "SELECT seq, event_name, resource, location, time_ms FROM event INDEXED BY event_in_block "
    "WHERE institution=? AND seq>=? AND seq<=? AND seq>>13=? AND resource<>0 AND resource=? "
    "ORDER BY seq DESC";
constexpr const char* kOldestOfResource =
    "SELECT seq, event_name, resource, location, time_ms FROM event INDEXED BY event_in_block "
    "WHERE institution=? AND seq>=? AND seq<=? AND seq>>13=? AND resource<>0 AND resource=? "
    "ORDER BY seq";
constexpr std::int64_t kEventsPerBlock = 1 << 13;

const char* statement_of(const EventQuery& query) {
  if (query.resource) return query.newest_first ? kNewestOfResource : kOldestOfResource;
  return query.newest_first ? kNewestFirst : kOldestFirst;
}

bool wanted(const EventRow& event, const EventQuery& query) {
  if (!query.event.empty() && query.event != event.event_name && query.event != event.row->event)
    return false;
  if (!query.resource_type.empty() && query.resource_type != event.row->resource_type) return false;
  if (query.location && *query.location != event.location) return false;
  if (query.since && event.time < *query.since) return false;
  return !query.until || event.time < *query.until;
}

}  // namespace

// Both ends included.
struct SqliteEventArchive::Range {
  std::int64_t first = 1;
  std::int64_t last = 0;
};

// A page while it is filled.
struct SqliteEventArchive::Search {
  const EventQuery& query;
  const Range range;
  Page<EventRow, EventSeq> page = {};
  std::size_t scanned = 0;
  EventSeq last = {};
  bool full = false;
};

Result<EventSeq> SqliteEventArchive::last_before(InstitutionId institution, WallTime time) {
  TRY(auto db, core_.reader());
  std::int64_t before = 0;  // stands before `time`
  std::int64_t behind = head(institution).value + 1;
  while (behind - before > 1) {
    const auto middle = before + (behind - before) / 2;
    auto select = db->prepare(
        "SELECT seq, time_ms FROM event WHERE institution=? AND seq>=? ORDER BY seq LIMIT 1");
    TRY(const bool found, select.bind(institution.value).bind(middle).step());
    if (found && select.integer(0) < behind && from_ms(select.integer(1)) < time) {
      before = select.integer(0);
    } else {
      behind = middle;
    }
  }
  return EventSeq{before};
}

Result<SqliteEventArchive::Range> SqliteEventArchive::range_of(const EventQuery& query) {
  Range out{.first = 1, .last = head(query.institution).value};
  if (query.since) {
    TRY(const auto before, last_before(query.institution, *query.since - kDisorderMax));
    out.first = before.value + 1;
  }
  if (query.until) {
    TRY(const auto last, last_before(query.institution, *query.until + kDisorderMax));
    out.last = last.value;
  }
  if (query.after && query.newest_first) out.last = std::min(out.last, query.after->value - 1);
  if (query.after && !query.newest_first) out.first = std::max(out.first, query.after->value + 1);
  return out;
}

Result<Page<EventRow, EventSeq>> SqliteEventArchive::events(const EventQuery& query) {
  TRY(const auto range, range_of(query));
  TRY(auto db, core_.reader());
  Search search{.query = query, .range = range};
  if (query.resource) {
    TRY_DO(search_blocks(*db, search));
  } else {
    TRY_DO(take_rows(bound(*db, search), search));
  }
  if (search.full) search.page.next = search.last;
  return std::move(search.page);
}

SqliteStatement SqliteEventArchive::bound(SqliteDb& db, const Search& search) {
  auto select = db.prepare(statement_of(search.query));
  select.bind(search.query.institution.value).bind(search.range.first).bind(search.range.last);
  return select;
}

Result<void> SqliteEventArchive::search_blocks(SqliteDb& db, Search& search) {
  const auto first = search.range.first / kEventsPerBlock;
  const auto last = search.range.last / kEventsPerBlock;
  for (auto left = last - first; left >= 0 && !search.full; --left) {
    auto select = bound(db, search);
    select.bind(search.query.newest_first ? first + left : last - left);
    select.bind(search.query.resource->value);
    TRY_DO(take_rows(std::move(select), search));
  }
  return {};
}

Result<void> SqliteEventArchive::take_rows(SqliteStatement select, Search& search) {
  for (;; ++search.scanned) {
    TRY(const bool found, select.step());
    if (!found) return {};
    search.full =
        search.scanned == kRowsScannedMax || search.page.rows.size() == search.query.limit;
    if (search.full) return {};
    TRY(auto event, read_event_row(select, search.query.institution));
    search.last = event.seq;
    if (wanted(event, search.query)) search.page.rows.push_back(std::move(event));
  }
}

Result<EventPtr> SqliteEventArchive::event(InstitutionId institution, EventSeq seq) {
  if (seq < EventSeq{1} || seq > head(institution)) return EventPtr();
  return log_.at(institution, seq);
}

Result<std::vector<EventPtr>> SqliteEventArchive::events_after(InstitutionId institution,
                                                               EventSeq after, std::size_t limit) {
  if (after >= head(institution)) return std::vector<EventPtr>();
  return log_.after(institution, after, limit);
}

}  // namespace chartbell
