// Forms that patients fill in: templates, requests, responses (docs/api.md, "Forms").
#include <algorithm>

#include "api/answer.h"
#include "api/paging.h"
#include "api/record_list.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_form.h"
#include "api/write_fields.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

constexpr char kVersionCursor = 'v';
constexpr char kRequestCursor = 'f';
constexpr char kResponseCursor = 'g';
constexpr std::chrono::days kLinkLife{14};
constexpr std::chrono::days kLinkLifeMax{90};

// Where a list goes on behind `cursor`, and how long a page is.
template <class Query>
Result<void> read_page(const Call& call, char kind, Query& query) {
  TRY(query.limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kind, 1));
  if (cursor) query.before = {cursor->at(0)};
  return {};
}

template <class Row, class RowId>
HttpResponse page_answer(const Page<Row, RowId>& page, char kind) {
  std::optional<std::string> next;
  if (page.next) next = cursor_text(kind, {page.next->value});
  const auto rows = show_all(page.rows, [](const Row& row) { return show(row); });
  return success_page(rows, page.rows.size(), next);
}

// Of requests and responses alike.
template <class Query>
Result<void> read_whose(const Call& call, const Institution& institution, Query& query) {
  TRY(const auto patient, id_in(call, "patient_id"));
  if (patient) query.patient = ResourceId{*patient};
  TRY(query.location, location_in(call, institution));
  return {};
}

Result<Institution> asked(ApiParts& parts, const Call& call) {
  if (parts.forms == nullptr) return failure(Code::kNotFound, "Not found");
  return institution_of(call, parts.accounts);
}

// ---- templates ----------------------------------------------------------------------------------

Result<HttpResponse> add_version(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  if (call.request.body.empty()) return failure(Code::kInvalid, "Missing template");
  TRY(const auto added, parts.forms->add_version(institution.id, call.request.body));
  return success(added.is_new ? 201 : 200, show(added.version));
}

Result<HttpResponse> list_versions(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  FormVersionQuery query{.institution = institution.id,
                         .name = call.parameters.text("name").value_or("")};
  TRY(query.active, call.parameters.boolean("active"));
  TRY_DO(read_page(call, kVersionCursor, query));
  TRY(const auto page, parts.forms->versions(query));
  return page_answer(page, kVersionCursor);
}

Result<HttpResponse> one_version(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  TRY(const auto version, parts.forms->version(institution.id, {call.ids.at(0)}));
  return success(200, show_with_text(version));
}

Result<HttpResponse> change_version(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  TRY(const auto active, call.parameters.boolean("active"));
  if (!active) return failure(Code::kInvalid, "Missing parameter active");
  TRY(const auto version, parts.forms->set_active(institution.id, {call.ids.at(0)}, *active));
  return success(200, show(version));
}

// ---- requests -----------------------------------------------------------------------------------

Result<FormVersion> wanted_version(ApiParts& parts, const Institution& institution,
                                   const Parameters& given) {
  TRY_DO(given.required("form_template_id"));
  TRY(const auto id, given.integer_in("form_template_id", 1, INT64_MAX));
  auto version = parts.forms->version(institution.id, {*id});
  if (!version && version.error().code == Code::kNotFound)
    return failure(Code::kNotFound, "form_template_id: not found");
  if (version && !version->active)
    return failure(Code::kConflict, "form_template_id: this version is not active");
  return version;
}

// One that the page can ask for a date of birth.
Result<Record> wanted_patient(ApiParts& parts, const Institution& institution,
                              const Parameters& given) {
  TRY(auto patient,
      required_record(parts, institution.id, given, "patient_id", ResourceKind::kPatient));
  TRY(const auto leaves, leaves_of(patient.document));
  if (plain_text(leaf(leaves, "bio.date_of_birth")).empty())
    return failure(Code::kInvalid,
                   "patient_id: has no date of birth, which the form's page asks for");
  return patient;
}

Result<std::optional<ResourceId>> wanted_appointment(ApiParts& parts,
                                                     const Institution& institution,
                                                     const Parameters& given,
                                                     const Record& patient) {
  TRY(const auto appointment,
      named_record(parts, institution.id, given, "appointment_id", ResourceKind::kAppointment));
  if (!appointment) return std::optional<ResourceId>();
  TRY(const auto leaves, leaves_of(appointment->document));
  if (id_in(leaf(leaves, "patient_id")) != patient.id)
    return failure(Code::kInvalid, "appointment_id: is another patient's");
  return std::optional(appointment->id);
}

Result<WallTime> wanted_end(const ApiParts& parts, const Parameters& given) {
  const auto now = parts.clock.now();
  TRY(const auto end, given.moment("expires_at"));
  if (!end) return now + kLinkLife;
  if (*end <= now || *end > now + kLinkLifeMax)
    return failure(Code::kInvalid, "expires_at must be in the future, and within 90 days");
  return *end;
}

