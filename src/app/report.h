// Findings for the person at the terminal, or as JSON for a program.
#pragma once

#include <string>

#include "source/finding.h"

namespace chartbell {

// 0 all is well, 1 warnings, 2 faults: the exit code that findings ask for.
int exit_code(const Findings& findings);
// One line each, with what to do below it.
std::string as_text(const Findings& findings);
// {"result":"warning","findings":[{"severity":…,"subject":…,"what":…,"mend":…}]}
std::string as_json(const Findings& findings);

}  // namespace chartbell
