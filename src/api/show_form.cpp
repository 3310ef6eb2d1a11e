#include "api/show_form.h"

#include "api/show.h"
#include "api/show_write.h"
#include "base/json_text.h"
#include "model/form_events.h"

namespace chartbell {
namespace {

std::string show_id(const std::optional<ResourceId>& id) {
  return id ? to_string(*id) : "null";
}

// An object's text with one more member at its end.
std::string with(std::string object, std::string_view name, std::string_view json) {
  object.pop_back();
  return object + ",\"" + std::string(name) + "\":" + std::string(json) + "}";
}

}  // namespace

std::string show(const FormVersion& version) {
  return "{\"id\":" + to_string(version.id) + ",\"name\":" + json_string(version.name) +
         ",\"version\":" + std::to_string(version.version) +
         ",\"active\":" + (version.active ? "true" : "false") +
         ",\"created_at\":" + show_time(version.created_at) + "}";
}

std::string show_with_text(const FormVersion& version) {
  return with(show(version), "template", version.text);
}

std::string show(const FormRequest& request) {
  return "{\"id\":" + json_string(request.name) +
         ",\"location_id\":" + to_string(request.location) +
         ",\"appointment_id\":" + show_id(request.appointment) +
         ",\"patient_id\":" + to_string(request.patient) +
         ",\"form_template_id\":" + to_string(request.form) +
         ",\"language\":" + (request.language.empty() ? "null" : json_string(request.language)) +
         ",\"status\":" + json_string(name(request.status)) +
         ",\"has_draft\":" + (request.has_draft ? "true" : "false") +
         ",\"created_at\":" + show_time(request.created_at) +
         ",\"expires_at\":" + show_time(request.expires_at) +
         ",\"ended_at\":" + show_time(request.ended_at) + "}";
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
         ",\"appointment_id\":" + show_id(response.appointment) +
         ",\"language\":" + json_string(response.language) + ",\"error\":" + show(response.fault) +
         ",\"created_at\":" + show_time(response.created_at) +
         ",\"updated_at\":" + show_time(response.updated_at) + "}";
}

std::string show_with_answers(const FormResponse& response) {
  return with(show(response), "answers", response.answers.expose());
}

}  // namespace chartbell
