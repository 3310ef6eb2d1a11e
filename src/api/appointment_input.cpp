#include <algorithm>

#include "api/appointment_length.h"
#include "api/write_fields.h"
#include "api/write_input.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

constexpr auto kAppointment = ResourceKind::kAppointment;
constexpr std::size_t kNoteMax = 128;
constexpr std::size_t kReferrerMax = 2'000;
constexpr std::chrono::minutes kUsualLength{30};
constexpr std::chrono::hours kLongest{24};

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

std::string json_of(WallTime time) {
  return json_string(to_text(time));
}

std::string_view json_of(bool flag) {
  return flag ? "true" : "false";
}

// When something takes place.
struct Span {
  WallTime start;
  WallTime end;
};

Result<Span> checked(Span span, WallTime now) {
  if (span.start <= now) return invalid("start_time must be in the future");
  if (span.end <= span.start) return invalid("end_time must be after start_time");
  if (span.end - span.start > kLongest) return invalid("end_time is more than a day away");
  return span;
}

// How many others may be there at the same time.
struct Room {
  std::optional<ResourceId> provider;
  std::optional<ResourceId> operatory;
  std::int64_t others_max = 0;
  ResourceId itself{0};
};

Result<void> check_free(ApiParts& parts, InstitutionId institution, const Span& span,
                        const Room& room) {
  RecordSpan wanted{.location = {}, .from = span.start, .to = span.end};
  // An operatory is one chair; without one, a provider is one person.
  if (room.operatory) {
    wanted.operatory = room.operatory->value;
  } else if (room.provider) {
    wanted.provider = room.provider->value;
  } else {
    return {};
  }
  TRY(auto others, parts.records.appointments_between(institution, wanted));
  std::erase_if(others, [&](const Record& other) { return other.id == room.itself; });
  if (std::ssize(others) <= room.others_max) return {};
  return failure(Code::kConflict, "start_time: this time is taken");
}

Result<std::chrono::minutes> usual_length(const std::optional<Record>& type) {
  if (!type) return kUsualLength;
  TRY(const auto length, length_of(*type));
  return length.value_or(kUsualLength);
}

Result<Span> span_of(const Parameters& appt, const Zone& zone, std::chrono::minutes length,
                     WallTime now) {
  TRY_DO(appt.required("start_time"));
  TRY(const auto start, local_time(appt, "start_time", zone));
  TRY(const auto end, local_time(appt, "end_time", zone));
  return checked({*start, end.value_or(*start + length)}, now);
}

struct Named {
  Record patient;
  Record provider;
  std::optional<Record> operatory;
  std::optional<Record> type;
};

// All of one record system, where ids of several mean nothing to each other.
Result<void> same_source(const Named& named) {
  const auto source = named.provider.source;
  if (named.patient.source != source)
    return invalid("patient_id and provider_id are of different health record systems");
  if (named.operatory && named.operatory->source != source)
    return invalid("operatory_id and provider_id are of different health record systems");
  if (named.type && named.type->source != source)
    return invalid("appointment_type_id and provider_id are of different health record systems");
  return {};
}

Result<Named> named_in(ApiParts& parts, InstitutionId institution, const Parameters& appt) {
  using enum ResourceKind;
  Named out;
  TRY(out.patient, required_record(parts, institution, appt, "patient_id", kPatient));
  TRY(out.provider, required_record(parts, institution, appt, "provider_id", kProvider));
  TRY(out.operatory, named_record(parts, institution, appt, "operatory_id", kOperatory));
  TRY(out.type, named_record(parts, institution, appt, "appointment_type_id", kAppointmentType));
  TRY_DO(same_source(out));
  const bool needs_operatory =
      parts.writes.needs(out.provider.source, kAppointment, WriteAction::kCreate, "operatory_id");
  if (!out.operatory && needs_operatory) return invalid("Missing parameter operatory_id");
  return out;
}

Result<std::string> flag(const Parameters& given, std::string_view name) {
  TRY(const auto value, given.boolean(name));
  return std::string(json_of(value.value_or(false)));
}

void put_text(Leaves& leaves, std::string path, const std::optional<std::string>& text) {
  if (text) leaves.emplace_back(std::move(path), json_string(*text));
}

Result<Leaves> booking_leaves(const Parameters& appt, const Named& named, const Span& span) {
  Leaves out = {{"patient_id", to_string(named.patient.id)},
                {"provider_id", to_string(named.provider.id)},
                {"start_time", json_of(span.start)},
                {"end_time", json_of(span.end)},
                {"misc.is_booked_on_nexhealth", "true"}};
  TRY(const auto provider, leaves_of(named.provider.document));
  out.emplace_back("provider_name", leaf(provider, "name"));
  if (named.operatory) out.emplace_back("operatory_id", to_string(named.operatory->id));
  if (named.type) out.emplace_back("appointment_type_id", to_string(named.type->id));
  TRY(const auto note, free_text(appt, "note", kNoteMax));
  put_text(out, "note", note);
  TRY(const auto referrer, free_text(appt, "referrer", kReferrerMax));
  put_text(out, "referrer", referrer);
  for (const auto* name : {"unavailable", "is_guardian", "is_new_clients_patient"}) {
    TRY(auto value, flag(appt, name));
    out.emplace_back(name, std::move(value));
  }
  return out;
}

void put_place(Leaves& leaves, const Institution& institution, const Location& location,
               const Zone& zone, WallTime start) {
  leaves.emplace_back("institution_id", to_string(institution.id));
  leaves.emplace_back("location_id", to_string(location.id));
  leaves.emplace_back("timezone", json_string(location.timezone));
  leaves.emplace_back("timezone_offset", json_string(zone.offset_at(start)));
}

}  // namespace

