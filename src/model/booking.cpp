#include "model/booking.h"

#include <array>

namespace chartbell {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"open", "accepted", "declined", "cancelled"};

}  // namespace

std::string_view name(BookingStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<BookingStatus> booking_status(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<BookingStatus>(i);
  return std::nullopt;
}

}  // namespace chartbell
