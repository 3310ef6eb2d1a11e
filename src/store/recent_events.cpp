#include "store/recent_events.h"

#include <algorithm>

namespace chartbell {
namespace {

std::size_t size_of(const Event& event) {
  return event.content.body.text.expose().size();
}

}  // namespace

void RecentEvents::add(EventPtr event) {
  const std::lock_guard lock(mutex_);
  bytes_ += size_of(*event);
  order_.push_back(event->institution);
  events_[event->institution].push_back(std::move(event));
  while (bytes_ > bytes_max_) drop_oldest();
}

void RecentEvents::drop_oldest() {
  const auto found = events_.find(order_.front());
  order_.pop_front();
  bytes_ -= size_of(*found->second.front());
  found->second.pop_front();
  if (found->second.empty()) events_.erase(found);
}

std::optional<std::vector<EventPtr>> RecentEvents::after(InstitutionId institution, EventSeq seq,
                                                         std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  const auto found = events_.find(institution);
  if (found == events_.end()) return std::nullopt;
  const auto& held = found->second;
  const auto behind = seq.value + 1 - held.front()->seq.value;
  if (behind < 0) return std::nullopt;
  const auto first = std::min(static_cast<std::size_t>(behind), held.size());
  const auto last = std::min(held.size(), first + limit);
  return std::vector<EventPtr>(held.begin() + static_cast<std::ptrdiff_t>(first),
                               held.begin() + static_cast<std::ptrdiff_t>(last));
}

}  // namespace chartbell
