#include "api/show_write.h"

#include "api/show.h"
#include "base/json_text.h"
#include "model/finished.h"
#include "model/leaves.h"

namespace chartbell {

std::string show(WriteFault fault) {
  if (fault == WriteFault::kNone) return "null";
  return "{\"code\":" + json_string(name(fault)) + ",\"message\":" + json_string(message(fault)) +
         "}";
}

std::string show(const RecordWrite& write) {
  std::string out = "{\"id\":" + to_string(write.id) +
                    ",\"institution_id\":" + to_string(write.institution) +
                    ",\"source_id\":" + to_string(write.source) +
                    ",\"location_id\":" + to_string(write.location) +
                    ",\"resource\":" + json_string(name(write.kind)) +
                    ",\"resource_id\":" + to_string(write.resource) +
                    ",\"action\":" + json_string(name(write.action)) +
                    ",\"status\":" + json_string(name(write.state)) +
                    ",\"attempts\":" + std::to_string(write.attempts) +
                    ",\"foreign_id\":" + (write.key ? json_string(to_string(*write.key)) : "null");
  out += ",\"error\":" + show(write.fault) + ",\"created_at\":" + show_time(write.created_at) +
         ",\"updated_at\":" + show_time(write.updated_at) +
         ",\"next_attempt_at\":" + show_time(is_open(write.state) ? write.due : std::nullopt) +
         ",\"expires_at\":" + show_time(write.expires_at) + "}";
  return out;
}

Result<std::string> show_accepted(const RecordWrite& write) {
  return finished(write.order, {.id = write.resource,
                                .created_at = write.created_at,
                                .updated_at = write.created_at,
                                .synced_at = write.created_at});
}

Result<std::string> show_changed(const Record& record, const RecordWrite& write) {
  TRY(const auto changes, leaves_of(write.order));
  const Leaves values(changes.begin(), changes.end());
  TRY(const auto changed, with_leaves(record.document, values));
  return finished(changed, {.id = record.id,
                            .created_at = record.created_at,
                            .updated_at = write.created_at,
                            .synced_at = record.updated_at});
}

}  // namespace chartbell
