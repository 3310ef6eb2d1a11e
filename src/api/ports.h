// What the API needs of its neighbours: accounts, endpoints and institutions from the store, the
// state of sources from whoever runs them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/document.h"
#include "model/ids.h"
#include "model/subscriber.h"
#include "model/sync_status.h"

namespace chartbell {

// The holder of an API key.
struct Account {
  AccountId id;
  std::string name;
  std::vector<std::string> institutions;  // subdomains; "*" stands for all
  WallTime created_at;
  std::optional<WallTime> revoked_at;

  bool may_see(std::string_view subdomain) const;
};

struct Location {
  LocationId id;
  InstitutionId institution;
  std::string name;
  std::string timezone;
  std::string foreign_id;
  WallTime created_at;
  WallTime updated_at;
  // What the record system says of it (address, telephone), in the shape of a location; may be
  // empty.
  Document details;
};

struct Institution {
  InstitutionId id;
  std::string subdomain;
  std::string name;
  WallTime created_at;
  std::vector<Location> locations;
};

// Changes the options of an endpoint, whatever they were.
using OptionsEdit = std::function<void(EndpointOptions&)>;

struct EndpointChange {
  std::optional<std::string> target_url;
  std::optional<bool> active;
  OptionsEdit options{};  // empty: they stay
};

struct SubscriptionChange {
  std::optional<bool> active;
  std::optional<EndpointId> endpoint;
  std::optional<Ordering> ordering{};
  std::optional<std::vector<LocationId>> locations{};
  std::optional<bool> notify_red{};
};

// What a new subscription may have beyond the vendor's wire.
struct SubscriptionOptions {
  Ordering ordering = Ordering::kNone;
  std::vector<LocationId> locations;
  bool notify_red = false;
};

// At most so many replaced secrets of an endpoint sign along.
inline constexpr std::size_t kRetiredSecretsMax = 5;

// Thread-safe. A change returns when it is on disk. kNotFound where the row does not exist or
// belongs to another account: the two are not told apart.
class AccountStore {
 public:
  virtual ~AccountStore() = default;
  // By the SHA-256 of the key; nothing for unknown and revoked keys.
  virtual Result<std::optional<Account>> account_by_key(std::string_view key_hash) = 0;
  virtual Result<std::optional<Account>> account(AccountId id) = 0;

  virtual Result<std::vector<Institution>> institutions() = 0;

  virtual Result<std::vector<Endpoint>> endpoints(AccountId account) = 0;
  virtual Result<Endpoint> endpoint(AccountId account, EndpointId id) = 0;
  virtual Result<Endpoint> create_endpoint(AccountId account, std::string target_url, bool active,
                                           std::string secret_key,
                                           EndpointOptions options = {}) = 0;
  virtual Result<Endpoint> change_endpoint(AccountId account, EndpointId id,
                                           EndpointChange change) = 0;
  // The secret until now signs along up to `until`; not at all where that has passed. Of more than
  // kRetiredSecretsMax the oldest goes.
  virtual Result<Endpoint> rotate_secret(AccountId account, EndpointId id, std::string secret_key,
                                         WallTime until) = 0;
  virtual Result<void> delete_endpoint(AccountId account, EndpointId id) = 0;

  virtual Result<std::vector<Subscription>> subscriptions(AccountId account,
                                                          EndpointId endpoint) = 0;
  // The row that exists, as it is, where there is one for the same endpoint, institution and topic.
  virtual Result<Subscription> create_subscription(AccountId account, EndpointId endpoint,
                                                   InstitutionId institution, const Topic& topic,
                                                   bool active,
                                                   SubscriptionOptions options = {}) = 0;
  virtual Result<Subscription> change_subscription(AccountId account, EndpointId endpoint,
                                                   SubscriptionId id,
                                                   SubscriptionChange change) = 0;
  virtual Result<void> delete_subscription(AccountId account, EndpointId endpoint,
                                           SubscriptionId id) = 0;
};

// Thread-safe.
class SourceBoard {
 public:
  virtual ~SourceBoard() = default;
  virtual std::vector<SyncStatus> sources() const = 0;
};

}  // namespace chartbell
