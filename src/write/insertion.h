// The event that says what became of a booking, or of a form (wire contract §1, rows 1 and 6).
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/document.h"
#include "model/event.h"
#include "model/record_write.h"

namespace chartbell {

// Of a kCreate that has ended, around its resource; none for other documents, and for kinds whose
// subscribers hear of the read row alone.
Result<std::vector<NewEvent>> insertion_events(const RecordWrite& write, const Document& document,
                                               std::string_view subdomain);

}  // namespace chartbell
