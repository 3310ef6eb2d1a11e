#include "store/user_sessions.h"

#include "api/ports.h"

namespace chartbell {
namespace {

Result<void> tidy(SqliteDb& db, UserId user, WallTime now) {
  TRY_DO(db.prepare("DELETE FROM user_session WHERE created_ms<=?")
             .bind(to_ms(now - kUserSessionMost))
             .run());
  return db
      .prepare(
          "DELETE FROM user_session WHERE id_hash IN (SELECT id_hash FROM user_session "
          "WHERE user=? ORDER BY created_ms DESC LIMIT -1 OFFSET ?)")
      .bind(user.value)
      .bind(kUserSessionsMax)
      .run();
}

}  // namespace

Result<void> insert_session(SqliteDb& db, const UserSession& session) {
  TRY_DO(db.prepare("INSERT INTO user_session VALUES (?,?,?,?,?,?,?)")
             .bind_blob(session.id_hash)
             .bind(session.user.value)
             .bind(static_cast<std::int64_t>(session.state))
             .bind(to_ms(session.created_at))
             .bind(to_ms(session.seen_at))
             .bind(session.generation)
             .bind(std::int64_t{session.wrong_codes})
             .run());
  return tidy(db, session.user, session.created_at);
}

Result<std::optional<UserSession>> read_session(SqliteDb& db, std::string_view id_hash) {
  auto select = db.prepare(
      "SELECT s.user, s.state, s.created_ms, s.seen_ms, s.generation, s.wrong_codes "
      "FROM user_session s JOIN user u ON u.id=s.user "
      "WHERE s.id_hash=? AND u.generation=s.generation AND u.disabled_ms IS NULL");
  TRY(const bool found, select.bind_blob(id_hash).step());
  if (!found) return std::optional<UserSession>();
  return std::optional(UserSession{.id_hash = std::string(id_hash),
                                   .user = {select.integer(0)},
                                   .state = static_cast<SignInState>(select.integer(1)),
                                   .created_at = from_ms(select.integer(2)),
                                   .seen_at = from_ms(select.integer(3)),
                                   .generation = select.integer(4),
                                   .wrong_codes = static_cast<int>(select.integer(5))});
}

Result<void> set_session_seen(SqliteDb& db, std::string_view id_hash, WallTime at) {
  return db.prepare("UPDATE user_session SET seen_ms=max(seen_ms, ?) WHERE id_hash=?")
      .bind(to_ms(at))
      .bind_blob(id_hash)
      .run();
}

Result<void> count_session_code(SqliteDb& db, std::string_view id_hash) {
  return db.prepare("UPDATE user_session SET wrong_codes=wrong_codes+1 WHERE id_hash=?")
      .bind_blob(id_hash)
      .run();
}

Result<void> delete_session(SqliteDb& db, std::string_view id_hash) {
  return db.prepare("DELETE FROM user_session WHERE id_hash=?").bind_blob(id_hash).run();
}

Result<void> delete_sessions(SqliteDb& db, UserId user) {
  return db.prepare("DELETE FROM user_session WHERE user=?").bind(user.value).run();
}

}  // namespace chartbell
