// Users, their secrets and their sessions, in SQLite. What a user proves themselves by is sealed.
#pragma once

#include "api/ports.h"
#include "store/core.h"

namespace chartbell {

class SqliteUserStore final : public UserStore {
 public:
  // `core` outlives the store.
  explicit SqliteUserStore(StoreCore& core) : core_(core) {}

  Result<bool> has_users() override;
  Result<std::vector<User>> users() override;
  Result<std::optional<UserSecrets>> secrets(std::string_view name) override;
  Result<std::optional<UserSecrets>> secrets(UserId id) override;
  Result<User> add_user(NewUser user, Which which, AuditNote note) override;
  Result<User> change_user(UserId id, UserChange change, AuditNote note) override;
  Result<void> delete_user(UserId id, AuditNote note) override;
  Result<void> renew_hash(UserId id, std::string before, std::string hash) override;
  Result<void> offer_second_factor(UserId id, std::string secret) override;
  Result<void> confirm_second_factor(UserId id, std::int64_t step,
                                     std::vector<std::string> recovery_hashes,
                                     AuditNote note) override;
  Result<bool> use_step(UserId id, std::int64_t step) override;
  Result<bool> use_recovery_code(UserId id, std::string hash, AuditNote note) override;
  Result<void> begin_session(UserSession session, std::string in_place_of,
                             std::optional<AuditNote> note) override;
  Result<std::optional<KnownSession>> session(std::string_view id_hash) override;
  void see_session(std::string id_hash, WallTime at) override;
  Result<void> count_wrong_code(std::string id_hash) override;
  Result<void> end_session(std::string id_hash, AuditNote note) override;
  Result<void> end_sessions(UserId id, AuditNote note) override;

 private:
  // A change, and the note of it, in one transaction.
  Result<void> noted(StoreCore::Change change, const AuditNote& note);
  Result<void> set_password(SqliteDb& db, UserId id, std::string_view hash);
  Result<std::optional<UserSecrets>> open_secrets(SqliteStatement& select);

  StoreCore& core_;
};

}  // namespace chartbell
