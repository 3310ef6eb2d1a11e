#include "deliver/resource_order.h"

#include <iterator>

namespace chartbell {

ResourceOrder::Turn ResourceOrder::arrive(Place place) {
  const auto [found, first] = resources_.try_emplace(place.event->content.resource.value);
  if (first) return Turn::kGo;
  auto& state = found->second;
  if (state.held > 0) {
    ++state.held;
    return Turn::kHold;
  }
  state.waiting.push_back(std::move(place));
  return Turn::kWait;
}

std::optional<ResourceOrder::Place> ResourceOrder::ended(ResourceId resource) {
  const auto found = resources_.find(resource.value);
  if (found == resources_.end()) return std::nullopt;
  auto& waiting = found->second.waiting;
  if (waiting.empty()) {
    resources_.erase(found);
    return std::nullopt;
  }
  auto next = std::move(waiting.front());
  waiting.pop_front();
  return next;
}

std::vector<ResourceOrder::Place> ResourceOrder::failed(ResourceId resource) {
  auto& state = resources_[resource.value];
  std::vector<Place> out(std::make_move_iterator(state.waiting.begin()),
                         std::make_move_iterator(state.waiting.end()));
  state.waiting.clear();
  state.held = 1 + out.size();
  return out;
}

void ResourceOrder::released(ResourceId resource) {
  const auto found = resources_.find(resource.value);
  if (found == resources_.end() || found->second.held == 0) return;
  if (--found->second.held == 0) resources_.erase(found);
}

}  // namespace chartbell
