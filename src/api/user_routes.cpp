// Users as admins see them (docs/api.md, "Users").
#include "api/answer.h"
#include "api/password_rules.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_user.h"
#include "api/user_step.h"

namespace chartbell {
namespace {

Result<std::optional<Role>> role_in(const Call& call) {
  const auto text = call.parameters.text("role");
  if (!text) return std::optional<Role>();
  const auto role = role_named(*text);
  if (!role) return failure(Code::kInvalid, "role must be viewer, operator or admin");
  return role;
}

Result<HttpResponse> list_users(ApiParts& parts, Call&) {
  TRY(const auto rows, parts.sign_in->users().users());
  return success_list(show_all(rows, [](const User& row) { return show(row); }), rows.size());
}

Result<void> add_user(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto* door, door_of(parts));
  NewUser user;
  TRY(user.name, user_name_in(call));
  TRY(user.display_name, display_name_in(call));
  TRY(const auto role, role_in(call));
  if (!role) return failure(Code::kInvalid, "Missing parameter role");
  user.role = *role;
  TRY(auto password, secret_in(call, "password", kPasswordBytesMax));
  return run_step(*door, respond,
                  [door, by = *call.user, user = std::move(user),
                   password = std::move(password)]() -> Result<HttpResponse> {
                    TRY(const auto made, door->add_user(by, user, password));
                    return success(201, show(made));
                  });
}

Result<UserChange> change_in(const Call& call) {
  UserChange out;
  if (call.parameters.has("display_name")) {
    TRY(out.display_name, display_name_in(call));
  }
  TRY(out.role, role_in(call));
  TRY(out.disabled, call.parameters.boolean("disabled"));
  TRY(const auto factor, call.parameters.boolean("second_factor"));
  if (factor == true)
    return failure(Code::kInvalid, "second_factor can only be turned on by the user");
  out.without_second_factor = factor == false;
  return out;
}

bool is_empty(const UserChange& change) {
  return !change.ends_sessions() && !change.display_name;
}

Result<void> change_user(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto* door, door_of(parts));
  TRY(auto change, change_in(call));
  std::string password;
  if (call.parameters.has("password")) {
    TRY(password, secret_in(call, "password", kPasswordBytesMax));
  }
  if (is_empty(change) && password.empty())
    return failure(Code::kInvalid,
                   "Nothing to change: display_name, role, disabled, password or second_factor");
  return run_step(*door, respond,
                  [door, by = *call.user, id = UserId{call.ids.at(0)}, change = std::move(change),
                   password = std::move(password)]() -> Result<HttpResponse> {
                    TRY(const auto changed, door->change_user(by, id, change, password));
                    return success(200, show(changed));
                  });
}

Result<HttpResponse> delete_user(ApiParts& parts, Call& call) {
  const UserId id{call.ids.at(0)};
  auto note = note_of(call.user->user, "deleted_user");
  note.about = "user " + to_string(id);
  TRY_DO(parts.sign_in->users().delete_user(id, std::move(note)));
  return success(200, R"({"deleted":true})");
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/users", Access::kAdmin, list_users},
    {"POST", "/api/v1/users", Access::kAdmin, nullptr, add_user},
    {"PATCH", "/api/v1/users/{}", Access::kAdmin, nullptr, change_user},
    {"DELETE", "/api/v1/users/{}", Access::kAdmin, delete_user},
};

}  // namespace

std::span<const Route> user_routes() {
  return kRoutes;
}

}  // namespace chartbell
