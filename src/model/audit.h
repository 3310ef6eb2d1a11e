// What people did here: who, when, what, about which id. Never anything of a patient but ids, and
// nothing secret.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "model/ids.h"

namespace chartbell {

using AuditId = Id<struct AuditTag>;

// An act as it is put down.
struct AuditNote {
  UserId user{};         // 0: nobody who is known, or the command line
  std::string who;       // the name they had then; "command line"; empty where nobody is known
  std::string act;       // "signed_in", "revealed", "POST /api/v1/endpoints/{}/retry"
  std::string about{};   // "user 7", "Patient 41", "3"; empty: nothing beside themselves
  std::string detail{};  // "admin", "201"
};

struct AuditEntry {
  AuditId id;
  WallTime at;
  AuditNote note;
};

}  // namespace chartbell
