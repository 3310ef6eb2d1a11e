#include "model/form_events.h"

#include "base/check.h"
#include "base/json_text.h"
#include "model/leaves.h"
#include "model/shape.h"

namespace chartbell {
namespace {

const CatalogueRow& row_of(std::string_view resource_type, std::string_view event) {
  const auto* row = find_row(resource_type, event);
  CHECK(row != nullptr);
  return *row;
}

}  // namespace

// The vendor puts /api before the path that documents themselves have.
std::string response_documents(ResourceId document, std::string_view url) {
  return "[{\"id\":" + to_string(document) +
         ",\"pdf_url\":" + json_string("/api" + std::string(url)) + "}]";
}

NewEvent form_request_event(const FormRequest& request, std::string_view subdomain, WallTime time) {
  Leaves leaves = {{"id", json_string(request.name)}, {"location_id", to_string(request.location)}};
  if (request.appointment) leaves.emplace_back("appointment_id", to_string(*request.appointment));
  const Happening happening{.institution = request.institution,
                            .subdomain = subdomain,
                            .resource = request.id,
                            .location = request.location,
                            .time = time};
  return make_event(row_of("FormRequest", "form_request_completed"), happening,
                    document_of(ResourceKind::kFormRequest, leaves).expose(), {});
}

Result<NewEvent> form_response_event(const Happening& happening, const Document& document,
                                     const EventFault* fault) {
  TRY(const auto of_document, leaves_of(document));
  const auto response = id_in(leaf(of_document, "form_response_id"));
  if (!response) return failure(Code::kCorrupt, "a document names no response of a form");
  const auto status =
      fault == nullptr ? FormResponseStatus::kComplete : FormResponseStatus::kFailed;
  const Leaves leaves = {
      {"id", to_string(*response)},
      {"status", json_string(name(status))},
      {"response_documents",
       response_documents(happening.resource, plain_text(leaf(of_document, "url")))},
      {"form_request_id", std::string(leaf(of_document, "form_request_id"))},
      {"patient_id", std::string(leaf(of_document, "patient_id"))}};
  auto about_response = happening;
  about_response.resource = *response;
  return insertion_event(row_of("FormResponse", "form_response_insertion"), about_response,
                         document_of(ResourceKind::kFormResponse, leaves).expose(), fault);
}

}  // namespace chartbell
