// MemoryUsers, MemoryTrail: users, their sessions and what they did, without a disk.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/ports.h"
#include "support/fake_clock.h"

namespace chartbell {

class MemoryTrail final : public AuditTrail {
 public:
  explicit MemoryTrail(const Clock& clock) : clock_(clock) {}

  Result<AuditEntry> record(AuditNote note) override {
    rows.push_back({{std::ssize(rows) + 1}, clock_.now(), std::move(note)});
    return rows.back();
  }
  void record_soon(AuditNote note) override { (void)record(std::move(note)); }
  void record_then(AuditNote note, std::function<void(Result<void>)> done) override {
    (void)record(std::move(note));
    done({});
  }
  Result<Page<AuditEntry, AuditId>> entries(const AuditQuery& query) override {
    asked = query;
    return Page<AuditEntry, AuditId>{{rows.rbegin(), rows.rend()}, next};
  }
  std::vector<std::string> acts() const {
    std::vector<std::string> out;
    for (const auto& row : rows) out.push_back(row.note.act);
    return out;
  }

  std::vector<AuditEntry> rows;
  AuditQuery asked;
  std::optional<AuditId> next;

 private:
  const Clock& clock_;
};

class MemoryUsers final : public UserStore {
 public:
  MemoryUsers(const Clock& clock, MemoryTrail& trail) : clock_(clock), trail_(trail) {}

  Result<bool> has_users() override { return !rows_.empty(); }
  Result<std::vector<User>> users() override {
    std::vector<User> out;
    for (const auto& [id, row] : rows_) out.push_back(row.secrets.user);
    return out;
  }
  Result<std::optional<UserSecrets>> secrets(std::string_view name) override {
    for (const auto& [id, row] : rows_)
      if (row.secrets.user.name == name) return std::optional(row.secrets);
    return std::optional<UserSecrets>();
  }
  Result<std::optional<UserSecrets>> secrets(UserId id) override {
    const auto found = rows_.find(id);
    return found == rows_.end() ? std::nullopt : std::optional(found->second.secrets);
  }
  Result<User> add_user(NewUser user, Which which, AuditNote note) override {
    if (which == Which::kFirst && !rows_.empty())
      return failure(Code::kConflict, "There is a user already");
    TRY(const auto same, secrets(user.name));
    if (same) return failure(Code::kConflict, "name: is another user's");
    const UserId id{++last_};
    rows_[id].secrets = {.user = {.id = id,
                                  .name = user.name,
                                  .display_name = user.display_name,
                                  .role = user.role,
                                  .created_at = clock_.now()},
                         .password_hash = user.password_hash};
    note.about = "user " + to_string(id);
    TRY_DO(trail_.record(std::move(note)));
    return rows_[id].secrets.user;
  }
  Result<User> change_user(UserId id, UserChange change, AuditNote note) override {
    TRY(auto* row, find(id));
    auto& user = row->secrets.user;
    if (change.display_name) user.display_name = *change.display_name;
    if (change.role) user.role = *change.role;
    if (change.disabled == true) user.disabled_at = clock_.now();
    if (change.disabled == false) user.disabled_at.reset();
    if (!change.password_hash.empty()) row->secrets.password_hash = change.password_hash;
    if (change.without_second_factor) {
      user.second_factor = false;
      row->secrets.totp_secret.clear();
      row->recovery.clear();
    }
    if (change.ends_sessions()) ++user.generation;
    TRY_DO(trail_.record(std::move(note)));
    return user;
  }
  Result<void> delete_user(UserId id, AuditNote note) override {
    TRY_DO(find(id));
    rows_.erase(id);
    TRY_DO(trail_.record(std::move(note)));
    return {};
  }
  Result<void> renew_hash(UserId id, std::string before, std::string hash) override {
    TRY(auto* row, find(id));
    if (row->secrets.password_hash == before) row->secrets.password_hash = std::move(hash);
    return {};
  }
  Result<void> offer_second_factor(UserId id, std::string secret) override {
    TRY(auto* row, find(id));
    if (row->secrets.user.second_factor) return failure(Code::kConflict, "on already");
    row->secrets.totp_secret = std::move(secret);
    return {};
  }
  Result<void> confirm_second_factor(UserId id, std::int64_t step,
                                     std::vector<std::string> recovery_hashes,
                                     AuditNote note) override {
    TRY(auto* row, find(id));
    row->secrets.user.second_factor = true;
    row->secrets.totp_last_step = step;
    ++row->secrets.user.generation;
    row->recovery = {recovery_hashes.begin(), recovery_hashes.end()};
    TRY_DO(trail_.record(std::move(note)));
    return {};
  }
  Result<bool> use_step(UserId id, std::int64_t step) override {
    TRY(auto* row, find(id));
    if (row->secrets.totp_last_step >= step) return false;
    row->secrets.totp_last_step = step;
    return true;
  }
  Result<bool> use_recovery_code(UserId id, std::string hash, AuditNote note) override {
    TRY(auto* row, find(id));
    if (row->recovery.erase(hash) == 0) return false;
    TRY_DO(trail_.record(std::move(note)));
    return true;
  }
  Result<void> begin_session(UserSession session, std::string in_place_of,
                             std::optional<AuditNote> note) override {
    sessions.erase(in_place_of);
    sessions[session.id_hash] = session;
    if (note) TRY_DO(trail_.record(*std::move(note)));
    return {};
  }
  Result<std::optional<KnownSession>> session(std::string_view id_hash) override {
    const auto found = sessions.find(std::string(id_hash));
    if (found == sessions.end()) return std::optional<KnownSession>();
    const auto user = rows_.find(found->second.user);
    if (user == rows_.end()) return std::optional<KnownSession>();
    const auto& held = user->second.secrets.user;
    if (held.disabled_at || held.generation != found->second.generation)
      return std::optional<KnownSession>();
    return std::optional(KnownSession{found->second, held});
  }
  void see_session(std::string id_hash, WallTime at) override { sessions[id_hash].seen_at = at; }
  Result<void> count_wrong_code(std::string id_hash) override {
    ++sessions[id_hash].wrong_codes;
    return {};
  }
  Result<void> end_session(std::string id_hash, AuditNote note) override {
    sessions.erase(id_hash);
    TRY_DO(trail_.record(std::move(note)));
    return {};
  }
  Result<void> end_sessions(UserId id, AuditNote note) override {
    std::erase_if(sessions, [&](const auto& row) { return row.second.user == id; });
    TRY_DO(trail_.record(std::move(note)));
    return {};
  }

  std::map<std::string, UserSession> sessions;

 private:
  struct Row {
    UserSecrets secrets;
    std::set<std::string> recovery;
  };
  Result<Row*> find(UserId id) {
    const auto found = rows_.find(id);
    if (found == rows_.end()) return failure(Code::kNotFound, "User not found");
    return &found->second;
  }

  const Clock& clock_;
  MemoryTrail& trail_;
  std::int64_t last_ = 0;
  std::map<UserId, Row> rows_;
};

}  // namespace chartbell
