// Directory: who is owed what, as one immutable picture. A new one replaces it when anything
// changes.
#pragma once

#include <map>
#include <vector>

#include "model/event.h"
#include "model/subscriber.h"

namespace chartbell {

class Directory {
 public:
  Directory() = default;
  Directory(std::vector<Endpoint> endpoints, std::vector<Subscription> subscriptions);

  // Null for an endpoint that does not exist (any more).
  const Endpoint* endpoint(EndpointId id) const;
  // The subscription by which this endpoint is owed this event; null where it is owed nothing.
  const Subscription* owed(EndpointId endpoint, const Event& event) const;
  // The one that it would be owed by, had it been there when the event came: for replays.
  const Subscription* covering(EndpointId endpoint, const Event& event) const;
  // The place in the log behind which the lane's earliest active subscription is owed events.
  EventSeq first_owed(InstitutionId institution, EndpointId endpoint) const;
  const std::map<EndpointId, Endpoint>& endpoints() const { return endpoints_; }
  // The pairs of institution and endpoint that have at least one active subscription.
  const std::vector<std::pair<InstitutionId, EndpointId>>& lanes() const { return lanes_; }

 private:
  template <class Matches>
  const Subscription* first(EndpointId endpoint, const Event& event, Matches matches) const;

  using LaneSubscriptions = std::vector<Subscription>;
  std::map<EndpointId, Endpoint> endpoints_;
  std::map<std::pair<InstitutionId, EndpointId>, LaneSubscriptions> subscriptions_;
  std::vector<std::pair<InstitutionId, EndpointId>> lanes_;
};

}  // namespace chartbell
