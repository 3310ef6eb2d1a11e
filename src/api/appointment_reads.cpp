// Appointments as they are read (wire contract §6, §7.1).
#include <algorithm>

#include "api/answer.h"
#include "api/record_includes.h"
#include "api/record_list.h"
#include "api/routes.h"

namespace chartbell {
namespace {

std::unexpected<Error> missing(std::string_view name) {
  return failure(Code::kInvalid, "Missing parameter " + std::string(name));
}

Result<WallTime> required_moment(const Call& call, std::string_view name) {
  TRY(const auto time, call.parameters.moment(name));
  if (!time) return missing(name);
  return *time;
}

// The span comes first, as the vendor asks for it; then whose appointments.
Result<void> read_calendar(const Call& call, const Institution& institution, RecordQuery& out) {
  TRY(out.start, required_moment(call, "start"));
  TRY(out.end, required_moment(call, "end"));
  TRY(out.location, location_in(call, institution));
  if (!out.location && !out.foreign_id) return missing("location_id");
  return {};
}

Result<void> read_filters(const Call& call, RecordQuery& out) {
  TRY(out.cancelled, call.parameters.boolean("cancelled"));
  TRY(out.unavailable, call.parameters.boolean("unavailable"));
  TRY(const auto ours_only, call.parameters.boolean("nex_only"));
  if (ours_only.value_or(false)) out.booked_here = true;
  TRY(out.appointment_type, id_in(call, "appointment_type_id"));
  TRY(out.patients, call.parameters.ids("patient_ids", kPatientIdsMax));
  TRY(out.providers, call.parameters.ids("provider_ids"));
  TRY(out.operatories, call.parameters.ids("operatory_ids"));
  return {};
}

Result<HttpResponse> list_appointments(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto query, read_list(call, institution, ResourceKind::kAppointment));
  TRY_DO(read_calendar(call, institution, query));
  TRY_DO(read_filters(call, query));
  TRY(auto includes, read_includes(call));
  if (call.parameters.text("created_by")) includes.notes = "created_by was passed over";
  const RecordView view{call.version, Detail::kList, parts.clock.now()};
  return list_answer(parts, call, query, {"appointments", includes.notes},
                     [&](const std::vector<Record>& rows) {
                       return show_with_includes(parts, rows, includes.wanted, view);
                     });
}

Result<HttpResponse> one_appointment(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto record,
      record_of(parts, institution, ResourceKind::kAppointment, call.ids.at(0), "Appointment"));
  TRY(const auto includes, read_includes(call));
  const RecordView view{call.version, Detail::kOne, parts.clock.now()};
  TRY(const auto texts, show_with_includes(parts, {std::move(record)}, includes.wanted, view));
  return success(200, texts.front(), includes.notes);
}

constexpr Route kRoutes[] = {
    {"GET", "/appointments", Access::kRead, list_appointments},
    {"GET", "/appointments/{}", Access::kRead, one_appointment},
};

}  // namespace

std::span<const Route> appointment_reads() {
  return kRoutes;
}

}  // namespace chartbell
