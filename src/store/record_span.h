// What takes place within a span of time, by the index of records.
#pragma once

#include <vector>

#include "model/record.h"
#include "store/record_range.h"

namespace chartbell {

// Rows of this kind that overlap the span and are not gone, by their start. Of a span without a
// location: those of every location of the institution, and of none.
Result<std::vector<RecordEntry>> entries_overlapping(SqliteDb& db, InstitutionId institution,
                                                     ResourceKind kind, const RecordSpan& span);

}  // namespace chartbell
