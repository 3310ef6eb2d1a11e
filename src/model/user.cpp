#include "model/user.h"

#include <algorithm>

namespace chartbell {
namespace {

constexpr std::array<std::string_view, kRoles.size()> kNames = {"viewer", "operator", "admin"};
constexpr std::size_t kUserNameMin = 2;
constexpr std::size_t kUserNameMax = 64;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view name(Role role) {
  return kNames[static_cast<std::size_t>(role)];
}

std::optional<Role> role_named(std::string_view wanted) {
  const auto found = std::ranges::find(kNames, wanted);
  if (found == kNames.end()) return std::nullopt;
  return kRoles[static_cast<std::size_t>(found - kNames.begin())];
}

Scopes scopes_of(Role role) {
  if (role != Role::kViewer) return Scopes::all();
  Scopes out;
  out.add(Scope::kRead);
  out.add(Scope::kWebhooksRead);
  return out;
}

Role role_for(Scope scope) {
  return scopes_of(Role::kViewer).has(scope) ? Role::kViewer : Role::kOperator;
}

bool is_user_name(std::string_view text) {
  constexpr std::string_view kOthers = "._-@";
  return text.size() >= kUserNameMin && text.size() <= kUserNameMax &&
         is_letter_or_digit(text.front()) && std::ranges::all_of(text, [&](char c) {
           return is_letter_or_digit(c) || kOthers.find(c) != std::string_view::npos;
         });
}

bool lasts(const UserSession& session, WallTime now) {
  if (session.state == SignInState::kPasswordOnly)
    return now < session.created_at + kSecondFactorPatience &&
           session.wrong_codes < kWrongCodesMost;
  return now < session.seen_at + kUserSessionIdle && now < session.created_at + kUserSessionMost;
}

}  // namespace chartbell
