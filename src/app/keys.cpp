#include <cstdio>
#include <cstdlib>

#include "app/commands.h"
#include "app/store_tool.h"
#include "app/terminal.h"
#include "base/crypto.h"
#include "base/time_text.h"
#include "store/account_store.h"

namespace chartbell {
namespace {

constexpr std::size_t kKeyBytes = 32;

struct Tool : StoreTool {
  std::unique_ptr<EventLog> log;
  std::unique_ptr<SqliteAccountStore> accounts;

  Result<void> open(const std::string& config_path) {
    TRY_DO(StoreTool::open(config_path));
    log = std::make_unique<EventLog>(*core);
    accounts = std::make_unique<SqliteAccountStore>(*core, *log);
    return {};
  }
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

Result<KeyTerms> terms_of(const KeyArguments& arguments) {
  KeyTerms out;
  if (!arguments.scopes.empty()) out.scopes = {};
  for (const auto& word : arguments.scopes) {
    const auto scope = scope_named(word);
    if (!scope)
      return failure(Code::kConfig, "no scope \"" + word + "\"; there is " +
                                        joined(std::vector<std::string>(scope_names().begin(),
                                                                        scope_names().end())));
    out.scopes.add(*scope);
  }
  if (arguments.expires_at.empty()) return out;
  out.expires_at = parse_utc(arguments.expires_at);
  if (!out.expires_at)
    return failure(Code::kConfig, "--expires-at must be a time like 2027-03-31T00:00:00Z");
  return out;
}

std::string state_of(const Account& account, WallTime now) {
  if (account.revoked_at) return "revoked";
  if (!account.expires_at) return "active";
  return (*account.expires_at <= now ? "expired " : "active to ") + to_text(*account.expires_at);
}

}  // namespace

int create_key(const KeyArguments& arguments) {
  const auto terms = terms_of(arguments);
  if (!terms) return complain(terms.error());
  Tool tool;
  if (const auto opened = tool.open(arguments.config_path); !opened)
    return complain(opened.error());
  const auto existing = tool.accounts->accounts();
  if (!existing) return complain(existing.error());
  for (const auto& account : *existing)
    if (account.name == arguments.name && !account.revoked_at)
      return complain("a key named \"" + arguments.name + "\" exists; revoke it first");
  const std::string key = "cb_" + tool.random.hex(kKeyBytes);
  const auto made =
      tool.accounts->put_account(arguments.name, sha256(key), arguments.institutions, *terms);
  if (!made) return complain(made.error());
  std::fprintf(stderr, "The key is shown once; only its hash is kept.\n");
  std::printf("%s\n", key.c_str());
  return EXIT_SUCCESS;
}

int list_keys(const KeyArguments& arguments) {
  Tool tool;
  if (const auto opened = tool.open(arguments.config_path); !opened)
    return complain(opened.error());
  const auto accounts = tool.accounts->accounts();
  if (!accounts) return complain(accounts.error());
  std::printf("%-24s %-28s %-28s %-26s %s\n", "NAME", "INSTITUTIONS", "SCOPES", "CREATED", "STATE");
  for (const auto& account : *accounts)
    std::printf("%-24s %-28s %-28s %-26s %s\n", account.name.c_str(),
                joined(account.institutions).c_str(), account.scopes.text().c_str(),
                to_text(account.created_at).c_str(), state_of(account, tool.clock.now()).c_str());
  return EXIT_SUCCESS;
}

int revoke_key(const KeyArguments& arguments) {
  Tool tool;
  if (const auto opened = tool.open(arguments.config_path); !opened)
    return complain(opened.error());
  const auto revoked = tool.accounts->revoke_account(arguments.name);
  if (!revoked) return complain(revoked.error());
  std::printf("revoked: %s\n", arguments.name.c_str());
  return EXIT_SUCCESS;
}

}  // namespace chartbell
