#include "store/record_range.h"

#include <array>
#include <cstring>

namespace chartbell {
namespace {

// Parameters by number: 1 institution, 2 kind, 3 value, 4 and 5 the lower place, 6 and 7 the upper
// one, 8 the most rows to count.
struct PathSql {
  std::string_view from;
  std::string_view where;  // with the terms of a partial index, which SQLite wants to see
  std::string_view time;   // the column that the index is ordered by before the id; may be none
};

constexpr PathSql kPaths[kRecordPaths] = {
    {"record r", "r.institution=?1 AND r.kind=?2", {}},
    {"record r INDEXED BY record_updated", "r.institution=?1 AND r.kind=?2", "r.updated_ms"},
    {"record r INDEXED BY record_start",
     "r.institution=?1 AND r.kind=?2 AND r.location=?3 AND r.start_ms IS NOT NULL", "r.start_ms"},
    {"record r INDEXED BY record_long",
     "r.institution=?1 AND r.kind=?2 AND r.location=?3 AND r.start_ms IS NOT NULL AND "
     "r.end_ms-r.start_ms>86400000",
     "r.start_ms"},
    {"record r INDEXED BY record_patient",
     "r.institution=?1 AND r.patient=?3 AND r.kind=?2 AND r.patient<>0",
     {}},
    {"record r INDEXED BY record_appointment",
     "r.institution=?1 AND r.appointment=?3 AND r.kind=?2 AND r.appointment<>0",
     {}},
    {"record r INDEXED BY record_provider",
     "r.institution=?1 AND r.provider=?3 AND r.kind=?2 AND r.kind=3",
     {}},
    {"record_word w CROSS JOIN record r ON r.institution=w.institution AND r.kind=?2 AND r.id=w.id",
     "w.institution=?1 AND w.word=?3",
     {}},
};

constexpr std::string_view kColumns =
    "r.id, r.location, r.updated_ms, r.flags, r.start_ms, r.end_ms, r.patient, r.provider, "
    "r.operatory, r.appointment, r.appointment_type, ";

std::string between(const PathSql& path, std::string_view id) {
  if (path.time.empty())
    return std::string(" AND ") + std::string(id) + ">?5 AND " + std::string(id) + "<?7";
  const std::string place = "(" + std::string(path.time) + "," + std::string(id) + ")";
  return " AND " + place + ">(?4,?5) AND " + place + "<(?6,?7)";
}

std::string in_order(const PathSql& path, std::string_view id, std::string_view direction) {
  std::string out = " ORDER BY ";
  if (!path.time.empty()) out += std::string(path.time) + std::string(direction) + ",";
  return out + std::string(id) + std::string(direction);
}

std::string sql_of(RecordPath which, RecordStatement statement) {
  const auto& path = kPaths[static_cast<std::size_t>(which)];
  const bool of_words = which == RecordPath::kWord;
  const std::string_view id = of_words ? "w.id" : "r.id";
  const std::string rows =
      " FROM " + std::string(path.from) + " WHERE " + std::string(path.where) + between(path, id);
  if (statement == RecordStatement::kSize)
    return "SELECT count(*) FROM (SELECT 1" + rows + " LIMIT ?8)";
  return "SELECT " + std::string(kColumns) + (of_words ? "r.words" : "NULL") + rows +
         in_order(path, id, statement == RecordStatement::kDown ? " DESC" : "");
}

// Parameters that a statement does not have are not bound to it.
void bind_range(SqliteStatement& select, InstitutionId institution, ResourceKind kind,
                const RecordRange& range) {
  select.bind_at(1, institution.value);
  select.bind_at(2, static_cast<std::int64_t>(kind));
  select.bind_at(3, range.value);
  select.bind_at(4, range.low.at_ms);
  select.bind_at(5, range.low.id.value);
  select.bind_at(6, range.high.at_ms);
  select.bind_at(7, range.high.id.value);
}

}  // namespace

const char* record_sql(RecordPath path, RecordStatement statement) {
  using Texts = std::array<std::array<std::string, 3>, kRecordPaths>;
  static const Texts texts = [] {
    Texts out;
    for (std::size_t i = 0; i < kRecordPaths; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        out[i][j] = sql_of(static_cast<RecordPath>(i), static_cast<RecordStatement>(j));
    return out;
  }();
  return texts[static_cast<std::size_t>(path)][static_cast<std::size_t>(statement)].c_str();
}

RecordScan::RecordScan(SqliteDb& db, InstitutionId institution, ResourceKind kind,
                       const RecordRange& range, bool descending)
    : institution_(institution),
      kind_(kind),
      select_(db.prepare(
          record_sql(range.path, descending ? RecordStatement::kDown : RecordStatement::kUp))) {
  bind_range(select_, institution, kind, range);
}

Result<std::optional<RecordEntry>> RecordScan::next() {
  TRY(const bool row, select_.step());
  if (!row) return std::optional<RecordEntry>();
  RecordEntry out{.institution = institution_,
                  .kind = kind_,
                  .id = {select_.integer(0)},
                  .location = {select_.integer(1)},
                  .updated_at = from_ms(select_.integer(2)),
                  .flags = select_.integer(3),
                  .start_ms = select_.maybe_integer(4),
                  .end_ms = select_.maybe_integer(5),
                  .patient = select_.integer(6),
                  .provider = select_.integer(7),
                  .operatory = select_.integer(8),
                  .appointment = select_.integer(9),
                  .appointment_type = select_.integer(10)};
  if (!select_.is_null(11)) out.words = unpacked_words(select_.blob(11));
  return std::optional(std::move(out));
}

Result<std::int64_t> size_of(SqliteDb& db, InstitutionId institution, ResourceKind kind,
                             const RecordRange& range, std::int64_t most) {
  auto select = db.prepare(record_sql(range.path, RecordStatement::kSize));
  bind_range(select, institution, kind, range);
  select.bind_at(8, most);
  TRY_DO(select.step());
  return select.integer(0);
}

}  // namespace chartbell
