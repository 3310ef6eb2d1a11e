// What happens, minute by minute (docs/api.md, "Activity").
#include <cmath>

#include "api/activity_stream.h"
#include "api/answer.h"
#include "api/endpoint_view.h"
#include "api/feed_guest.h"
#include "api/routes.h"
#include "api/show.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

// As many as a page of their list has.
constexpr std::size_t kEndpointsMost = 500;

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

std::string show_activity(const Activity& found) {
  return "{\"minutes\":" + show_all(found.minutes, json_of) +
         ",\"latency\":{\"p50_ms\":" + ms_of(found.p50) + ",\"p95_ms\":" + ms_of(found.p95) +
         ",\"p99_ms\":" + ms_of(found.p99) + "}}";
}

Result<HttpResponse> activity(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  return success(200, show_activity(parts.health.activity(institution.id)));
}

std::string show_sources(const SourceBoard& board, const Institution& institution) {
  auto rows = board.sources();
  std::erase_if(rows, [&](const SyncStatus& row) { return row.institution != institution.id; });
  return show_all(rows, [&](const SyncStatus& row) { return show(row, institution); });
}

// What it refers to is the API's own, which outlives the streams.
std::vector<ActivityStream::Part> parts_of(ApiParts& parts, const Call& call,
                                           const Institution& institution) {
  std::vector<ActivityStream::Part> out;
  out.push_back({"activity", [&parts, id = institution.id]() -> Result<std::string> {
                   return show_activity(parts.health.activity(id));
                 }});
  out.push_back({"sources", [&parts, institution]() -> Result<std::string> {
                   return show_sources(parts.sources, institution);
                 }});
  if (call.account.id.value == 0 || !call.account.scopes.has(Scope::kWebhooksRead)) return out;
  out.push_back({"endpoints", [&parts, account = call.account]() -> Result<std::string> {
                   TRY(auto page, show_endpoints(parts, account, {}, kEndpointsMost));
                   return std::move(page.rows);
                 }});
  return out;
}

Result<void> stream(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  auto seat = parts.feed.take_seat(guest_of(parts, call, institution));
  if (seat == nullptr) {
    respond(refusal_of_full_feed());
    return {};
  }
  respond(stream_of(std::make_shared<ActivityStream>(parts.feed, std::move(seat),
                                                     parts_of(parts, call, institution))));
  return {};
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/activity", Access::kRead, activity},
    {"GET", "/api/v1/activity/stream", Access::kRead, nullptr, stream},
};

}  // namespace

std::span<const Route> activity_routes() {
  return kRoutes;
}

}  // namespace chartbell
