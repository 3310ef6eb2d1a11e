#include "detect/book.h"

#include <algorithm>

#include "base/check.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "detect/diff.h"
#include "detect/leaf_edit.h"
#include "model/emit.h"

namespace chartbell {
namespace {

using enum ResourceKind;
using enum BookingStatus;

struct ReferenceLeaf {
  std::string_view path;
  bool needed;
};

constexpr ReferenceLeaf kReferences[] = {
    {"patient_id", true},
    {"provider_id", true},
    {"operatory_id", false},
    {"appointment_type_id", false},
};

LeafText leaf(std::string path, std::string json) {
  return {std::move(path), std::move(json)};
}

LeafText time_leaf_of(std::string path, WallTime time) {
  return leaf(std::move(path), json_string(to_text(time)));
}

ForeignKey book_key(ResourceId id) {
  return std::string(kBookKeyPrefix) + to_string(id);
}

bool sets(const Leaves& leaves, std::string_view path) {
  return std::ranges::any_of(leaves, [&](const auto& given) { return given.first == path; });
}

Result<Document> with_own(ResourceKind kind, const Document& document, const Leaves& leaves) {
  return edited(kind, document, leaves, OwnLeaves::kAdmitted);
}

// What follows of a change by itself: the end of what begins at another time, and when something
// became so.
Result<Document> with_consequences(const Document& before, Document after, const Leaves& given,
                                   WallTime now) {
  Leaves out;
  const auto began = time_leaf(before, "start_time");
  const auto begins = time_leaf(after, "start_time");
  const auto ended = time_leaf(before, "end_time");
  if (began && begins && ended && *began != *begins && !sets(given, "end_time"))
    out.push_back(time_leaf_of("end_time", *ended + (*begins - *began)));
  for (const std::string name : {"cancelled", "confirmed", "checked_out"})
    if (true_leaf(after, name) && !true_leaf(before, name))
      out.push_back(time_leaf_of(name + "_at", now));
  return edited(kAppointment, after, out);
}

std::unexpected<Error> over(BookingStatus status) {
  return failure(Code::kConflict, "The request was " + std::string(name(status)));
}

}  // namespace

// An appointment of the book and how its booking stands.
struct Book::Entry {
  Booking booking;
  HeldResource held;
};

Book::Book(Parts parts)
    : parts_(std::move(parts)),
      digest_(parts_.digest_key),
      teller_({.source = parts_.source,
               .subdomain = parts_.subdomain,
               .reader = parts_.reader,
               .store = parts_.store,
               .ids = parts_.ids,
               .clock = parts_.clock,
               .digest = digest_}) {}

// ---- acts ---------------------------------------------------------------------------------------

Result<InBook> Book::request(const BookRequest& request) {
  auto now = fresh(request.location);
  TRY(now.document, new_appointment(request));
  const Booking booking{.appointment = now.known.id,
                        .source = parts_.source.source,
                        .location = request.location,
                        .requested_at = now.created_at};
  const auto* row = find_row("Appointment", "appointment_requested");
  return commit(kAppointment, std::move(now), row, Document(), booking);
}

Result<InBook> Book::change(ResourceId appointment, const Leaves& leaves) {
  TRY(auto found, entry(appointment));
  const auto status = found.booking.status;
  if (status == kDeclined || status == kCancelled) return over(status);
  const auto& before = found.held.document;
  TRY(auto after, edited(kAppointment, before, leaves));
  TRY(after, with_consequences(before, std::move(after), leaves, parts_.clock.now()));
  TRY_DO(check_references(after, &leaves));
  TRY(after, with_derived(after, found.held.location));
  if (status == kOpen && true_leaf(after, "cancelled")) {
    found.booking.status = kCancelled;
    found.booking.decided_at = parts_.clock.now();
  }
  return tell_change(std::move(found), std::move(after));
}

Result<InBook> Book::decide(ResourceId appointment, Decision decision) {
  TRY(auto found, entry(appointment));
  const auto wanted = decision == Decision::kAccept ? kAccepted : kDeclined;
  const auto status = found.booking.status;
  if (status != kOpen && status != wanted) return over(status);
  if (status == wanted) {
    auto document = found.held.document;
    return tell_change(std::move(found), std::move(document));
  }
  found.booking.status = wanted;
  found.booking.decided_at = parts_.clock.now();
  return decision == Decision::kAccept ? accept(std::move(found)) : decline(std::move(found));
}

// From now on the book is its record system.
Result<InBook> Book::accept(Entry found) {
  auto& held = found.held;
  TRY(held.document, with_own(kAppointment, held.document,
                              {leaf("foreign_id", json_string(to_string(held.known.key)))}));
  held.updated_at = parts_.clock.now();
  return commit(kAppointment, std::move(held), created_row(kAppointment), Document(),
                found.booking);
}

Result<InBook> Book::decline(Entry found) {
  const auto& before = found.held.document;
  TRY(auto after, edited(kAppointment, before, {leaf("cancelled", "true")}));
  TRY(after, with_consequences(before, std::move(after), {}, parts_.clock.now()));
  return tell_change(std::move(found), std::move(after));
}

Result<InBook> Book::create_patient(const Leaves& leaves) {
  auto now = fresh(LocationId());
  TRY(auto document, edited(kPatient, blank(kPatient), leaves));
  Leaves own = {leaf("institution_id", to_string(parts_.source.institution)),
                leaf("foreign_id", json_string(to_string(now.known.key))),
                leaf("foreign_id_type", json_string(parts_.foreign_id_type))};
  if (!text_leaf(document, "name")) {
    const auto name = text_leaf(document, "first_name").value_or("") + " " +
                      text_leaf(document, "last_name").value_or("");
    own.push_back(leaf("name", json_string(name)));
  }
  TRY(now.document, with_own(kPatient, document, own));
  return commit(kPatient, std::move(now), created_row(kPatient), Document(), std::nullopt);
}

// ---- what they have in common -------------------------------------------------------------------

Result<Book::Entry> Book::entry(ResourceId appointment) {
  TRY(const auto booking, parts_.store.booking(parts_.source.institution, appointment));
  if (!booking || booking->source != parts_.source.source)
    return failure(Code::kNotFound, "Appointment not found");
  TRY(auto held, parts_.store.held(parts_.source, kAppointment, appointment));
  if (!held) return failure(Code::kCorrupt, "a booking lacks its appointment");
  return Entry{*booking, *std::move(held)};
}

HeldResource Book::fresh(LocationId location) {
  HeldResource out;
  out.known.id = parts_.store.allot_id();
  out.known.key = book_key(out.known.id);
  out.known.presence = Presence::kLive;
  out.location = location;
  out.created_at = out.updated_at = parts_.clock.now();
  return out;
}

Result<Document> Book::new_appointment(const BookRequest& request) {
  const auto zone = parts_.zones.find(request.location);
  if (zone == parts_.zones.end())
    return failure(Code::kInvalid, "location_id is no location of this book");
  TRY(auto document, edited(kAppointment, blank(kAppointment), request.leaves));
  const auto start = time_leaf(document, "start_time");
  if (!start) return failure(Code::kInvalid, "start_time is missing, or no time");
  TRY_DO(check_references(document, nullptr));
  TRY(document, with_derived(document, request.location));
  Leaves own = {leaf("institution_id", to_string(parts_.source.institution)),
                leaf("location_id", to_string(request.location)),
                leaf("timezone", json_string(zone->second.name())),
                leaf("foreign_id_type", json_string(parts_.foreign_id_type)),
                leaf("misc.is_booked_on_nexhealth", "true")};
  const auto type = integer_at(document, "appointment_type_id").value_or(0);
  if (type != 0 && !time_leaf(document, "end_time")) {
    TRY(const auto shown_type, shown(kAppointmentType, type));
    const auto minutes = shown_type ? integer_at(*shown_type, "minutes") : std::nullopt;
    if (minutes) own.push_back(time_leaf_of("end_time", *start + std::chrono::minutes(*minutes)));
  }
  return with_own(kAppointment, document, own);
}

// Unless nothing differs.
Result<InBook> Book::tell_change(Entry found, Document document) {
  auto& held = found.held;
  TRY(const auto previous, previous_attributes(held.document, document));
  if (previous.expose() == "{}") {
    TRY(auto object, finish_object(held));
    return InBook{held.known.id, Document(std::move(object)), found.booking};
  }
  held.document = std::move(document);
  held.updated_at = parts_.clock.now();
  return commit(kAppointment, std::move(held), updated_row(kAppointment), previous, found.booking);
}

Result<InBook> Book::commit(ResourceKind kind, HeldResource now, const CatalogueRow* row,
                            const Document& previous, std::optional<Booking> booking) {
  now.known.digest = digest_(now.document);
  const auto rules = std::ranges::find(parts_.reader.kinds(), kind, &KindRules::kind);
  CHECK(rules != parts_.reader.kinds().end());
  CycleReport report;
  KindInWork work{.rules = *rules, .telling = Telling::kAll, .report = report};
  DetectedBatch batch{.source = parts_.source};
  TRY_DO(teller_.tell(work, now, row, previous, batch));
  TRY(auto object, finish_object(now));
  InBook out{now.known.id, Document(std::move(object)), booking};
  batch.writes.push_back({kind, std::move(now)});
  if (booking) batch.bookings.push_back(*booking);
  TRY_DO(parts_.store.commit(std::move(batch)));
  return out;
}

Result<std::optional<Document>> Book::shown(ResourceKind kind, std::int64_t id) {
  TRY(auto held, parts_.store.held(parts_.source, kind, ResourceId{id}));
  if (!held || held->known.presence != Presence::kLive) return std::optional<Document>();
  return std::optional(std::move(held->document));
}

// What the document says of others: the provider's name, the clock at that place and time.
Result<Document> Book::with_derived(const Document& document, LocationId location) {
  Leaves own;
  TRY(const auto provider, shown(kProvider, integer_at(document, "provider_id").value_or(0)));
  const auto name = provider ? text_leaf(*provider, "name") : std::nullopt;
  if (name) own.push_back(leaf("provider_name", json_string(*name)));
  const auto zone = parts_.zones.find(location);
  const auto start = time_leaf(document, "start_time");
  if (start && zone != parts_.zones.end())
    own.push_back(leaf("timezone_offset", json_string(zone->second.offset_at(*start))));
  return with_own(kAppointment, document, own);
}

// Of all, or of those that are `given`: what an appointment names may go later.
Result<void> Book::check_references(const Document& document, const Leaves* given) {
  for (const auto& reference : kReferences) {
    if (given != nullptr && !sets(*given, reference.path)) continue;
    const auto id = integer_at(document, reference.path).value_or(0);
    if (id == 0 && !reference.needed) continue;
    TRY(const auto there, shown(*referenced_by(reference.path), id));
    if (!there)
      return failure(Code::kInvalid,
                     std::string(reference.path) + " names nothing that this location has");
  }
  return {};
}

}  // namespace chartbell
