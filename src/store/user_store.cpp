#include "store/user_store.h"

#include "store/audit_trail.h"
#include "store/user_sessions.h"

namespace chartbell {
namespace {

std::string password_record(UserId id) {
  return "user/" + to_string(id) + "/password";
}

std::string factor_record(UserId id) {
  return "user/" + to_string(id) + "/second_factor";
}

std::unexpected<Error> no_user() {
  return failure(Code::kNotFound, "User not found");
}

#define CHARTBELL_USER_COLUMNS \
  "SELECT id, name, display_name, role, created_ms, disabled_ms, factor_on, generation"
#define CHARTBELL_USER_SECRETS \
  CHARTBELL_USER_COLUMNS ", sealed_password, sealed_factor, last_step FROM user "
constexpr const char* kAllUsers = CHARTBELL_USER_COLUMNS " FROM user ORDER BY id";
constexpr const char* kUserById = CHARTBELL_USER_COLUMNS " FROM user WHERE id=?";
constexpr const char* kSecretsByName = CHARTBELL_USER_SECRETS "WHERE name=?";
constexpr const char* kSecretsById = CHARTBELL_USER_SECRETS "WHERE id=?";
#undef CHARTBELL_USER_SECRETS
#undef CHARTBELL_USER_COLUMNS

User read_user(const SqliteStatement& row) {
  User out{.id = {row.integer(0)},
           .name = row.text(1),
           .display_name = row.text(2),
           .role = static_cast<Role>(row.integer(3)),
           .created_at = from_ms(row.integer(4)),
           .second_factor = row.integer(6) != 0,
           .generation = row.integer(7)};
  if (const auto disabled = row.maybe_integer(5)) out.disabled_at = from_ms(*disabled);
  return out;
}

Result<User> user_in(SqliteDb& db, UserId id) {
  auto select = db.prepare(kUserById);
  TRY(const bool found, select.bind(id.value).step());
  if (!found) return no_user();
  return read_user(select);
}

Result<void> check_room(SqliteDb& db, const NewUser& user, UserStore::Which which) {
  TRY(const auto count, db.integer("SELECT count(*) FROM user"));
  if (which == UserStore::Which::kFirst && *count > 0)
    return failure(Code::kConflict, "There is a user already");
  if (*count >= kUsersMax) return failure(Code::kConflict, "There are too many users");
  auto same = db.prepare("SELECT 1 FROM user WHERE name=?");
  TRY(const bool taken, same.bind(std::string_view(user.name)).step());
  if (taken) return failure(Code::kConflict, "name: is another user's");
  return {};
}

// Within the transaction that may have taken the last one away.
Result<void> check_admins(SqliteDb& db) {
  auto count = db.prepare("SELECT count(*) FROM user WHERE role=? AND disabled_ms IS NULL");
  TRY_DO(count.bind(static_cast<std::int64_t>(Role::kAdmin)).step());
  if (count.integer(0) == 0)
    return failure(Code::kConflict, "This is the last admin; make another one first");
  return {};
}

Result<void> insert_user(SqliteDb& db, const NewUser& user, std::int64_t now) {
  return db
      .prepare(
          "INSERT INTO user(name,display_name,role,created_ms,generation,sealed_password) "
          "VALUES (?,?,?,?,1,x'')")
      .bind(std::string_view(user.name))
      .bind(std::string_view(user.display_name))
      .bind(static_cast<std::int64_t>(user.role))
      .bind(now)
      .run();
}

Result<void> update_user(SqliteDb& db, const User& before, const UserChange& change, WallTime now) {
  auto disabled = before.disabled_at;
  if (change.disabled) disabled = *change.disabled ? disabled.value_or(now) : disabled;
  if (change.disabled == false) disabled.reset();
  const auto display_name = change.display_name.value_or(before.display_name);
  return db
      .prepare(
          "UPDATE user SET display_name=?, role=?, disabled_ms=?, generation=generation+? "
          "WHERE id=?")
      .bind(std::string_view(display_name))
      .bind(static_cast<std::int64_t>(change.role.value_or(before.role)))
      .bind(disabled ? std::optional(to_ms(*disabled)) : std::nullopt)
      .bind(std::int64_t{change.ends_sessions()})
      .bind(before.id.value)
      .run();
}

Result<void> drop_factor(SqliteDb& db, UserId id) {
  TRY_DO(db.prepare("DELETE FROM recovery_code WHERE user=?").bind(id.value).run());
  return db.prepare("UPDATE user SET sealed_factor=NULL, factor_on=0 WHERE id=?")
      .bind(id.value)
      .run();
}

Result<void> put_recovery_codes(SqliteDb& db, UserId id, const std::vector<std::string>& hashes) {
  TRY_DO(db.prepare("DELETE FROM recovery_code WHERE user=?").bind(id.value).run());
  for (const auto& hash : hashes)
    TRY_DO(
        db.prepare("INSERT INTO recovery_code VALUES (?,?)").bind(id.value).bind_blob(hash).run());
  return {};
}

}  // namespace

Result<void> SqliteUserStore::noted(StoreCore::Change change, const AuditNote& note) {
  return core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(change(db));
    TRY_DO(append_audit(db, core_.clock().now(), note));
    return {};
  });
}

