// ActivityStream: what a page shows of an institution, as server-sent events: each part whole when
// it differs from what was told last, every other second at most.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/event_feed.h"
#include "base/clock.h"
#include "model/http_message.h"

namespace chartbell {

class ActivityStream final : public BodySource,
                             public std::enable_shared_from_this<ActivityStream> {
 public:
  struct Part {
    std::string event;                            // of the message
    std::function<Result<std::string>()> show{};  // JSON; what it needs outlives the stream
    std::string told{};
  };

  // `feed` outlives the stream, and wakes it.
  ActivityStream(EventFeed& feed, EventFeed::SeatPtr seat, std::vector<Part> parts)
      : feed_(feed), seat_(std::move(seat)), parts_(std::move(parts)) {}

  void next(std::function<void(std::string)> piece) override;

 private:
  using Piece = std::function<void(std::string)>;
  void wait(const Piece& piece);
  void woken(EventFeed::Woken reason, const Piece& piece);
  Result<std::string> changes();

  EventFeed& feed_;
  const EventFeed::SeatPtr seat_;
  std::vector<Part> parts_;
  bool greeted_ = false;
  SteadyTime said_at_{};
};

}  // namespace chartbell
