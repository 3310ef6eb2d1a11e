// Accounts, institutions, endpoints and subscriptions, in SQLite.
#pragma once

#include "api/ports.h"
#include "base/random.h"
#include "store/core.h"
#include "store/directory_version.h"
#include "store/event_log.h"

namespace chartbell {

struct LocationSpec {
  std::string name;
  std::string timezone;
  std::string foreign_id;
};

struct InstitutionSpec {
  std::string subdomain;
  std::string name;
  std::vector<LocationSpec> locations;
  std::vector<std::string> sources;
};

// An institution of the configuration with the ids that the store gave it; same order as the spec.
struct RegisteredInstitution {
  InstitutionId id;
  std::vector<LocationId> locations;
  std::vector<SourceId> sources;
};

// The lights of a source as they were last recorded.
struct StoredLights {
  Light read = Light::kRed;
  std::optional<WallTime> read_at;
  Light write = Light::kRed;
  std::optional<WallTime> write_at;

  friend bool operator==(const StoredLights&, const StoredLights&) = default;
};

// What a key may do, until when, and how often.
struct KeyTerms {
  Scopes scopes = Scopes::all();
  std::optional<WallTime> expires_at{};
  RateLimits limits{};
};

class SqliteAccountStore final : public AccountStore {
 public:
  // `core` and `log` outlive the store.
  SqliteAccountStore(StoreCore& core, EventLog& log) : core_(core), log_(log) {}

  const DirectoryVersion& directory_version() const { return directory_version_; }
  // For other stores whose changes the dispatcher must hear of.
  DirectoryVersion& directory_version() { return directory_version_; }

  Result<std::optional<Account>> account_by_key(std::string_view key_hash) override;
  Result<std::optional<Account>> account(AccountId id) override;
  Result<std::vector<Account>> accounts() override;
  Result<void> revoke_token(AccountId account, std::string token_id, WallTime expires_at) override;
  Result<bool> is_token_revoked(std::string_view token_id) override;
  Result<std::vector<Institution>> institutions() override;
  Result<std::vector<Endpoint>> endpoints(AccountId account) override;
  Result<Endpoint> endpoint(AccountId account, EndpointId id) override;
  Result<Endpoint> create_endpoint(AccountId account, std::string target_url, bool active,
                                   std::string secret_key, EndpointOptions options = {}) override;
  Result<Endpoint> change_endpoint(AccountId account, EndpointId id,
                                   EndpointChange change) override;
  Result<Endpoint> rotate_secret(AccountId account, EndpointId id, std::string secret_key,
                                 WallTime until) override;
  Result<void> delete_endpoint(AccountId account, EndpointId id) override;
  Result<std::vector<Subscription>> subscriptions(AccountId account, EndpointId endpoint) override;
  Result<Subscription> create_subscription(AccountId account, EndpointId endpoint,
                                           InstitutionId institution, const Topic& topic,
                                           bool active, SubscriptionOptions options = {}) override;
  Result<Subscription> change_subscription(AccountId account, EndpointId endpoint,
                                           SubscriptionId id, SubscriptionChange change) override;
  Result<void> delete_subscription(AccountId account, EndpointId endpoint,
                                   SubscriptionId id) override;

  // What the configuration names, with the ids it had before or new ones.
  Result<RegisteredInstitution> register_institution(InstitutionSpec spec);
  Result<void> save_lights(InstitutionId institution, SourceId source, StoredLights lights);
  Result<StoredLights> lights(InstitutionId institution, SourceId source);

  // Makes the account, or gives it this key, these institutions and terms. A key that was revoked
  // stays so: only another one opens the account again.
  Result<AccountId> put_account(std::string name, std::string key_hash,
                                std::vector<std::string> institutions, KeyTerms terms = {});
  // kNotFound for an unknown name.
  Result<void> revoke_account(std::string name);

 private:
  Result<void> change_directory(StoreCore::Change change);
  // As the writer sees it, earlier changes of the same transaction included.
  Result<Endpoint> endpoint_in(SqliteDb& db, AccountId account, EndpointId id);
  Result<void> put_options(SqliteDb& db, EndpointId id, const EndpointOptions& options);
  Result<void> put_secret(SqliteDb& db, EndpointId id, std::string_view secret_key);
  Result<Subscription> subscription_of(AccountId account, EndpointId endpoint, SubscriptionId id);

  StoreCore& core_;
  EventLog& log_;
  DirectoryVersion directory_version_;
};

}  // namespace chartbell
