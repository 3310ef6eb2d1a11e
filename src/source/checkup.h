// The examinations of a record system that `chartbell doctor` and `mapping check` make.
//
// Each asks one question with SELECTs alone and answers it with remarks; what cannot be asked is a
// remark too. No row's value is ever in one. For one more examination write one more function and
// name it in examine().
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/zone.h"
#include "source/capture_choice.h"
#include "source/mapping.h"
#include "source/remark.h"
#include "source/sql.h"

namespace chartbell {

struct ExaminedSource {
  std::string name;  // begins each subject
  std::string url;   // tells which kind of server it is
  const Mapping& mapping;
  SqlConnection& connection;
  std::vector<Zone> zones;  // of the locations
  const Clock& clock;
  CaptureMode capture = CaptureMode::kAuto;
  std::string slot{};  // the name of its slot and publication, where it is PostgreSQL's
};

// One after the other; what several would say in the same words is said once.
using Examination = Remarks (*)(const ExaminedSource&);
Remarks examine(const ExaminedSource& source, std::span<const Examination> examinations);
// All of them, in the order in which a person mends.
Remarks examine(const ExaminedSource& source);

// The record system's version, where the mapping says how to read it.
Remarks check_version(const ExaminedSource& source);
// Tables, columns and the right to read them: each SELECT of the mapping without rows.
Remarks check_selects(const ExaminedSource& source);
// The same of dirty rules, which run only when something changes.
Remarks check_dirty_rules(const ExaminedSource& source);
// How many rows each kind has, and how many its `where` leaves out.
Remarks check_counts(const ExaminedSource& source);
// Whether reading by key goes through an index: the plan of the query, where the server tells one.
Remarks check_plans(const ExaminedSource& source);
// The server's clock beside ours, and its zone beside those of the locations.
Remarks check_clock(const ExaminedSource& source);
Remarks check_zone(const ExaminedSource& source);
// What the server needs for changes to be seen at once: binary log, replication slot.
Remarks check_capture(const ExaminedSource& source);
// Tables, columns and the right to write them, where `url` and `connection` are those that write:
// the server explains each statement of the mapping's [[write]], and runs none. It is not among
// "all of them".
Remarks check_writes(const ExaminedSource& source);

// Rows that a kind has, and those that pass its `where`.
struct RowCount {
  std::int64_t all = 0;
  std::int64_t shown = 0;
};
Result<RowCount> count_rows(SqlConnection& connection, const ResourceMapping& resource);

}  // namespace chartbell