Result<NewWrite> new_appointment(ApiParts& parts, const Call& call,
                                 const Institution& institution) {
  TRY(const auto location, required_location(institution, call.parameters));
  TRY(const auto zone, Zone::open(location.timezone));
  TRY(const auto appt, call.parameters.inside("appt"));
  TRY(const auto named, named_in(parts, institution.id, appt));
  TRY(const auto length, usual_length(named.type));
  TRY(const auto span, span_of(appt, zone, length, parts.clock.now()));
  TRY(const auto others, call.parameters.integer_in("appointments_per_timeslot", 1, 100));
  Room room{.provider = named.provider.id, .operatory = {}, .others_max = others.value_or(1) - 1};
  if (named.operatory) room.operatory = named.operatory->id;
  TRY_DO(check_free(parts, institution.id, span, room));
  TRY(auto leaves, booking_leaves(appt, named, span));
  put_place(leaves, institution, location, zone, span.start);
  return NewWrite{.institution = institution.id,
                  .source = named.provider.source,
                  .location = location.id,
                  .kind = kAppointment,
                  .order = document_of(kAppointment, leaves),
                  .expires_at = span.start};
}

// ---- changes ------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kChangeable[] = {"confirmed", "cancelled",    "checkin_at", "start_time",
                                            "end_time",  "operatory_id", "note"};

// "The health record system cannot change …": what it cannot do is refused, never dropped.
Result<void> check_taken(ApiParts& parts, SourceId source, const Parameters& appt) {
  bool any = false;
  for (const auto path : kChangeable) {
    if (!appt.has(path)) continue;
    any = true;
    const bool of_book = parts.books != nullptr && parts.books->is_book(source);
    if (!of_book && !parts.writes.takes(source, kAppointment, WriteAction::kChange, path))
      return failure(Code::kUnsupported,
                     std::string(path) + " cannot be changed in this health record system");
  }
  if (any) return {};
  return invalid(
      "appt has nothing that can be changed: confirmed, cancelled, checkin_at, "
      "start_time, end_time, operatory_id, note");
}

// Where it is moved: to the times given, as long as before where its end is not.
Result<std::optional<Span>> moved(const Parameters& appt, const Zone& zone, const LeafMap& before,
                                  WallTime now) {
  TRY(const auto start, local_time(appt, "start_time", zone));
  TRY(const auto end, local_time(appt, "end_time", zone));
  if (!start && !end) return std::optional<Span>();
  const auto old_start = parse_utc(plain_text(leaf(before, "start_time")));
  const auto old_end = parse_utc(plain_text(leaf(before, "end_time")));
  if (!old_start) return failure(Code::kCorrupt, "a stored appointment has no start");
  const auto length = old_end ? *old_end - *old_start : Milliseconds(kUsualLength);
  Span span{start.value_or(*old_start), {}};
  span.end = end.value_or(span.start + length);
  TRY(auto out, checked(span, now));
  return std::optional(out);
}

Result<void> put_changes(const Parameters& appt, const Zone& zone, Leaves& out) {
  for (const auto* name : {"confirmed", "cancelled"}) {
    TRY(const auto value, appt.boolean(name));
    if (value) out.emplace_back(name, json_of(*value));
  }
  TRY(const auto checkin, local_time(appt, "checkin_at", zone));
  if (checkin) out.emplace_back("checkin_at", json_of(*checkin));
  TRY(const auto note, free_text(appt, "note", kNoteMax));
  put_text(out, "note", note);
  return {};
}

// The changes alone, as an object by path.
Document object_of(const Leaves& leaves) {
  std::string out = "{";
  for (const auto& [path, text] : leaves)
    out += (out.size() == 1 ? "" : ",") + json_string(path) + ":" + text;
  return Document(out + "}");
}

Result<Location> location_of(const Institution& institution, LocationId id) {
  const auto found = std::ranges::find(institution.locations, id, &Location::id);
  if (found != institution.locations.end()) return *found;
  if (institution.locations.empty()) return failure(Code::kNotFound, "Location not found");
  return institution.locations.front();
}

}  // namespace

Result<NewWrite> changed_appointment(ApiParts& parts, const Call& call,
                                     const Institution& institution, const Record& appointment) {
  TRY(const auto location, location_of(institution, appointment.location));
  TRY(const auto zone, Zone::open(location.timezone));
  TRY(const auto appt, call.parameters.inside("appt"));
  TRY_DO(check_taken(parts, appointment.source, appt));
  TRY(const auto before, leaves_of(appointment.document));
  TRY(const auto span, moved(appt, zone, before, parts.clock.now()));
  TRY(const auto operatory,
      named_record(parts, institution.id, appt, "operatory_id", ResourceKind::kOperatory));
  if (operatory && operatory->source != appointment.source)
    return invalid("operatory_id is of another health record system than the appointment");
  Leaves leaves;
  TRY_DO(put_changes(appt, zone, leaves));
  if (operatory) leaves.emplace_back("operatory_id", to_string(operatory->id));
  if (span) {
    leaves.emplace_back("start_time", json_of(span->start));
    leaves.emplace_back("end_time", json_of(span->end));
    TRY_DO(check_free(parts, institution.id, *span,
                      {.provider = id_in(leaf(before, "provider_id")),
                       .operatory = operatory ? operatory->id : id_in(leaf(before, "operatory_id")),
                       .itself = appointment.id}));
  }
  return NewWrite{.institution = institution.id,
                  .source = appointment.source,
                  .location = location.id,
                  .kind = kAppointment,
                  .action = WriteAction::kChange,
                  .resource = appointment.id,
                  .order = object_of(leaves),
                  .expires_at = parts.clock.now() + kLongest};
}

}  // namespace chartbell
