#include "api/event_stream.h"

#include "api/show_delivery.h"
#include "base/log.h"

namespace chartbell {
namespace {

constexpr std::size_t kBatchBytesMax = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kEventsPerRead = 32;
constexpr std::size_t kEventsPerPiece = 64;
constexpr Milliseconds kSilenceMax{15'000};
// The first bytes tell the client that it is connected, and how soon to come back.
constexpr std::string_view kGreeting = ": events follow\nretry: 2000\n\n";
constexpr std::string_view kStillHere = ":\n\n";

std::string as_message(const Event& event) {
  return "id: " + to_string(event.seq) + "\nevent: " + event.content.event_name +
         "\ndata: " + payload_of(event) + "\n\n";
}

}  // namespace

Result<std::vector<EventPtr>> read_batch(EventArchive& events, InstitutionId institution,
                                         EventSeq after, std::size_t limit) {
  std::vector<EventPtr> out;
  std::size_t bytes = 0;
  while (out.size() < limit) {
    TRY(auto read,
        events.events_after(institution, after, std::min(limit - out.size(), kEventsPerRead)));
    if (read.empty()) return out;
    for (auto& event : read) {
      bytes += event->content.body.text.expose().size();
      if (bytes > kBatchBytesMax && !out.empty()) return out;
      after = event->seq;
      out.push_back(std::move(event));
    }
  }
  return out;
}

void EventStream::next(Piece piece) {
  if (!greeted_) {
    greeted_ = true;
    return piece(std::string(kGreeting));
  }
  if (!feed_.may_stay(seat_->guest())) return piece({});
  go_on(piece);
}

void EventStream::go_on(const Piece& piece) {
  const auto batch =
      read_batch(feed_.events(), seat_->guest().institution, after_, kEventsPerPiece);
  if (!batch) {
    log_error("stream_error", {{"detail", batch.error().detail}});
    return piece({});
  }
  if (batch->empty()) {
    feed_.wait(*seat_, after_, kSilenceMax,
               [weak = weak_from_this(), piece](EventFeed::Woken reason) {
                 if (const auto self = weak.lock()) self->woken(reason, piece);
               });
    return;
  }
  std::string out;
  for (const auto& event : *batch) out += as_message(*event);
  after_ = batch->back()->seq;
  piece(std::move(out));
}

void EventStream::woken(EventFeed::Woken reason, const Piece& piece) {
  if (reason == EventFeed::Woken::kEvents) return go_on(piece);
  piece(std::string(reason == EventFeed::Woken::kTimeout ? kStillHere : ""));
}

}  // namespace chartbell
