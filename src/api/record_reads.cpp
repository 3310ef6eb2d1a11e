// Patients, procedures, coverages and the directory as they are read (wire contract §6, §7.2).
#include "api/answer.h"
#include "api/record_list.h"
#include "api/routes.h"
#include "api/show_record.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

std::optional<std::string> text_in(const Call& call, std::string_view name) {
  auto text = call.parameters.text(name);
  return text && !text->empty() ? text : std::nullopt;
}

Result<HttpResponse> one_record(ApiParts& parts, Call& call, ResourceKind kind,
                                std::string_view what) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(const auto record, record_of(parts, institution, kind, call.ids.at(0), what));
  TRY(const auto text, show(record, {call.version, Detail::kOne, parts.clock.now()}));
  return success(200, text);
}

Result<std::vector<std::int64_t>> one_id_in(const Call& call, std::string_view name) {
  TRY(const auto id, id_in(call, name));
  return id ? std::vector{*id} : std::vector<std::int64_t>();
}

// ---- patients -----------------------------------------------------------------------------------

Result<void> read_person(const Call& call, RecordQuery& out) {
  out.name = text_in(call, "name");
  out.email = text_in(call, "email");
  out.phone_number = text_in(call, "phone_number");
  out.date_of_birth = text_in(call, "date_of_birth");
  if (out.date_of_birth && (out.date_of_birth->size() != 10 || !parse_local(*out.date_of_birth)))
    return invalid("date_of_birth must be a date like 1980-05-03");
  return {};
}

// A patient belongs to the whole institution; `location_strict` asks for those of the location.
Result<HttpResponse> list_patients(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto query, read_list(call, institution, ResourceKind::kPatient));
  TRY(const auto location, location_in(call, institution));
  TRY(const auto strict, call.parameters.boolean("location_strict"));
  if (strict.value_or(false)) query.location = location;
  TRY(query.inactive, call.parameters.boolean("inactive"));
  TRY_DO(read_person(call, query));
  return list_answer(parts, call, query, {.v2_key = "patients"});
}

Result<HttpResponse> one_patient(ApiParts& parts, Call& call) {
  return one_record(parts, call, ResourceKind::kPatient, "Patient");
}

// ---- procedures ---------------------------------------------------------------------------------

Result<HttpResponse> list_procedures(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto query, read_list(call, institution, ResourceKind::kProcedure));
  TRY(query.location, location_in(call, institution));
  TRY(query.appointment, id_in(call, "appointment_id"));
  TRY(query.patients, one_id_in(call, "patient_id"));
  TRY(query.providers, one_id_in(call, "provider_id"));
  const bool filtered = query.appointment || !query.patients.empty() || !query.providers.empty() ||
                        query.updated_since || query.foreign_id;
  if (!filtered)
    return invalid("Missing parameter appointment_id, patient_id, provider_id or updated_since");
  return list_answer(parts, call, query);
}

Result<HttpResponse> one_procedure(ApiParts& parts, Call& call) {
  return one_record(parts, call, ResourceKind::kProcedure, "Procedure");
}

// ---- insurance coverages ------------------------------------------------------------------------

// A coverage goes on through the day on which it ends.
WallTime today(const ApiParts& parts) {
  return std::chrono::floor<std::chrono::days>(parts.clock.now());
}

Result<HttpResponse> list_coverages(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto query, read_list(call, institution, ResourceKind::kCoverage));
  TRY(query.patients, one_id_in(call, "patient_id"));
  TRY(const auto active, call.parameters.boolean("active"));
  if (active.value_or(true)) {
    query.not_ended_at = today(parts);
  } else {
    query.ended_before = today(parts);
  }
  return list_answer(parts, call, query);
}

Result<HttpResponse> coverages_of_patient(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY_DO(record_of(parts, institution, ResourceKind::kPatient, call.ids.at(0), "Patient"));
  TRY(auto query, read_list(call, institution, ResourceKind::kCoverage));
  query.patients = {call.ids.at(0)};
  return list_answer(parts, call, query);
}

Result<std::string> subscriber_of(ApiParts& parts, const Record& coverage) {
  const auto holder = holder_of(coverage);
  if (!holder) return std::string("null");
  TRY(const auto patient,
      parts.records.record(coverage.institution, ResourceKind::kPatient, *holder));
  return patient ? show_holder(*patient) : std::string("null");
}

Result<HttpResponse> one_coverage(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(const auto record,
      record_of(parts, institution, ResourceKind::kCoverage, call.ids.at(0), "Insurance coverage"));
  TRY(auto text, show(record, {call.version, Detail::kOne, parts.clock.now()}));
  TRY(auto subscriber, subscriber_of(parts, record));
  return success(200, with_members(std::move(text), {{"subscriber", std::move(subscriber)}}));
}

// ---- the directory ------------------------------------------------------------------------------

Result<HttpResponse> list_providers(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto query, read_list(call, institution, ResourceKind::kProvider));
  // Record systems do not say where a provider works: the location is looked at and no more.
  TRY_DO(location_in(call, institution));
  TRY(query.inactive, call.parameters.boolean("inactive"));
  return list_answer(parts, call, query);
}

Result<HttpResponse> one_provider(ApiParts& parts, Call& call) {
  return one_record(parts, call, ResourceKind::kProvider, "Provider");
}

Result<HttpResponse> list_operatories(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto query, read_list(call, institution, ResourceKind::kOperatory));
  TRY(query.location, location_in(call, institution));
  TRY(const auto active, call.parameters.boolean("active"));
  if (active) query.inactive = !*active;
  return list_answer(parts, call, query);
}

Result<HttpResponse> one_operatory(ApiParts& parts, Call& call) {
  return one_record(parts, call, ResourceKind::kOperatory, "Operatory");
}

// A type that is gone has no field to say so.
Result<HttpResponse> list_appointment_types(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(auto query, read_list(call, institution, ResourceKind::kAppointmentType));
  TRY_DO(location_in(call, institution));
  query.gone = false;
  return list_answer(parts, call, query);
}

Result<HttpResponse> one_appointment_type(ApiParts& parts, Call& call) {
  return one_record(parts, call, ResourceKind::kAppointmentType, "Appointment type");
}

constexpr Route kRoutes[] = {
    {"GET", "/patients", Access::kRead, list_patients},
    {"GET", "/patients/{}", Access::kRead, one_patient},
    {"GET", "/patients/{}/insurance_coverages", Access::kRead, coverages_of_patient},
    {"GET", "/procedures", Access::kRead, list_procedures},
    {"GET", "/procedures/{}", Access::kRead, one_procedure},
    {"GET", "/insurance_coverages", Access::kRead, list_coverages},
    {"GET", "/insurance_coverages/{}", Access::kRead, one_coverage},
    {"GET", "/providers", Access::kRead, list_providers},
    {"GET", "/providers/{}", Access::kRead, one_provider},
    {"GET", "/operatories", Access::kRead, list_operatories},
    {"GET", "/operatories/{}", Access::kRead, one_operatory},
    {"GET", "/appointment_types", Access::kRead, list_appointment_types},
    {"GET", "/appointment_types/{}", Access::kRead, one_appointment_type},
};

}  // namespace

std::span<const Route> record_reads() {
  return kRoutes;
}

}  // namespace chartbell
