#include <cstdlib>

#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "app/remote_cli.h"
#include "app/terminal.h"

namespace {

using namespace chartbell;  // NOLINT: the program's own vocabulary

void add_serve(CLI::App& app, std::string& config, int& code) {
  auto* command = app.add_subcommand("serve", "Watch the configured record systems and deliver");
  command->add_option("-c,--config", config, "Configuration file (TOML)")->required();
  command->callback([&] { code = serve(config); });
}

void add_demo(CLI::App& app, DemoArguments& arguments, int& code) {
  auto* command =
      app.add_subcommand("demo", "Play a practice's day and deliver every change of it");
  command->add_option("--seed", arguments.seed, "The day to play; the same seed, the same day");
  command->add_option("--events", arguments.events, "End after so many events, and check them all")
      ->check(CLI::PositiveNumber);
  command->add_option("--speed", arguments.speed, "How fast the day goes by; 1 is easy to follow")
      ->check(CLI::Range(0.1, 1000.0));
  command->callback([&] { code = demo(arguments); });
}

void add_listen(CLI::App& app, ListenArguments& arguments, int& code) {
  auto* command = app.add_subcommand("listen", "Receive deliveries, verify and print them");
  command->add_option("--address", arguments.address, "Address to listen on");
  command->add_option("--port", arguments.port, "Port; 0 takes any free one");
  command->add_option("--secret", arguments.secret, "The endpoint's secret_key")
      ->envname("CHARTBELL_SECRET")
      ->required();
  command->add_option("--forward", arguments.forward_url, "Send each delivery on to this URL");
  command->add_option("--status", arguments.status, "Answer with this status")
      ->check(CLI::Range(200, 599));
  command->callback([&] { code = listen(arguments); });
}

void add_verify(CLI::App& app, VerifyArguments& arguments, int& code) {
  auto* command = app.add_subcommand("verify", "Check the signatures of a stored request");
  command->add_option("--secret", arguments.secret, "The endpoint's secret_key")
      ->envname("CHARTBELL_SECRET")
      ->required();
  command
      ->add_option("file", arguments.request_file,
                   "Header lines, an empty line, the body; - for standard input")
      ->required();
  command->callback([&] { code = verify_request(arguments); });
}

CLI::App* add_key_command(CLI::App& keys, const char* name, const char* what,
                          KeyArguments& arguments) {
  auto* command = keys.add_subcommand(name, what);
  command->add_option("-c,--config", arguments.config_path, "Configuration file")->required();
  return command;
}

void add_keys(CLI::App& app, KeyArguments& arguments, int& code) {
  auto* keys = app.add_subcommand("keys", "API keys: create, list, revoke");
  keys->require_subcommand(1);
  auto* create = add_key_command(*keys, "create", "Make a key and show it once", arguments);
  create->add_option("--name", arguments.name, "Whose key it is")->required();
  create->add_option("--institution", arguments.institutions, "Subdomains it may see; * for all")
      ->required();
  create->add_option("--scope", arguments.scopes,
                     "What it may do: read, write, webhooks.read, webhooks, operate; all of them "
                     "unless given");
  create->add_option("--expires-at", arguments.expires_at, "Until when, 2027-03-31T00:00:00Z");
  create->callback([&] { code = create_key(arguments); });
  add_key_command(*keys, "list", "Show names and states", arguments)->callback([&] {
    code = list_keys(arguments);
  });
  auto* revoke = add_key_command(*keys, "revoke", "Make a key worthless at once", arguments);
  revoke->add_option("--name", arguments.name, "Whose key")->required();
  revoke->callback([&] { code = revoke_key(arguments); });
}

CLI::App* add_user_command(CLI::App& users, const char* name, const char* what,
                           UserArguments& arguments) {
  auto* command = users.add_subcommand(name, what);
  command->add_option("name", arguments.name, "By which they sign in")->required();
  command->add_option("-c,--config", arguments.config_path, "Configuration file")->required();
  return command;
}

void add_users(CLI::App& app, UserArguments& arguments, int& code) {
  auto* users = app.add_subcommand("users", "People who sign in: add, list, disable, reset");
  users->require_subcommand(1);
  auto* add = add_user_command(*users, "add", "Make a user; shows a password once", arguments);
  add->add_option("--role", arguments.role, "viewer, operator or admin; viewer unless given");
  add->add_option("--display-name", arguments.display_name, "As others see them");
  add->callback([&] { code = add_user(arguments); });
  auto* list = users->add_subcommand("list", "Show names, roles and states");
  list->add_option("-c,--config", arguments.config_path, "Configuration file")->required();
  list->callback([&] { code = list_users(arguments); });
  add_user_command(*users, "disable", "End their sessions and let them in no more", arguments)
      ->callback([&] { code = disable_user(arguments); });
  add_user_command(*users, "enable", "Let them in again", arguments)->callback([&] {
    code = enable_user(arguments);
  });
  add_user_command(*users, "reset", "Another password, shown once; no second factor", arguments)
      ->callback([&] { code = reset_user(arguments); });
}

void add_doctor(CLI::App& app, DoctorArguments& arguments, int& code) {
  auto* command = app.add_subcommand(
      "doctor", "Examine configuration, record systems and endpoints; say how to mend them");
  command->add_option("-c,--config", arguments.config_path, "Configuration file")->required();
  command->add_flag("--json", arguments.json, "Print the findings as JSON");
  command->callback([&] { code = doctor(arguments); });
}

void add_mapping(CLI::App& app, MappingCheckArguments& arguments, int& code) {
  auto* mapping = app.add_subcommand("mapping", "Mappings: check one against a record system");
  mapping->require_subcommand(1);
  auto* check = mapping->add_subcommand("check", "Read through it and show what comes, masked");
  check->add_option("file", arguments.file, "The mapping: a file, or the name of one of mappings/")
      ->required();
  check->add_option("--source", arguments.source_url, "The record system's URL")
      ->envname("CHARTBELL_SOURCE")
      ->required();
  check->add_option("--timezone", arguments.timezone, "The practice's zone, for civil times");
  check->add_option("--samples", arguments.samples, "Resources to show of each kind")
      ->check(CLI::Range(0, 100));
  check->add_option("--rows", arguments.rows, "Rows to read of each kind")
      ->check(CLI::Range(1, 10'000'000));
  check->callback([&] { code = check_mapping(arguments); });
}

// What was typed where a command should stand is named; nothing at all gets the list of them.
std::string explained(const CLI::App* app, const CLI::Error& error) {
  const auto typed = app->remaining(/*recurse=*/true);
  const auto chosen = app->get_subcommands();
  if (typed.empty() && chosen.empty()) return app->help();
  std::string known;
  for (const auto* command : (chosen.empty() ? app : chosen.front())->get_subcommands({}))
    known += (known.empty() ? "" : ", ") + command->get_name();
  if (typed.empty() || typed.front().starts_with('-') || known.empty())
    return CLI::FailureMessage::simple(app, error);
  return "chartbell: no command \"" + printable(typed.front(), 40) + "\"; there is " + known + "\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Chartbell watches health record systems and delivers each change as a signed webhook.",
      "chartbell");
  app.set_version_flag("--version", CHARTBELL_VERSION);
  app.require_subcommand(1);
  app.failure_message(explained);
  int code = EXIT_SUCCESS;
  std::string config;
  DemoArguments demo_arguments;
  ListenArguments listen_arguments;
  VerifyArguments verify_arguments;
  KeyArguments key_arguments;
  UserArguments user_arguments;
  DoctorArguments doctor_arguments;
  MappingCheckArguments mapping_arguments;
  add_serve(app, config, code);
  add_demo(app, demo_arguments, code);
  add_listen(app, listen_arguments, code);
  add_verify(app, verify_arguments, code);
  add_keys(app, key_arguments, code);
  add_users(app, user_arguments, code);
  add_doctor(app, doctor_arguments, code);
  add_mapping(app, mapping_arguments, code);
  add_remote_commands(app, code);
  CLI11_PARSE(app, argc, argv);
  return code;
}
