#include "write/insertion.h"

#include "model/emit.h"
#include "model/finished.h"
#include "model/form_events.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

Happening happening_of(const RecordWrite& write, std::string_view subdomain) {
  return {.institution = write.institution,
          .subdomain = subdomain,
          .resource = write.resource,
          .location = write.location,
          .time = write.updated_at};
}

Result<NewEvent> of_appointment(const RecordWrite& write, const Document& document,
                                std::string_view subdomain, const EventFault* fault) {
  TRY(const auto object, finished(document, {.id = write.resource,
                                             .created_at = write.created_at,
                                             .updated_at = write.updated_at,
                                             .synced_at = write.updated_at}));
  const auto& row = *find_row("Appointment", "appointment_insertion");
  return insertion_event(row, happening_of(write, subdomain), object, fault);
}

Result<bool> is_of_a_form(const Document& document) {
  TRY(const auto leaves, leaves_of(document));
  return id_in(leaf(leaves, "form_response_id")).has_value();
}

}  // namespace

Result<std::vector<NewEvent>> insertion_events(const RecordWrite& write, const Document& document,
                                               std::string_view subdomain) {
  const EventFault failed{name(write.fault), message(write.fault)};
  const EventFault* fault = write.state == WriteState::kComplete ? nullptr : &failed;
  std::vector<NewEvent> out;
  if (write.kind == ResourceKind::kAppointment) {
    TRY(auto event, of_appointment(write, document, subdomain, fault));
    out.push_back(std::move(event));
  }
  if (write.kind == ResourceKind::kDocument) {
    TRY(const bool of_a_form, is_of_a_form(document));
    if (!of_a_form) return out;
    TRY(auto event, form_response_event(happening_of(write, subdomain), document, fault));
    out.push_back(std::move(event));
  }
  return out;
}

}  // namespace chartbell
