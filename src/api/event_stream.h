// EventStream: an institution's log as server-sent events (HTML Living Standard, "Server-sent
// events"): one for each event, a comment now and then while none comes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/event_feed.h"
#include "model/http_message.h"

namespace chartbell {

// Events behind `after`, `limit` at most and no more than a few MiB of them, but always one where
// there is one.
Result<std::vector<EventPtr>> read_batch(EventArchive& events, InstitutionId institution,
                                         EventSeq after, std::size_t limit);

class EventStream final : public BodySource, public std::enable_shared_from_this<EventStream> {
 public:
  // `feed` outlives the stream.
  EventStream(EventFeed& feed, EventFeed::SeatPtr seat, EventSeq after)
      : feed_(feed), seat_(std::move(seat)), after_(after) {}

  void next(std::function<void(std::string)> piece) override;

 private:
  using Piece = std::function<void(std::string)>;
  void go_on(const Piece& piece);
  void woken(EventFeed::Woken reason, const Piece& piece);

  EventFeed& feed_;
  const EventFeed::SeatPtr seat_;
  EventSeq after_;
  bool greeted_ = false;
};

}  // namespace chartbell
