#include "api/show_form.h"

#include "base/json_text.h"
#include "base/time_text.h"
#include "model/form_events.h"

namespace chartbell {
namespace {

std::string json_of(const std::optional<WallTime>& time) {
  return time ? json_string(to_text(*time)) : "null";
}

std::string json_of(const std::optional<ResourceId>& id) {
  return id ? to_string(*id) : "null";
}

// An object's text with one more member at its end.
std::string with(std::string object, std::string_view name, std::string_view json) {
  object.pop_back();
  return object + ",\"" + std::string(name) + "\":" + std::string(json) + "}";
}

std::string error_of(const FormResponse& response) {
  if (response.fault == WriteFault::kNone) return "null";
  return "{\"code\":" + json_string(name(response.fault)) +
         ",\"message\":" + json_string(message(response.fault)) + "}";
}

}  // namespace

std::string show(const FormVersion& version) {
  return "{\"id\":" + to_string(version.id) + ",\"name\":" + json_string(version.name) +
         ",\"version\":" + std::to_string(version.version) +
         ",\"active\":" + (version.active ? "true" : "false") +
         ",\"created_at\":" + json_of(version.created_at) + "}";
}

std::string show_with_text(const FormVersion& version) {
  return with(show(version), "template", version.text);
}

std::string show(const FormRequest& request) {
  return "{\"id\":" + json_string(request.name) +
         ",\"location_id\":" + to_string(request.location) +
         ",\"appointment_id\":" + json_of(request.appointment) +
         ",\"patient_id\":" + to_string(request.patient) +
         ",\"form_template_id\":" + to_string(request.form) +
         ",\"language\":" + (request.language.empty() ? "null" : json_string(request.language)) +
         ",\"status\":" + json_string(name(request.status)) +
         ",\"has_draft\":" + (request.has_draft ? "true" : "false") +
         ",\"created_at\":" + json_of(request.created_at) +
         ",\"expires_at\":" + json_of(request.expires_at) +
         ",\"ended_at\":" + json_of(request.ended_at) + "}";
}

std::string show(const FormDesk::Issued& issued) {
  return with(show(issued.request), "url", json_string(issued.url));
}

std::string show(const FormResponse& response) {
  return "{\"id\":" + to_string(response.id) + ",\"status\":" + json_string(name(response.status)) +
         ",\"response_documents\":" + response_documents(response.document, response.document_url) +
         ",\"form_request_id\":" + json_string(dashed(response.request)) +
         ",\"patient_id\":" + to_string(response.patient) +
         ",\"form_template_id\":" + to_string(response.form) +
         ",\"location_id\":" + to_string(response.location) +
         ",\"appointment_id\":" + json_of(response.appointment) +
         ",\"language\":" + json_string(response.language) + ",\"error\":" + error_of(response) +
         ",\"created_at\":" + json_of(response.created_at) +
         ",\"updated_at\":" + json_of(response.updated_at) + "}";
}

std::string show_with_answers(const FormResponse& response) {
  return with(show(response), "answers", response.answers.expose());
}

}  // namespace chartbell
