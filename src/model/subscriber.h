// Who receives events: endpoints and their subscriptions (wire contract §3).
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "model/catalogue.h"
#include "model/ids.h"

namespace chartbell {

// A URL that deliveries go to, and the secret that signs them. Belongs to an account (an API key).
struct Endpoint {
  EndpointId id;
  AccountId account;
  std::string target_url;
  std::string secret_key;
  bool active = true;
  // The first failure since the last success; nothing while all is well.
  std::optional<WallTime> failing_since;
  WallTime created_at;
  WallTime updated_at;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// One row of the catalogue of one institution, sent to one endpoint.
struct Subscription {
  SubscriptionId id;
  EndpointId endpoint;
  InstitutionId institution;
  const CatalogueRow* row = nullptr;
  bool active = true;
  // Only events behind this place in the institution's log are owed.
  EventSeq from;
  WallTime created_at;
  WallTime updated_at;

  friend bool operator==(const Subscription&, const Subscription&) = default;
};

}  // namespace chartbell
