#include "deliver/directory.h"

#include <algorithm>

namespace chartbell {
namespace {

constexpr std::string_view kRedSuffix = ".red";

bool covers(const Subscription& subscription, const NewEvent& event) {
  if (!subscription.topic.covers(*event.row)) return false;
  if (!subscription.notify_red && event.event_name.ends_with(kRedSuffix)) return false;
  const auto& locations = subscription.locations;
  return locations.empty() || event.location == LocationId() ||
         std::ranges::find(locations, event.location) != locations.end();
}

}  // namespace

Directory::Directory(std::vector<Endpoint> endpoints, std::vector<Subscription> subscriptions) {
  for (auto& endpoint : endpoints) endpoints_.emplace(endpoint.id, std::move(endpoint));
  for (auto& subscription : subscriptions) {
    if (!subscription.active || !endpoints_.contains(subscription.endpoint)) continue;
    subscriptions_[{subscription.institution, subscription.endpoint}].push_back(
        std::move(subscription));
  }
  for (const auto& [lane, held] : subscriptions_) lanes_.push_back(lane);
}

const Endpoint* Directory::endpoint(EndpointId id) const {
  const auto found = endpoints_.find(id);
  return found == endpoints_.end() ? nullptr : &found->second;
}

template <class Matches>
const Subscription* Directory::first(EndpointId endpoint, const Event& event,
                                     Matches matches) const {
  const auto lane = subscriptions_.find({event.institution, endpoint});
  if (lane == subscriptions_.end()) return nullptr;
  const auto found = std::ranges::find_if(lane->second, matches);
  return found == lane->second.end() ? nullptr : &*found;
}

const Subscription* Directory::owed(EndpointId endpoint, const Event& event) const {
  return first(endpoint, event, [&](const Subscription& subscription) {
    return subscription.from < event.seq && covers(subscription, event.content);
  });
}

const Subscription* Directory::covering(EndpointId endpoint, const Event& event) const {
  return first(endpoint, event, [&](const Subscription& subscription) {
    return covers(subscription, event.content);
  });
}

EventSeq Directory::first_owed(InstitutionId institution, EndpointId endpoint) const {
  const auto lane = subscriptions_.find({institution, endpoint});
  if (lane == subscriptions_.end()) return {};
  return std::ranges::min(lane->second, {}, &Subscription::from).from;
}

}  // namespace chartbell
