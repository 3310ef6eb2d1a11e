// Remarks for the person at the terminal, or as JSON for a program.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "source/remark.h"

namespace chartbell {

// 0 all is well, 1 warnings, 2 faults: the exit code that remarks ask for.
int exit_code(const Remarks& remarks);
// One paragraph each, with what to do below it, and at the end how many of each kind there are.
// Lines are broken to fit into `columns`; nothing: they are not.
std::string as_text(const Remarks& remarks, std::optional<std::size_t> columns);
// {"result":"warning","findings":[{"severity":…,"subject":…,"what":…,"mend":…}]}
std::string as_json(const Remarks& remarks);

}  // namespace chartbell
