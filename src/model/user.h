// Users: people who sign in, by name and password, and what their roles let them do. A key's holder
// is no user (model/scope.h). Users see every institution of this server.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/ids.h"
#include "model/scope.h"

namespace chartbell {

// Each may do what those before it may.
enum class Role : std::uint8_t {
  kViewer,    // reads, endpoints and deliveries too, but none of their secrets
  kOperator,  // all that a key can do, and reveals what is masked
  kAdmin,     // users, too, and the audit trail
};
inline constexpr std::array kRoles = {Role::kViewer, Role::kOperator, Role::kAdmin};

// "viewer", "operator", "admin".
std::string_view name(Role role);
std::optional<Role> role_named(std::string_view name);
// What the API's routes let them do.
Scopes scopes_of(Role role);
// The least role that has the scope.
Role role_for(Scope scope);

struct User {
  UserId id;
  std::string name;  // by which they sign in: see is_user_name()
  std::string display_name;
  Role role = Role::kViewer;
  WallTime created_at;
  std::optional<WallTime> disabled_at{};
  bool second_factor = false;
  // Grows when password, role or second factor change, and when they are disabled: sessions of an
  // earlier one are worthless.
  std::int64_t generation = 1;

  friend bool operator==(const User&, const User&) = default;
};

// 2 to 64 small letters, digits and . _ - @, of which the first is a letter or digit.
bool is_user_name(std::string_view text);

// ---- sessions -----------------------------------------------------------------------------------

enum class SignInState : std::uint8_t {
  kPasswordOnly,  // the second factor is to come; lets nothing else
  kSignedIn,
};

// A browser of a user. The id itself is in the browser's cookie alone.
struct UserSession {
  std::string id_hash;  // SHA-256
  UserId user;
  SignInState state = SignInState::kSignedIn;
  WallTime created_at;
  WallTime seen_at;             // to a minute
  std::int64_t generation = 1;  // the user's when it began
  int wrong_codes = 0;          // while the second factor is to come
};

inline constexpr std::chrono::minutes kUserSessionIdle{15};
inline constexpr std::chrono::hours kUserSessionMost{12};
// From the password to the second factor.
inline constexpr std::chrono::minutes kSecondFactorPatience{5};
inline constexpr int kWrongCodesMost = 5;
// `seen_at` is written that often at most.
inline constexpr std::chrono::minutes kSeenStep{1};

bool lasts(const UserSession& session, WallTime now);

}  // namespace chartbell
