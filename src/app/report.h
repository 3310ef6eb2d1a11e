// Remarks for the person at the terminal, or as JSON for a program.
#pragma once

#include <string>

#include "source/remark.h"

namespace chartbell {

// 0 all is well, 1 warnings, 2 faults: the exit code that remarks ask for.
int exit_code(const Remarks& remarks);
// One line each, with what to do below it.
std::string as_text(const Remarks& remarks);
// {"result":"warning","findings":[{"severity":…,"subject":…,"what":…,"mend":…}]}
std::string as_json(const Remarks& remarks);

}  // namespace chartbell
