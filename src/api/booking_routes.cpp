// Bookings of locations without a record system, and what the practice decides (docs/api.md,
// "Requests").
#include <algorithm>

#include "api/answer.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/write_fields.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "model/finished.h"

namespace chartbell {
namespace {

constexpr char kCursor = 'q';

std::unexpected<Error> not_found() {
  return failure(Code::kNotFound, "Request not found");
}

Result<std::string> shown(const BookingList::Row& row) {
  const auto& record = row.appointment;
  TRY(auto object, finished(record.document,
                            {record.id, record.created_at, record.updated_at, record.updated_at}));
  return show(row.booking, Document(std::move(object)));
}

// ---- reading ------------------------------------------------------------------------------------

Result<std::optional<BookingStatus>> status_of_query(const Call& call) {
  const auto text = call.parameters.text("status");
  if (!text) return std::optional<BookingStatus>();
  const auto status = booking_status(*text);
  if (!status)
    return failure(Code::kInvalid, "status must be open, accepted, declined or cancelled");
  return status;
}

Result<BookingList::Query> query_of(ApiParts& parts, const Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  BookingList::Query out{.institution = institution.id};
  TRY(out.status, status_of_query(call));
  TRY(const auto location, call.parameters.integer("location_id"));
  if (location) out.location = LocationId{*location};
  TRY(out.limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kCursor, 1));
  if (cursor) out.after = ResourceId{cursor->at(0)};
  return out;
}

Result<HttpResponse> list(ApiParts& parts, Call& call) {
  TRY(const auto query, query_of(parts, call));
  Page<BookingList::Row, ResourceId> page;
  if (parts.bookings != nullptr) {
    TRY(page, parts.bookings->bookings(query));
  }
  std::vector<std::string> rows;
  for (const auto& row : page.rows) {
    TRY(auto text, shown(row));
    rows.push_back(std::move(text));
  }
  std::optional<std::string> next;
  if (page.next) next = cursor_text(kCursor, {page.next->value});
  return success_page(show_all(rows, [](const std::string& row) { return row; }), rows.size(),
                      next);
}

Result<BookingList::Row> booking_named(ApiParts& parts, const Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  if (parts.bookings == nullptr) return not_found();
  TRY(auto row, parts.bookings->booking(institution.id, {call.ids.at(0)}));
  if (!row) return not_found();
  return *std::move(row);
}

Result<HttpResponse> one(ApiParts& parts, Call& call) {
  TRY(const auto row, booking_named(parts, call));
  TRY(const auto text, shown(row));
  return success(200, text);
}

// ---- deciding -----------------------------------------------------------------------------------

HttpResponse answer_of(const Result<InBook>& kept) {
  return kept ? success(200, show(kept->booking.value_or(Booking()), kept->object))
              : refusal_for_now(kept.error());
}

BookDesk::Done answering(Respond respond) {
  return [respond = std::move(respond)](Result<InBook> kept) { respond(answer_of(kept)); };
}

Result<void> decide(ApiParts& parts, const Call& call, Decision decision, Respond respond) {
  TRY(const auto row, booking_named(parts, call));
  if (parts.books == nullptr) return not_found();
  parts.books->decide(row.booking.source, row.booking.appointment, decision,
                      answering(std::move(respond)));
  return {};
}

Result<void> accept(ApiParts& parts, Call& call, Respond respond) {
  return decide(parts, call, Decision::kAccept, std::move(respond));
}

Result<void> decline(ApiParts& parts, Call& call, Respond respond) {
  return decide(parts, call, Decision::kDecline, std::move(respond));
}

Result<Zone> zone_of(ApiParts& parts, const Call& call, LocationId id) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  const auto found = std::ranges::find(institution.locations, id, &Location::id);
  return Zone::open(found == institution.locations.end() ? "UTC" : found->timezone);
}

Result<Leaves> move_of(const Call& call, const Zone& zone) {
  Leaves out;
  for (const std::string path : {"start_time", "end_time"}) {
    TRY(const auto time, local_time(call.parameters, path, zone));
    if (time) out.emplace_back(path, json_string(to_text(*time)));
  }
  for (const std::string path : {"provider_id", "operatory_id"}) {
    TRY(const auto id, call.parameters.integer_in(path, 1, INT64_MAX));
    if (id) out.emplace_back(path, std::to_string(*id));
  }
  if (out.empty())
    return failure(Code::kInvalid,
                   "Missing parameter: one of start_time, end_time, provider_id, operatory_id");
  return out;
}

Result<void> move(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto row, booking_named(parts, call));
  TRY(const auto zone, zone_of(parts, call, row.booking.location));
  TRY(auto leaves, move_of(call, zone));
  if (parts.books == nullptr) return not_found();
  parts.books->change(row.booking.source, row.booking.appointment, std::move(leaves),
                      answering(std::move(respond)));
  return {};
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/requests", Access::kRead, list},
    {"GET", "/api/v1/requests/{}", Access::kRead, one},
    {"POST", "/api/v1/requests/{}/accept", Access::kWrite, nullptr, accept},
    {"POST", "/api/v1/requests/{}/decline", Access::kWrite, nullptr, decline},
    {"POST", "/api/v1/requests/{}/move", Access::kWrite, nullptr, move},
};

}  // namespace

std::span<const Route> booking_routes() {
  return kRoutes;
}

}  // namespace chartbell
