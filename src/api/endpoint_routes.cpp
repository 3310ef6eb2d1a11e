// Endpoints with their options and health, and test events (docs/api.md, "Endpoints").
#include "api/answer.h"
#include "api/endpoint_view.h"
#include "api/lookup.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/sample_event.h"
#include "api/show_delivery.h"

namespace chartbell {
namespace {

constexpr char kCursor = 'p';
constexpr int kTestsMax = 16;

Result<HttpResponse> list(ApiParts& parts, Call& call) {
  TRY(const auto limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kCursor, 1));
  TRY(const auto page, show_endpoints(parts, call.account, {cursor ? cursor->at(0) : 0}, limit));
  std::optional<std::string> next;
  if (page.last) next = cursor_text(kCursor, {page.last->value});
  return success_page(page.rows, page.count, next);
}

Result<HttpResponse> one(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(const auto shown, show_endpoint(parts, call.account, endpoint));
  return success(200, shown);
}

Result<HttpResponse> health(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(const auto waiting, parts.deliveries.waiting(endpoint));
  return success(200, show_health(endpoint, parts.health.stats(endpoint.id), waiting));
}

// Of the institution that `subdomain` names, where it does.
Result<NewEvent> wanted_sample(ApiParts& parts, const Call& call) {
  TRY(const auto resource_type, call.parameters.required("resource_type"));
  TRY(const auto event, call.parameters.required("event"));
  std::optional<Institution> institution;
  if (call.parameters.text("subdomain")) {
    TRY(institution, institution_of(call, parts.accounts));
  }
  const auto* row = find_row(resource_type, event);
  auto sample = row == nullptr ? std::nullopt : sample_event(*row, institution, parts.clock.now());
  if (!sample) return failure(Code::kInvalid, "There is no sample of such an event");
  return *std::move(sample);
}

// One of the few tests that may be under way at a time; null beyond them.
std::shared_ptr<void> take_turn(const std::shared_ptr<std::atomic<int>>& under_way) {
  if (under_way->fetch_add(1) >= kTestsMax) {
    --*under_way;
    return nullptr;
  }
  return {under_way.get(), [under_way](void*) { --*under_way; }};
}

Result<void> test(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(auto sample, wanted_sample(parts, call));
  const auto turn = parts.tests == nullptr ? nullptr : take_turn(parts.tests_under_way);
  if (parts.tests == nullptr) {
    respond(refusal(503, "Test events are not available"));
  } else if (turn == nullptr) {
    respond(refusal(429, "Too many test events are under way; try again later"));
  } else {
    parts.tests->send(endpoint.id, std::move(sample),
                      [turn, respond = std::move(respond)](Result<Outcome> outcome) {
                        respond(outcome ? success(200, show(*outcome)) : refusal(outcome.error()));
                      });
  }
  return {};
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/endpoints", Access::kWebhooksRead, list},
    {"GET", "/api/v1/endpoints/{}", Access::kWebhooksRead, one},
    {"GET", "/api/v1/endpoints/{}/health", Access::kWebhooksRead, health},
    {"POST", "/api/v1/endpoints/{}/test", Access::kWebhooks, nullptr, test},
};

}  // namespace

std::span<const Route> endpoint_routes() {
  return kRoutes;
}

}  // namespace chartbell
