#include "api/show_user.h"

#include <algorithm>

#include "api/show.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

std::string_view text_of(bool value) {
  return value ? "true" : "false";
}

std::string scope_list(Role role) {
  std::string out = "[";
  for (const auto scope : kScopes)
    if (scopes_of(role).has(scope)) out += (out.size() == 1 ? "" : ",") + json_string(name(scope));
  return out + ']';
}

}  // namespace

std::string show(const User& user) {
  return "{\"id\":" + to_string(user.id) + ",\"name\":" + json_string(user.name) +
         ",\"display_name\":" + json_string(user.display_name) +
         ",\"role\":" + json_string(name(user.role)) +
         ",\"second_factor\":" + std::string(text_of(user.second_factor)) +
         ",\"disabled\":" + std::string(text_of(user.disabled_at.has_value())) +
         ",\"created_at\":" + json_string(to_text(user.created_at)) + "}";
}

std::string show(const AuditEntry& entry) {
  const auto& note = entry.note;
  return "{\"id\":" + to_string(entry.id) + ",\"at\":" + json_string(to_text(entry.at)) +
         ",\"user_id\":" + (note.user.value == 0 ? "null" : to_string(note.user)) +
         ",\"who\":" + json_string(note.who) + ",\"act\":" + json_string(note.act) +
         ",\"about\":" + json_string(note.about) + ",\"detail\":" + json_string(note.detail) + "}";
}

std::string show_session(const SignedIn& who, bool must_enrol,
                         const std::vector<Account>& accounts) {
  const auto& session = who.session;
  const auto idle_end = session.seen_at + kUserSessionIdle;
  const auto end = session.created_at + kUserSessionMost;
  const auto names = show_all(accounts, [](const Account& row) { return json_string(row.name); });
  return "{\"user\":" + show(who.user) + ",\"scopes\":" + scope_list(who.user.role) +
         ",\"csrf_token\":" + json_string(who.csrf_token) +
         ",\"second_factor_missing\":" + std::string(text_of(must_enrol)) +
         ",\"idle_ends_at\":" + json_string(to_text(std::min<WallTime>(idle_end, end))) +
         ",\"ends_at\":" + json_string(to_text(end)) + ",\"accounts\":" + names + "}";
}

}  // namespace chartbell
