// RecentEvents: the newest events in memory, for lanes that keep up with the log.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "model/event.h"

namespace chartbell {

// Bounded by the bytes of the bodies it holds; the oldest go first. Thread-safe.
class RecentEvents {
 public:
  explicit RecentEvents(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Each institution's events come in the order of its log, without gaps.
  void add(EventPtr event);
  // The events behind `seq`, `limit` at most; nothing when the first of them is not held any more.
  std::optional<std::vector<EventPtr>> after(InstitutionId institution, EventSeq seq,
                                             std::size_t limit) const;

 private:
  void drop_oldest();

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::map<InstitutionId, std::deque<EventPtr>> events_;
  std::deque<InstitutionId> order_;  // of arrival
  std::size_t bytes_ = 0;
};

}  // namespace chartbell
