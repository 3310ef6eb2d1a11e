// MemoryAccountStore: accounts, institutions, endpoints and subscriptions without a disk.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/ports.h"
#include "base/crypto.h"

namespace chartbell {

class MemoryAccountStore final : public AccountStore {
 public:
  explicit MemoryAccountStore(const Clock& clock) : clock_(clock) {}

  // ---- what a test does to the store -----------------------------------------------------------
  AccountId add_account(std::string_view key, std::vector<std::string> institutions) {
    const AccountId id{++last_id_};
    accounts_[id] = {.id = id,
                     .name = "account " + to_string(id),
                     .institutions = std::move(institutions),
                     .created_at = clock_.now(),
                     .limits = {0, 0, 0}};
    keys_[sha256(key)] = id;
    return id;
  }
  void set_scopes(AccountId id, Scopes scopes) { accounts_.at(id).scopes = scopes; }
  void set_limits(AccountId id, RateLimits limits) { accounts_.at(id).limits = limits; }
  void set_expiry(AccountId id, WallTime at) { accounts_.at(id).expires_at = at; }
  void revoke(AccountId id) {
    accounts_.at(id).revoked_at = clock_.now();
    ++accounts_.at(id).generation;
  }
  // As if the configuration had the key again.
  void restore(AccountId id) { accounts_.at(id).revoked_at.reset(); }
  InstitutionId add_institution(std::string subdomain) {
    const InstitutionId id{++last_id_};
    const LocationId location{++last_id_};
    institutions_.push_back({.id = id,
                             .subdomain = subdomain,
                             .name = "Practice " + subdomain,
                             .created_at = clock_.now(),
                             .locations = {{.id = location,
                                            .institution = id,
                                            .name = "Main Street",
                                            .timezone = "America/New_York",
                                            .foreign_id = "0",
                                            .created_at = clock_.now(),
                                            .updated_at = clock_.now()}}});
    return id;
  }
  // Every call fails from now on.
  void fail_from_now_on() { broken_ = true; }

  // ---- AccountStore ----------------------------------------------------------------------------
  Result<std::optional<Account>> account_by_key(std::string_view key_hash) override {
    if (broken_) return failure(Code::kInternal, "the disk broke at sector 7");
    const auto found = keys_.find(std::string(key_hash));
    if (found == keys_.end()) return std::optional<Account>();
    return account(found->second);
  }
  Result<std::optional<Account>> account(AccountId id) override {
    const auto found = accounts_.find(id);
    if (found == accounts_.end() || found->second.revoked_at) return std::optional<Account>();
    const auto& expires = found->second.expires_at;
    if (expires && *expires <= clock_.now()) return std::optional<Account>();
    return std::optional(found->second);
  }
  Result<std::vector<Account>> accounts() override {
    std::vector<Account> out;
    for (const auto& [id, account] : accounts_) out.push_back(account);
    return out;
  }
  Result<void> revoke_token(AccountId, std::string token_id, WallTime) override {
    revoked_tokens_.insert(std::move(token_id));
    return {};
  }
  Result<bool> is_token_revoked(std::string_view token_id) override {
    return revoked_tokens_.contains(token_id);
  }
  Result<std::vector<Institution>> institutions() override { return institutions_; }

