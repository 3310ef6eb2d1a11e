// Bookings of locations without a record system: the table `booking`.
#pragma once

#include <optional>

#include "api/ports.h"
#include "store/core.h"

namespace chartbell {

// Within a transaction.
Result<void> put_booking(SqliteDb& db, InstitutionId institution, const Booking& booking);
Result<std::optional<Booking>> read_booking(SqliteDb& db, InstitutionId institution,
                                            ResourceId appointment);

class SqliteBookingList final : public BookingList {
 public:
  // `core` outlives the list.
  explicit SqliteBookingList(StoreCore& core) : core_(core) {}

  Result<Page<Row, ResourceId>> bookings(const Query& query) override;
  Result<std::optional<Row>> booking(InstitutionId institution, ResourceId appointment) override;

 private:
  Result<Row> with_appointment(InstitutionId institution, const Booking& booking);

  StoreCore& core_;
};

}  // namespace chartbell
