// What is accepted and written as the wire's JSON.
#pragma once

#include <string>

#include "base/result.h"
#include "model/record.h"
#include "model/record_write.h"

namespace chartbell {

// What a write failed by, null where nothing did.
std::string show(WriteFault fault);
// A write for operators, without what it writes.
std::string show(const RecordWrite& write);
// The resource of an accepted kCreate, not written yet.
Result<std::string> show_accepted(const RecordWrite& write);
// The resource as it will be once an accepted kChange is written.
Result<std::string> show_changed(const Record& record, const RecordWrite& write);

}  // namespace chartbell
