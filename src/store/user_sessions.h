// The rows of users' sessions, for the store that changes them together with their users.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/user.h"
#include "store/sqlite_db.h"

namespace chartbell {

// Forgets sessions of anybody that have ended by their age, and of this user the oldest beyond
// kUserSessionsMax.
Result<void> insert_session(SqliteDb& db, const UserSession& session);
// Whatever its age, unless its user is disabled or of a later generation.
Result<std::optional<UserSession>> read_session(SqliteDb& db, std::string_view id_hash);
// Never back in time.
Result<void> set_session_seen(SqliteDb& db, std::string_view id_hash, WallTime at);
Result<void> count_session_code(SqliteDb& db, std::string_view id_hash);
Result<void> delete_session(SqliteDb& db, std::string_view id_hash);
Result<void> delete_sessions(SqliteDb& db, UserId user);

}  // namespace chartbell
