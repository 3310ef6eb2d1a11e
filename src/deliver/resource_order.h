// ResourceOrder: lets the events of one resource go one after the other, and others pass.
//
// One for each endpoint and institution, shared by the lane that follows the log and those that
// replay parts of it. While an event of a resource is in flight, those behind it wait here; when it
// fails, they and all that come later are held on disk until it has ended (deliver/ports.h, Held).
// A value without I/O.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/event.h"

namespace chartbell {

class Lane;

class ResourceOrder {
 public:
  // An event and the lane that read it.
  struct Place {
    EventPtr event;
    std::shared_ptr<Lane> lane;
  };
  enum class Turn : std::uint8_t {
    kGo,    // nobody is before it; it counts as under way
    kWait,  // one is in flight; the event is kept here
    kHold,  // one is failing; the event belongs on disk
  };

  Turn arrive(Place place);
  // The one in flight has ended for good: the next that waits, now under way.
  std::optional<Place> ended(ResourceId resource);
  // The one in flight failed: those that wait are to be held with it.
  std::vector<Place> failed(ResourceId resource);
  // `count` of this resource are held on disk, the failing one included.
  void hold(ResourceId resource, std::size_t count) { resources_[resource.value].held += count; }
  // One that was held has ended for good.
  void released(ResourceId resource);
  void clear() { resources_.clear(); }

 private:
  struct State {
    std::deque<Place> waiting;
    std::size_t held = 0;
  };
  std::unordered_map<std::int64_t, State> resources_;  // of those under way or held
};

}  // namespace chartbell
