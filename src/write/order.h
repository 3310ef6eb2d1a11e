// A write as the record system understands it, and how its row is known again.
#pragma once

#include <optional>
#include <string>

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

// By what a row is known to be what a kCreate wanted, its order and the row having the same: for an
// appointment patient, provider and start; for a patient name and date of birth; for a document the
// URL, which no record system has. It holds patient data.
Result<std::string> likeness(ResourceKind kind, const Document& document);

}  // namespace chartbell
