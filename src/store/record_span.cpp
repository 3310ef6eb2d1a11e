#include "store/record_span.h"

#include <algorithm>

namespace chartbell {
namespace {

Result<std::vector<std::int64_t>> locations_of(SqliteDb& db, InstitutionId institution,
                                               const RecordSpan& span) {
  if (span.location) return std::vector{span.location->value};
  auto select = db.prepare("SELECT id FROM location WHERE institution=?");
  select.bind(institution.value);
  std::vector<std::int64_t> out = {0};
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    out.push_back(select.integer(0));
  }
}

bool overlaps(const RecordEntry& entry, const RecordSpan& span) {
  if (!entry.start_ms || *entry.start_ms >= to_ms(span.to)) return false;
  const auto end = std::max(entry.end_ms.value_or(0), *entry.start_ms + 1);
  return end > to_ms(span.from);
}

bool is_of(const RecordEntry& entry, const RecordSpan& span) {
  return !entry.has(RecordFlag::kGone) && (!span.provider || *span.provider == entry.provider) &&
         (!span.operatory || *span.operatory == entry.operatory);
}

// What of a location may overlap the span: begun within the day before it, or longer than a day.
std::vector<RecordRange> ranges_of(std::int64_t location, const RecordSpan& span) {
  const RecordPosition day_before{to_ms(span.from - kRecordLong), {0}};
  return {{.path = RecordPath::kLong, .value = location, .high = day_before},
          {.path = RecordPath::kStart,
           .value = location,
           .low = day_before,
           .high = {to_ms(span.to), {0}}}};
}

}  // namespace

Result<std::vector<RecordEntry>> entries_overlapping(SqliteDb& db, InstitutionId institution,
                                                     ResourceKind kind, const RecordSpan& span) {
  std::vector<RecordEntry> out;
  TRY(const auto locations, locations_of(db, institution, span));
  for (const auto location : locations) {
    for (const auto& range : ranges_of(location, span)) {
      RecordScan scan(db, institution, kind, range, /*descending=*/false);
      while (true) {
        TRY(auto entry, scan.next());
        if (!entry) break;
        if (is_of(*entry, span) && overlaps(*entry, span)) out.push_back(*std::move(entry));
      }
    }
  }
  std::ranges::sort(out, {},
                    [](const RecordEntry& entry) { return std::pair(*entry.start_ms, entry.id); });
  return out;
}

}  // namespace chartbell