// As asked for; else the one that the patient prefers, where the form speaks it.
Result<std::string> wanted_language(ApiParts& parts, const FormVersion& version,
                                    const Parameters& given, const Record& patient) {
  TRY(const auto languages, parts.forms->languages(version));
  const auto has = [&](const std::string& wanted) {
    return std::ranges::find(languages, wanted) != languages.end();
  };
  if (const auto wanted = given.text("language")) {
    if (!has(*wanted)) return failure(Code::kInvalid, "language: this form does not have it");
    return *wanted;
  }
  TRY(const auto leaves, leaves_of(patient.document));
  const auto preferred = plain_text(leaf(leaves, "preferred_language"));
  return has(preferred) ? preferred : languages.front();
}

Result<HttpResponse> ask_patient(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  TRY(const auto given, call.parameters.inside("form_request"));
  TRY(const auto version, wanted_version(parts, institution, given));
  TRY(const auto patient, wanted_patient(parts, institution, given));
  TRY(const auto location,
      required_location(institution, given.has("location_id") ? given : call.parameters));
  NewFormRequest wanted{.institution = institution.id,
                        .form = version.id,
                        .patient = patient.id,
                        .source = patient.source,
                        .location = location.id};
  TRY(wanted.appointment, wanted_appointment(parts, institution, given, patient));
  TRY(wanted.language, wanted_language(parts, version, given, patient));
  TRY(wanted.expires_at, wanted_end(parts, given));
  TRY(const auto issued, parts.forms->issue(std::move(wanted)));
  return success(201, "{\"form_request\":" + show(issued) + "}");
}

Result<HttpResponse> list_requests(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  FormRequestQuery query{.institution = institution.id};
  if (const auto text = call.parameters.text("status")) {
    query.status = form_request_status(*text);
    if (!query.status)
      return failure(Code::kInvalid, "status must be open, completed, revoked or expired");
  }
  TRY_DO(read_whose(call, institution, query));
  TRY_DO(read_page(call, kRequestCursor, query));
  TRY(const auto page, parts.forms->requests(query));
  return page_answer(page, kRequestCursor);
}

// The name in the path, in either of its forms.
Result<std::string> named(const Call& call) {
  auto name = form_request_name(call.texts.at(0));
  if (!name) return failure(Code::kNotFound, "Form request not found");
  return *std::move(name);
}

Result<HttpResponse> one_request(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  TRY(const auto name, named(call));
  TRY(const auto request, parts.forms->request(institution.id, name));
  return success(200, show(request));
}

Result<HttpResponse> revoke(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  TRY(const auto name, named(call));
  TRY(const auto request, parts.forms->revoke(institution.id, name));
  return success(200, show(request));
}

// ---- responses ----------------------------------------------------------------------------------

Result<HttpResponse> list_responses(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  FormResponseQuery query{.institution = institution.id};
  if (const auto text = call.parameters.text("status")) {
    query.status = form_response_status(*text);
    if (!query.status) return failure(Code::kInvalid, "status must be pending, complete or failed");
  }
  if (const auto text = call.parameters.text("form_request_id")) {
    const auto name = form_request_name(*text);
    if (!name) return failure(Code::kInvalid, "form_request_id must be 32 hex digits");
    query.request = *name;
  }
  TRY(query.updated_since, call.parameters.moment("updated_since"));
  TRY_DO(read_whose(call, institution, query));
  TRY_DO(read_page(call, kResponseCursor, query));
  TRY(const auto page, parts.forms->responses(query));
  return page_answer(page, kResponseCursor);
}

Result<HttpResponse> one_response(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  TRY(const auto response, parts.forms->response(institution.id, {call.ids.at(0)}));
  return success(200, show_with_answers(response));
}

Result<HttpResponse> write_again(ApiParts& parts, Call& call) {
  TRY(const auto institution, asked(parts, call));
  TRY(const auto response, parts.forms->write_again(institution.id, {call.ids.at(0)}));
  return success(202, show(response));
}

constexpr Route kRoutes[] = {
    {"POST", "/form_templates", Access::kWrite, add_version},
    {"GET", "/form_templates", Access::kRead, list_versions},
    {"GET", "/form_templates/{}", Access::kRead, one_version},
    {"PATCH", "/form_templates/{}", Access::kWrite, change_version},
    {"POST", "/form_requests", Access::kWrite, ask_patient},
    {"GET", "/form_requests", Access::kRead, list_requests},
    {"GET", "/form_requests/{text}", Access::kRead, one_request},
    {"DELETE", "/form_requests/{text}", Access::kWrite, revoke},
    {"GET", "/form_responses", Access::kRead, list_responses},
    {"GET", "/form_responses/{}", Access::kRead, one_response},
    {"POST", "/form_responses/{}/write", Access::kWrite, write_again},
};

}  // namespace

std::span<const Route> form_routes() {
  return kRoutes;
}

}  // namespace chartbell
