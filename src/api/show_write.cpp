#include "api/show_write.h"

#include "base/json_text.h"
#include "base/time_text.h"
#include "model/finished.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

std::string json_of(const std::optional<WallTime>& time) {
  return time ? json_string(to_text(*time)) : "null";
}

}  // namespace

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
  out += ",\"error\":";
  out += write.fault == WriteFault::kNone
             ? "null"
             : "{\"code\":" + json_string(name(write.fault)) +
                   ",\"message\":" + json_string(message(write.fault)) + "}";
  out += ",\"created_at\":" + json_of(write.created_at) +
         ",\"updated_at\":" + json_of(write.updated_at) +
         ",\"next_attempt_at\":" + json_of(is_open(write.state) ? write.due : std::nullopt) +
         ",\"expires_at\":" + json_of(write.expires_at) + "}";
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
