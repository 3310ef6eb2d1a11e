#include "write/insertion.h"

#include "model/emit.h"
#include "model/finished.h"

namespace chartbell {

Result<std::vector<NewEvent>> insertion_events(const RecordWrite& write, const Document& document,
                                               std::string_view subdomain) {
  std::vector<NewEvent> out;
  if (write.kind != ResourceKind::kAppointment) return out;
  TRY(const auto object, finished(document, {.id = write.resource,
                                             .created_at = write.created_at,
                                             .updated_at = write.updated_at,
                                             .synced_at = write.updated_at}));
  const Happening happening{.institution = write.institution,
                            .subdomain = subdomain,
                            .resource = write.resource,
                            .location = write.location,
                            .time = write.updated_at};
  const auto& row = *find_row("Appointment", "appointment_insertion");
  const bool complete = write.state == WriteState::kComplete;
  const EventFault fault{name(write.fault), message(write.fault)};
  out.push_back(insertion_event(row, happening, object, complete ? nullptr : &fault));
  return out;
}

}  // namespace chartbell