  Result<std::vector<Endpoint>> endpoints(AccountId account) override {
    std::vector<Endpoint> out;
    for (const auto& [id, endpoint] : endpoints_)
      if (endpoint.account == account) out.push_back(endpoint);
    return out;
  }
  Result<Endpoint> endpoint(AccountId account, EndpointId id) override {
    TRY(const auto* endpoint, mine(account, id));
    return *endpoint;
  }
  Result<Endpoint> create_endpoint(AccountId account, std::string target_url, bool active,
                                   std::string secret_key, EndpointOptions options = {}) override {
    const EndpointId id{++last_id_};
    endpoints_[id] = {.id = id,
                      .account = account,
                      .target_url = std::move(target_url),
                      .secret_key = std::move(secret_key),
                      .active = active,
                      .options = std::move(options),
                      .created_at = clock_.now(),
                      .updated_at = clock_.now()};
    return endpoints_[id];
  }
  Result<Endpoint> change_endpoint(AccountId account, EndpointId id,
                                   EndpointChange change) override {
    TRY(auto* endpoint, mine(account, id));
    if (change.target_url) endpoint->target_url = *change.target_url;
    if (change.active) endpoint->active = *change.active;
    if (change.options) change.options(endpoint->options);
    endpoint->updated_at = clock_.now();
    return *endpoint;
  }
  Result<Endpoint> rotate_secret(AccountId account, EndpointId id, std::string secret_key,
                                 WallTime until) override {
    TRY(auto* endpoint, mine(account, id));
    if (until > clock_.now())
      endpoint->options.retired_secrets.push_back({endpoint->secret_key, until});
    endpoint->secret_key = std::move(secret_key);
    return *endpoint;
  }
  Result<void> delete_endpoint(AccountId account, EndpointId id) override {
    TRY_DO(mine(account, id));
    std::erase_if(subscriptions_, [&](const auto& row) { return row.second.endpoint == id; });
    endpoints_.erase(id);
    return {};
  }

  Result<std::vector<Subscription>> subscriptions(AccountId account, EndpointId endpoint) override {
    TRY_DO(mine(account, endpoint));
    std::vector<Subscription> out;
    for (const auto& [id, row] : subscriptions_)
      if (row.endpoint == endpoint) out.push_back(row);
    return out;
  }
  Result<Subscription> create_subscription(AccountId account, EndpointId endpoint,
                                           InstitutionId institution, const Topic& topic,
                                           bool active, SubscriptionOptions options = {}) override {
    TRY_DO(mine(account, endpoint));
    for (const auto& [id, held] : subscriptions_)
      if (held.endpoint == endpoint && held.institution == institution && held.topic == topic)
        return held;
    const SubscriptionId id{++last_id_};
    subscriptions_[id] = {.id = id,
                          .endpoint = endpoint,
                          .institution = institution,
                          .topic = topic,
                          .active = active,
                          .ordering = options.ordering,
                          .locations = std::move(options.locations),
                          .notify_red = options.notify_red,
                          .created_at = clock_.now(),
                          .updated_at = clock_.now()};
    return subscriptions_[id];
  }
  Result<Subscription> change_subscription(AccountId account, EndpointId endpoint,
                                           SubscriptionId id, SubscriptionChange change) override {
    TRY(auto* row, mine(account, endpoint, id));
    if (change.endpoint) TRY_DO(mine(account, *change.endpoint));
    if (change.endpoint) row->endpoint = *change.endpoint;
    if (change.active) row->active = *change.active;
    if (change.ordering) row->ordering = *change.ordering;
    if (change.locations) row->locations = *change.locations;
    if (change.notify_red) row->notify_red = *change.notify_red;
    row->updated_at = clock_.now();
    return *row;
  }
  Result<void> delete_subscription(AccountId account, EndpointId endpoint,
                                   SubscriptionId id) override {
    TRY_DO(mine(account, endpoint, id));
    subscriptions_.erase(id);
    return {};
  }

 private:
  Result<Endpoint*> mine(AccountId account, EndpointId id) {
    const auto found = endpoints_.find(id);
    if (found == endpoints_.end() || found->second.account != account)
      return failure(Code::kNotFound, "Endpoint not found");
    return &found->second;
  }
  Result<Subscription*> mine(AccountId account, EndpointId endpoint, SubscriptionId id) {
    TRY_DO(mine(account, endpoint));
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end() || found->second.endpoint != endpoint)
      return failure(Code::kNotFound, "Subscription not found");
    return &found->second;
  }

  const Clock& clock_;
  std::int64_t last_id_ = 0;
  bool broken_ = false;
  std::map<AccountId, Account> accounts_;
  std::map<std::string, AccountId> keys_;
  std::set<std::string, std::less<>> revoked_tokens_;
  std::vector<Institution> institutions_;
  std::map<EndpointId, Endpoint> endpoints_;
  std::map<SubscriptionId, Subscription> subscriptions_;
};

}  // namespace chartbell
