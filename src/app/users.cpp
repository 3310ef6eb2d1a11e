#include <cstdio>
#include <cstdlib>

#include "app/commands.h"
#include "app/store_tool.h"
#include "app/terminal.h"
#include "base/ascii.h"
#include "base/encoding.h"
#include "base/password.h"
#include "base/time_text.h"
#include "store/user_store.h"

namespace chartbell {
namespace {

constexpr std::size_t kPasswordBytes = 15;  // 24 letters
constexpr std::size_t kGroup = 6;

AuditNote note_of_command(std::string act) {
  return {.who = "command line", .act = std::move(act)};
}

// "abcdef-ghijkl-mnopqr-stuvwx": easy to read aloud, and never typed twice.
std::string drawn_password(Random& random) {
  std::string bytes(kPasswordBytes, '\0');
  random.fill({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
  const auto letters = to_lower(to_base32(bytes));
  std::string out;
  for (std::size_t i = 0; i < letters.size(); ++i)
    out += (i > 0 && i % kGroup == 0 ? "-" : "") + std::string(1, letters[i]);
  return out;
}

void show_once(const std::string& password) {
  std::fprintf(stderr, "The password is shown once; only its hash is kept. Change it soon.\n");
  std::printf("%s\n", password.c_str());
}

Result<User> user_named(SqliteUserStore& users, const std::string& name) {
  TRY(auto found, users.secrets(to_lower(name)));
  if (!found) return failure(Code::kNotFound, "no user named \"" + name + "\"");
  return std::move(found->user);
}

Result<std::string> add(StoreTool& tool, const UserArguments& arguments) {
  const auto role = role_named(arguments.role);
  if (!role)
    return failure(Code::kConfig,
                   "no role \"" + arguments.role + "\"; there is viewer, operator, admin");
  const auto name = to_lower(arguments.name);
  if (!is_user_name(name))
    return failure(Code::kConfig,
                   "a name has 2 to 64 letters, digits and . _ - @, a letter or digit first");
  auto password = drawn_password(tool.random);
  TRY(auto hash, password_hash(password, PasswordCost()));
  const auto& display_name = arguments.display_name.empty() ? name : arguments.display_name;
  auto note = note_of_command("added_user");
  note.detail = name + ", role " + arguments.role;
  TRY_DO(SqliteUserStore(*tool.core)
             .add_user({.name = name,
                        .display_name = display_name,
                        .role = *role,
                        .password_hash = std::move(hash)},
                       UserStore::Which::kAny, std::move(note)));
  return password;
}

Result<void> change(StoreTool& tool, const std::string& name, UserChange change,
                    const std::string& what) {
  SqliteUserStore users(*tool.core);
  TRY(const auto user, user_named(users, name));
  auto note = note_of_command("changed_user");
  note.about = "user " + to_string(user.id);
  note.detail = what;
  TRY_DO(users.change_user(user.id, std::move(change), std::move(note)));
  return {};
}

Result<std::string> reset(StoreTool& tool, const std::string& name) {
  auto password = drawn_password(tool.random);
  UserChange wanted;
  TRY(wanted.password_hash, password_hash(password, PasswordCost()));
  wanted.without_second_factor = true;
  TRY_DO(change(tool, name, std::move(wanted), "password, second_factor off"));
  return password;
}

std::string state_of(const User& user) {
  if (user.disabled_at) return "disabled " + to_text(*user.disabled_at);
  return user.second_factor ? "active, second factor" : "active";
}

int set_disabled(const UserArguments& arguments, bool disabled) {
  StoreTool tool;
  if (const auto opened = tool.open(arguments.config_path); !opened)
    return complain(opened.error());
  UserChange wanted;
  wanted.disabled = disabled;
  const char* what = disabled ? "disabled" : "enabled";
  const auto done = change(tool, arguments.name, std::move(wanted), what);
  if (!done) return complain(done.error());
  std::printf("%s: %s\n", what, arguments.name.c_str());
  return EXIT_SUCCESS;
}

}  // namespace

int add_user(const UserArguments& arguments) {
  StoreTool tool;
  if (const auto opened = tool.open(arguments.config_path); !opened)
    return complain(opened.error());
  const auto password = add(tool, arguments);
  if (!password) return complain(password.error());
  show_once(*password);
  return EXIT_SUCCESS;
}

int list_users(const UserArguments& arguments) {
  StoreTool tool;
  if (const auto opened = tool.open(arguments.config_path); !opened)
    return complain(opened.error());
  const auto users = SqliteUserStore(*tool.core).users();
  if (!users) return complain(users.error());
  std::printf("%-24s %-28s %-10s %-26s %s\n", "NAME", "DISPLAY NAME", "ROLE", "CREATED", "STATE");
  for (const auto& user : *users)
    std::printf("%-24s %-28s %-10s %-26s %s\n", user.name.c_str(),
                printable(user.display_name, 100).c_str(), std::string(name(user.role)).c_str(),
                to_text(user.created_at).c_str(), state_of(user).c_str());
  return EXIT_SUCCESS;
}

int disable_user(const UserArguments& arguments) {
  return set_disabled(arguments, true);
}

int enable_user(const UserArguments& arguments) {
  return set_disabled(arguments, false);
}

int reset_user(const UserArguments& arguments) {
  StoreTool tool;
  if (const auto opened = tool.open(arguments.config_path); !opened)
    return complain(opened.error());
  const auto password = reset(tool, arguments.name);
  if (!password) return complain(password.error());
  show_once(*password);
  return EXIT_SUCCESS;
}

}  // namespace chartbell
