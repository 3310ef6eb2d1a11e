// The ways into the index of records: each reads a range of one index, in its order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/record.h"
#include "store/record_index.h"
#include "store/sqlite_db.h"

namespace chartbell {

enum class RecordPath : std::uint8_t {
  kId,       // all of a kind, by id
  kUpdated,  // all of a kind, by update
  kStart,    // of a location, by start
  kLong,     // the same, of those longer than a day
  kPatient,  // of a patient, by id; likewise below
  kAppointment,
  kProvider,  // procedures only
  kWord,      // patients with this word
};
inline constexpr std::size_t kRecordPaths = 8;

// Longer ones are in kLong, too.
inline constexpr Milliseconds kRecordLong = std::chrono::hours(24);

// What lies between two places, neither of them included.
struct RecordRange {
  RecordPath path = RecordPath::kId;
  std::int64_t value = 0;  // the location, patient, …, that the path is of
  RecordPosition low{INT64_MIN, {0}};
  RecordPosition high{INT64_MAX, {INT64_MAX}};
};

// Reads a range, ascending or descending. A resource of the connection's thread.
class RecordScan {
 public:
  RecordScan(SqliteDb& db, InstitutionId institution, ResourceKind kind, const RecordRange& range,
             bool descending);
  // Nothing at the end. Without `source` and `created_at`, which no filter asks for.
  Result<std::optional<RecordEntry>> next();

 private:
  const InstitutionId institution_;
  const ResourceKind kind_;
  SqliteStatement select_;
};

// How many rows the range has, counted to `most`.
Result<std::int64_t> size_of(SqliteDb& db, InstitutionId institution, ResourceKind kind,
                             const RecordRange& range, std::int64_t most);

// The statement behind a path; for the test that looks at their plans.
enum class RecordStatement : std::uint8_t { kUp, kDown, kSize };
const char* record_sql(RecordPath path, RecordStatement statement);

}  // namespace chartbell
