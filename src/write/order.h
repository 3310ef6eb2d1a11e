// A write as the record system understands it, and how its row is known again.
#pragma once

#include <optional>

#include "base/result.h"
#include "detect/ports.h"
#include "model/document.h"
#include "model/record_write.h"
#include "write/ports.h"

namespace chartbell {

// The order of a write, every id of ours replaced by its key. Nothing where one has no key (yet).
// kCorrupt when the store's document is none.
Result<std::optional<WriteOrder>> order_of(const RecordWrite& write, SourceRef source,
                                           ResourceStore& resources);

// The patient that a write needs in the record system first.
Result<std::optional<ResourceId>> patient_of(const RecordWrite& write);

// Whether `row` is what `order`, the document of a kCreate, wanted: for an appointment the same
// patient, provider and start; for a patient the same name and date of birth; for a document
// the same URL, which no record system has.
Result<bool> is_written_as(ResourceKind kind, const Document& order, const Document& row);

}  // namespace chartbell
