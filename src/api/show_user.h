// Users, their sessions and the audit trail as JSON.
#pragma once

#include <string>
#include <vector>

#include "api/ports.h"
#include "api/session_desk.h"

namespace chartbell {

std::string show(const User& user);
std::string show(const AuditEntry& entry);
// Who somebody is and what they may do. `must_enrol`: nothing before a second factor is on;
// `accounts`: those that their calls can be made for.
std::string show_session(const SignedIn& who, bool must_enrol,
                         const std::vector<Account>& accounts);

}  // namespace chartbell
