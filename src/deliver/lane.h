// Lane: how far an endpoint is in an institution's log, or in a part of it that is replayed.
//
// A value of the dispatcher's thread, without I/O. A lane never stands still because of one event:
// what fails is taken over by a retry and settled here.
#pragma once

#include <deque>
#include <optional>

#include "deliver/ports.h"
#include "deliver/resource_order.h"

namespace chartbell {

class Lane {
 public:
  Lane(LaneKey key, EventSeq cursor)
      : key_(key), cursor_(cursor), recorded_(cursor), read_to_(cursor) {}

  const LaneKey& key() const { return key_; }
  EventSeq cursor() const { return cursor_; }
  EventSeq read_to() const { return read_to_; }
  EventSeq recorded() const { return recorded_; }

  // ---- what was read of the log and not looked at yet ------------------------------------------
  bool has_waiting() const { return !waiting_.empty(); }
  void add(std::vector<EventPtr> events);
  EventPtr take();
  // Gives back what was taken last, or forgets all that waits; it will be read again.
  void put_back(EventPtr event) { waiting_.push_front(std::move(event)); }
  void forget_waiting();
  // The place of the event that comes next.
  EventSeq next() const;

  // ---- what is settled -------------------------------------------------------------------------
  void settle(EventSeq seq);
  bool is_settled(EventSeq seq) const;
  // The next event is less than `window` places ahead of the cursor.
  bool within(std::size_t window) const;
  LanePosition position() const { return {key_, cursor_, settled_beyond()}; }
  std::vector<EventSeq> settled_beyond() const;
  void mark_recorded() { recorded_ = cursor_; }

  // Of ordered subscriptions; shared with other lanes of the same key.
  std::shared_ptr<ResourceOrder> order = std::make_shared<ResourceOrder>();
  // Ordered events whose turn has come.
  std::deque<EventPtr> turns;
  // Of a replay; nothing in a lane that follows the log.
  struct Part {
    Replay replay;
    std::vector<EventSeq> left_out;  // ascending
    EventSeq live_cursor;            // of the lane that follows the log, when this one was opened
    bool done = false;
  };
  std::optional<Part> part;
  bool changed = false;  // since the last checkpoint
  bool urgent = false;   // its position belongs into the next record
  bool gone = false;     // nobody owns it any more

 private:
  LaneKey key_;
  EventSeq cursor_;
  EventSeq recorded_;
  EventSeq read_to_;
  std::deque<EventPtr> waiting_;
  std::deque<bool> beyond_;  // beyond_[i]: cursor + 1 + i is settled; the first one never is
};

}  // namespace chartbell
