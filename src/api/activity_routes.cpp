// What happens, minute by minute (docs/api.md, "Activity").
#include <cmath>

#include "api/answer.h"
#include "api/routes.h"
#include "api/show.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

std::string json_of(const ActivityMinute& minute) {
  return "{\"at\":" + json_string(to_text(minute.at)) +
         ",\"events\":" + std::to_string(minute.events) +
         ",\"attempts\":" + std::to_string(minute.attempts) +
         ",\"successes\":" + std::to_string(minute.successes) + "}";
}

std::string ms_of(const std::optional<Microseconds>& latency) {
  return latency ? std::to_string(std::lround(static_cast<double>(latency->count()) / 1'000))
                 : "null";
}

Result<HttpResponse> activity(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  const auto found = parts.health.activity(institution.id);
  return success(200, "{\"minutes\":" + show_all(found.minutes, json_of) +
                          ",\"latency\":{\"p50_ms\":" + ms_of(found.p50) + ",\"p95_ms\":" +
                          ms_of(found.p95) + ",\"p99_ms\":" + ms_of(found.p99) + "}}");
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/activity", Access::kRead, activity},
};

}  // namespace

std::span<const Route> activity_routes() {
  return kRoutes;
}

}  // namespace chartbell
