// Booking: an appointment that was asked for at a location without a record system. Chartbell keeps
// it in a book of its own, and the practice decides (wire contract §1, row 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/document.h"
#include "model/ids.h"
#include "model/leaves.h"

namespace chartbell {

// kOpen → kAccepted | kDeclined, by the practice; kOpen → kCancelled, by who asked. No way back: an
// accepted appointment that is cancelled stays accepted, as in a record system.
enum class BookingStatus : std::uint8_t { kOpen, kAccepted, kDeclined, kCancelled };
std::string_view name(BookingStatus status);
std::optional<BookingStatus> booking_status(std::string_view name);

struct Booking {
  ResourceId appointment;
  SourceId source;  // the book
  LocationId location;
  BookingStatus status = BookingStatus::kOpen;
  WallTime requested_at;
  std::optional<WallTime> decided_at{};
};

struct BookRequest {
  LocationId location;
  Leaves leaves;  // of an appointment: patient_id, provider_id, start_time, …
};

// What the practice decides; each may be said again without harm.
enum class Decision : std::uint8_t { kAccept, kDecline };

// A resource that a book keeps, as it is after an act.
struct InBook {
  ResourceId id;
  Document object;  // as the wire shows it, without what it nests
  std::optional<Booking> booking{};
};

}  // namespace chartbell