// ---- users --------------------------------------------------------------------------------------

Result<bool> SqliteUserStore::has_users() {
  TRY(auto db, core_.reader());
  TRY(const auto found, db->integer("SELECT 1 FROM user LIMIT 1"));
  return found.has_value();
}

Result<std::vector<User>> SqliteUserStore::users() {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kAllUsers);
  std::vector<User> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    out.push_back(read_user(select));
  }
}

Result<std::optional<UserSecrets>> SqliteUserStore::open_secrets(SqliteStatement& select) {
  TRY(const bool found, select.step());
  if (!found) return std::optional<UserSecrets>();
  UserSecrets out{.user = read_user(select), .password_hash = {}};
  const auto id = out.user.id;
  TRY(out.password_hash, core_.sealer().open(kNoInstitution, password_record(id), select.blob(8)));
  if (!select.is_null(9)) {
    TRY(out.totp_secret, core_.sealer().open(kNoInstitution, factor_record(id), select.blob(9)));
  }
  out.totp_last_step = select.integer(10);
  return std::optional(std::move(out));
}

Result<std::optional<UserSecrets>> SqliteUserStore::secrets(std::string_view name) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kSecretsByName);
  return open_secrets(select.bind(name));
}

Result<std::optional<UserSecrets>> SqliteUserStore::secrets(UserId id) {
  TRY(auto db, core_.reader());
  auto select = db->prepare(kSecretsById);
  return open_secrets(select.bind(id.value));
}

Result<void> SqliteUserStore::set_password(SqliteDb& db, UserId id, std::string_view hash) {
  const auto sealed = core_.sealer().seal(kNoInstitution, password_record(id), hash);
  return db.prepare("UPDATE user SET sealed_password=? WHERE id=?")
      .bind_blob(sealed)
      .bind(id.value)
      .run();
}

Result<User> SqliteUserStore::add_user(NewUser user, Which which, AuditNote note) {
  User out;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(check_room(db, user, which));
    TRY_DO(insert_user(db, user, to_ms(core_.clock().now())));
    TRY(const auto id, db.integer("SELECT last_insert_rowid()"));
    TRY_DO(set_password(db, {*id}, user.password_hash));
    note.about = "user " + std::to_string(*id);
    TRY_DO(append_audit(db, core_.clock().now(), note));
    TRY(out, user_in(db, {*id}));
    return {};
  }));
  return out;
}

Result<User> SqliteUserStore::change_user(UserId id, UserChange change, AuditNote note) {
  User out;
  TRY_DO(noted(
      [&](SqliteDb& db) -> Result<void> {
        TRY(const auto before, user_in(db, id));
        TRY_DO(update_user(db, before, change, core_.clock().now()));
        if (!change.password_hash.empty()) TRY_DO(set_password(db, id, change.password_hash));
        if (change.without_second_factor) TRY_DO(drop_factor(db, id));
        if (change.ends_sessions()) TRY_DO(delete_sessions(db, id));
        if (before.role == Role::kAdmin && !before.disabled_at) TRY_DO(check_admins(db));
        TRY(out, user_in(db, id));
        return {};
      },
      note));
  return out;
}

Result<void> SqliteUserStore::delete_user(UserId id, AuditNote note) {
  return noted(
      [&](SqliteDb& db) -> Result<void> {
        TRY(const auto before, user_in(db, id));
        TRY_DO(delete_sessions(db, id));
        TRY_DO(drop_factor(db, id));
        TRY_DO(db.prepare("DELETE FROM user WHERE id=?").bind(id.value).run());
        if (before.role == Role::kAdmin && !before.disabled_at) return check_admins(db);
        return {};
      },
      note);
}

