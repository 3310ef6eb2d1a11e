#include "api/routes.h"

namespace chartbell {

std::optional<Scope> scope_of(Access access) {
  switch (access) {
    case Access::kOpen:
    case Access::kAccount:
    case Access::kUser:
    case Access::kOperator:
    case Access::kAdmin:
      return std::nullopt;
    case Access::kRead:
      return Scope::kRead;
    case Access::kWrite:
      return Scope::kWrite;
    case Access::kWebhooksRead:
      return Scope::kWebhooksRead;
    case Access::kWebhooks:
      return Scope::kWebhooks;
    case Access::kOperate:
      return Scope::kOperate;
  }
  return std::nullopt;
}

std::optional<Role> role_of(Access access) {
  switch (access) {
    case Access::kUser:
      return Role::kViewer;
    case Access::kOperator:
      return Role::kOperator;
    case Access::kAdmin:
      return Role::kAdmin;
    default:
      return std::nullopt;
  }
}

std::vector<Route> all_routes() {
  std::vector<Route> out;
  for (const auto routes :
       {webhook_routes(),       appointment_reads(), record_reads(),  slot_routes(),
        write_routes(),         document_routes(),   form_routes(),   activity_routes(),
        directory_routes(),     feed_routes(),       event_routes(),  endpoint_routes(),
        delivery_routes(),      replay_routes(),     source_routes(), push_routes(),
        booking_routes(),       openapi_routes(),    token_routes(),  session_routes(),
        second_factor_routes(), user_routes(),       key_routes(),    audit_routes()})
    out.insert(out.end(), routes.begin(), routes.end());
  return out;
}

}  // namespace chartbell
