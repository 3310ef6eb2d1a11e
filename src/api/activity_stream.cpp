#include "api/activity_stream.h"

#include <limits>

#include "base/log.h"

namespace chartbell {
namespace {

constexpr Milliseconds kPause{2'000};
constexpr Milliseconds kSilenceMax{15'000};
constexpr std::string_view kGreeting = ": activity follows\nretry: 2000\n\n";
constexpr std::string_view kStillHere = ":\n\n";
// No event is worth waking up for: time does.
constexpr EventSeq kNever{std::numeric_limits<std::int64_t>::max()};

}  // namespace

void ActivityStream::next(Piece piece) {
  if (greeted_) return wait(piece);
  greeted_ = true;
  said_at_ = feed_.clock().steady_now();
  const auto first = changes();
  piece(std::string(kGreeting) + first.value_or(""));
}

Result<std::string> ActivityStream::changes() {
  std::string out;
  for (auto& part : parts_) {
    TRY(auto now, part.show());
    if (now == part.told) continue;
    out += "event: " + part.event + "\ndata: " + now + "\n\n";
    part.told = std::move(now);
  }
  return out;
}

void ActivityStream::wait(const Piece& piece) {
  feed_.wait(*seat_, kNever, kPause, [weak = weak_from_this(), piece](EventFeed::Woken reason) {
    if (const auto self = weak.lock()) self->woken(reason, piece);
  });
}

void ActivityStream::woken(EventFeed::Woken reason, const Piece& piece) {
  if (reason == EventFeed::Woken::kForbidden || !feed_.may_stay(seat_->guest())) return piece({});
  auto said = changes();
  if (!said) {
    log_error("stream_error", {{"detail", said.error().detail}});
    return piece({});
  }
  const auto now = feed_.clock().steady_now();
  if (said->empty() && now - said_at_ >= kSilenceMax) *said = kStillHere;
  if (said->empty()) return wait(piece);
  said_at_ = now;
  piece(*std::move(said));
}

}  // namespace chartbell