Result<void> SqliteUserStore::renew_hash(UserId id, std::string before, std::string hash) {
  return core_.write([&](SqliteDb& db) -> Result<void> {
    auto select = db.prepare("SELECT sealed_password FROM user WHERE id=?");
    TRY(const bool found, select.bind(id.value).step());
    if (!found) return {};
    TRY(const auto stored,
        core_.sealer().open(kNoInstitution, password_record(id), select.blob(0)));
    return stored == before ? set_password(db, id, hash) : Result<void>();
  });
}

// ---- the second factor --------------------------------------------------------------------------

Result<void> SqliteUserStore::offer_second_factor(UserId id, std::string secret) {
  return core_.write([&](SqliteDb& db) -> Result<void> {
    TRY(const auto user, user_in(db, id));
    if (user.second_factor) return failure(Code::kConflict, "The second factor is on already");
    const auto sealed = core_.sealer().seal(kNoInstitution, factor_record(id), secret);
    return db.prepare("UPDATE user SET sealed_factor=?, last_step=0 WHERE id=?")
        .bind_blob(sealed)
        .bind(id.value)
        .run();
  });
}

Result<void> SqliteUserStore::confirm_second_factor(UserId id, std::int64_t step,
                                                    std::vector<std::string> recovery_hashes,
                                                    AuditNote note) {
  return noted(
      [&](SqliteDb& db) -> Result<void> {
        TRY_DO(db.prepare("UPDATE user SET factor_on=1, last_step=?, generation=generation+1 "
                          "WHERE id=? AND factor_on=0 AND sealed_factor IS NOT NULL")
                   .bind(step)
                   .bind(id.value)
                   .run());
        if (db.changes() == 0)
          return failure(Code::kConflict, "No second factor waits to be confirmed");
        TRY_DO(delete_sessions(db, id));
        return put_recovery_codes(db, id, recovery_hashes);
      },
      note);
}

Result<bool> SqliteUserStore::use_step(UserId id, std::int64_t step) {
  bool used = false;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(db.prepare("UPDATE user SET last_step=? WHERE id=? AND factor_on=1 AND last_step<?")
               .bind(step)
               .bind(id.value)
               .bind(step)
               .run());
    used = db.changes() == 1;
    return {};
  }));
  return used;
}

Result<bool> SqliteUserStore::use_recovery_code(UserId id, std::string hash, AuditNote note) {
  bool used = false;
  TRY_DO(core_.write([&](SqliteDb& db) -> Result<void> {
    TRY_DO(db.prepare("DELETE FROM recovery_code WHERE user=? AND hash=?")
               .bind(id.value)
               .bind_blob(hash)
               .run());
    used = db.changes() == 1;
    if (used) TRY_DO(append_audit(db, core_.clock().now(), note));
    return {};
  }));
  return used;
}

// ---- sessions -----------------------------------------------------------------------------------

Result<void> SqliteUserStore::begin_session(UserSession session, std::string in_place_of,
                                            std::optional<AuditNote> note) {
  return core_.write([&](SqliteDb& db) -> Result<void> {
    if (!in_place_of.empty()) TRY_DO(delete_session(db, in_place_of));
    TRY_DO(insert_session(db, session));
    if (note) TRY_DO(append_audit(db, core_.clock().now(), *note));
    return {};
  });
}

Result<std::optional<KnownSession>> SqliteUserStore::session(std::string_view id_hash) {
  TRY(auto db, core_.reader());
  TRY(auto session, read_session(*db, id_hash));
  if (!session) return std::optional<KnownSession>();
  auto user = user_in(*db, session->user);
  // Deleted between the two.
  if (!user && user.error().code == Code::kNotFound) return std::optional<KnownSession>();
  if (!user) return std::unexpected(std::move(user).error());
  return std::optional(KnownSession{*std::move(session), *std::move(user)});
}

void SqliteUserStore::see_session(std::string id_hash, WallTime at) {
  core_.write_async([id_hash = std::move(id_hash),
                     at](SqliteDb& db) { return set_session_seen(db, id_hash, at); },
                    [](const Result<void>&) {}, StoreCore::Urgency::kSoon);
}

Result<void> SqliteUserStore::count_wrong_code(std::string id_hash) {
  return core_.write([&](SqliteDb& db) { return count_session_code(db, id_hash); });
}

Result<void> SqliteUserStore::end_session(std::string id_hash, AuditNote note) {
  return noted([&](SqliteDb& db) { return delete_session(db, id_hash); }, note);
}

Result<void> SqliteUserStore::end_sessions(UserId id, AuditNote note) {
  return noted([&](SqliteDb& db) { return delete_sessions(db, id); }, note);
}

}  // namespace chartbell
