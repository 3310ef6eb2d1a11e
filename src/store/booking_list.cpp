#include "store/booking_list.h"

#include "store/record_book.h"
#include "store/scan_page.h"

namespace chartbell {
namespace {

// The columns of each statement that read_row() reads.
constexpr const char* kOne =
    "SELECT appointment, source, location, status, requested_ms, decided_ms FROM booking "
    "WHERE institution=? AND appointment=?";
constexpr const char* kAll =
    "SELECT appointment, source, location, status, requested_ms, decided_ms FROM booking "
    "WHERE institution=? AND appointment>? ORDER BY appointment LIMIT ?";
constexpr const char* kOfStatus =
    "SELECT appointment, source, location, status, requested_ms, decided_ms FROM booking "
    "WHERE institution=? AND status=? AND appointment>? ORDER BY appointment LIMIT ?";
constexpr const char* kOfPlace =
    "SELECT appointment, source, location, status, requested_ms, decided_ms FROM booking "
    "WHERE institution=? AND location=? AND status=? AND appointment>? "
    "ORDER BY appointment LIMIT ?";

Booking read_row(const SqliteStatement& row) {
  Booking out{.appointment = {row.integer(0)},
              .source = {row.integer(1)},
              .location = {row.integer(2)},
              .status = static_cast<BookingStatus>(row.integer(3)),
              .requested_at = from_ms(row.integer(4))};
  if (const auto decided = row.maybe_integer(5)) out.decided_at = from_ms(*decided);
  return out;
}

const char* statement_of(const BookingList::Query& query) {
  if (!query.status) return kAll;
  return query.location ? kOfPlace : kOfStatus;
}

// One page of bookings alone.
Result<Page<Booking, ResourceId>> page_of(SqliteDb& db, const BookingList::Query& query) {
  const bool filtered = query.location && !query.status;
  const auto rows = filtered ? kPageScanMax : query.limit + 1;
  auto select = db.prepare(statement_of(query));
  select.bind(query.institution.value);
  if (query.status && query.location) select.bind(query.location->value);
  if (query.status) select.bind(static_cast<std::int64_t>(*query.status));
  select.bind(query.after.value_or(ResourceId()).value).bind(static_cast<std::int64_t>(rows));
  return scan_page<Booking, ResourceId>(
      select, rows, query.limit, read_row,
      [&](const Booking& row) { return !query.location || row.location == *query.location; },
      [](const Booking& row) { return row.appointment; });
}

}  // namespace

Result<void> put_booking(SqliteDb& db, InstitutionId institution, const Booking& booking) {
  std::optional<std::int64_t> decided;
  if (booking.decided_at) decided = to_ms(*booking.decided_at);
  return db.prepare("INSERT OR REPLACE INTO booking VALUES (?,?,?,?,?,?,?)")
      .bind(institution.value)
      .bind(booking.appointment.value)
      .bind(booking.source.value)
      .bind(booking.location.value)
      .bind(static_cast<std::int64_t>(booking.status))
      .bind(to_ms(booking.requested_at))
      .bind(decided)
      .run();
}

Result<std::optional<Booking>> read_booking(SqliteDb& db, InstitutionId institution,
                                            ResourceId appointment) {
  auto select = db.prepare(kOne);
  TRY(const bool row, select.bind(institution.value).bind(appointment.value).step());
  return row ? std::optional(read_row(select)) : std::nullopt;
}

Result<std::optional<BookingList::Row>> SqliteBookingList::booking(InstitutionId institution,
                                                                   ResourceId appointment) {
  std::optional<Booking> found;
  {
    TRY(auto db, core_.reader());
    TRY(found, read_booking(*db, institution, appointment));
  }
  if (!found) return std::optional<Row>();
  TRY(auto row, with_appointment(institution, *found));
  return std::optional(std::move(row));
}

Result<Page<BookingList::Row, ResourceId>> SqliteBookingList::bookings(const Query& query) {
  Page<Booking, ResourceId> found;
  {
    TRY(auto db, core_.reader());
    TRY(found, page_of(*db, query));
  }
  Page<Row, ResourceId> page{.rows = {}, .next = found.next};
  for (const auto& booking : found.rows) {
    TRY(auto row, with_appointment(query.institution, booking));
    page.rows.push_back(std::move(row));
  }
  return page;
}

Result<BookingList::Row> SqliteBookingList::with_appointment(InstitutionId institution,
                                                             const Booking& booking) {
  TRY(auto record,
      SqliteRecordBook(core_).record(institution, ResourceKind::kAppointment, booking.appointment));
  if (!record) return failure(Code::kCorrupt, "a booking lacks its appointment");
  return Row{booking, *std::move(record)};
}

}  // namespace chartbell
