// What became of deliveries, and asking for them once more (docs/api.md, "Deliveries").
#include <algorithm>

#include "api/answer.h"
#include "api/event_id.h"
#include "api/lookup.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_delivery.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

constexpr char kAttemptCursor = 'a';
constexpr char kRetryCursor = 'r';
constexpr char kDeadCursor = 'd';

Result<void> read_status(const Call& call, AttemptQuery& out) {
  const auto status = call.parameters.text("status");
  if (!status) return {};
  out.failures_only = *status == "failed";
  for (const auto state :
       {DeliveryState::kDelivered, DeliveryState::kRetrying, DeliveryState::kDead})
    if (*status == name(state)) out.state = state;
  if (out.failures_only || out.state) return {};
  return failure(Code::kInvalid, "status must be failed, retrying, delivered or dead");
}

Result<AttemptQuery> attempt_query(ApiParts& parts, const Call& call, EndpointId endpoint) {
  AttemptQuery out{.endpoint = endpoint};
  TRY(out.institutions, wanted_institutions(call, parts.accounts));
  TRY_DO(read_status(call, out));
  TRY(out.since, call.parameters.time("since"));
  TRY(out.until, call.parameters.time("until"));
  TRY(out.limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kAttemptCursor, 5));
  if (cursor)
    out.after =
        AttemptPosition{cursor->at(0), cursor->at(1), cursor->at(2), cursor->at(3), cursor->at(4)};
  return out;
}

Result<HttpResponse> list_attempts(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(const auto query, attempt_query(parts, call, endpoint.id));
  TRY(const auto page, parts.deliveries.attempts(query));
  std::optional<std::string> next;
  if (page.next)
    next = cursor_text(kAttemptCursor, {page.next->at_ms, page.next->block, page.next->taken,
                                        page.next->institution, page.next->seq});
  const auto rows =
      show_all(page.rows, [&](const Attempt& row) { return show(row, parts.store_tag); });
  return success_page(rows, page.rows.size(), next);
}

// A key may have lost the sight of an institution whose deliveries still wait.
template <class Row>
void erase_hidden(std::vector<Row>& rows, const std::vector<InstitutionId>& visible) {
  std::erase_if(rows, [&](const Row& row) {
    return std::ranges::find(visible, row.key.institution) == visible.end();
  });
}

Result<HttpResponse> list_retries(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(const auto limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kRetryCursor, 3));
  std::optional<WaitingRetry> after;
  if (cursor)
    after = WaitingRetry{.key = {{cursor->at(1)}, endpoint.id, {cursor->at(2)}},
                         .due = from_ms(cursor->at(0))};
  TRY(const auto visible, wanted_institutions(call, parts.accounts));
  TRY(auto page, parts.deliveries.retries(endpoint.id, after, limit));
  std::optional<std::string> next;
  if (page.next)
    next = cursor_text(kRetryCursor, {to_ms(page.next->due), page.next->key.institution.value,
                                      page.next->key.seq.value});
  erase_hidden(page.rows, visible);
  const auto rows =
      show_all(page.rows, [&](const WaitingRetry& row) { return show(row, parts.store_tag); });
  return success_page(rows, page.rows.size(), next);
}

Result<HttpResponse> list_dead_letters(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(const auto limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kDeadCursor, 2));
  std::optional<DeadLetter> after;
  if (cursor) after = DeadLetter{.key = {{cursor->at(0)}, endpoint.id, {cursor->at(1)}}};
  TRY(const auto visible, wanted_institutions(call, parts.accounts));
  TRY(auto page, parts.deliveries.dead_letters(endpoint.id, after, limit));
  std::optional<std::string> next;
  if (page.next)
    next = cursor_text(kDeadCursor, {page.next->key.institution.value, page.next->key.seq.value});
  erase_hidden(page.rows, visible);
  const auto rows =
      show_all(page.rows, [&](const DeadLetter& row) { return show(row, parts.store_tag); });
  return success_page(rows, page.rows.size(), next);
}

Result<Endpoint> active_endpoint(ApiParts& parts, const Call& call) {
  TRY(auto endpoint, endpoint_named(parts, call));
  if (endpoint.active) return endpoint;
  return failure(Code::kConflict,
                 "The endpoint is not active; turn it on, which makes due what waits");
}

Result<HttpResponse> retry(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, active_endpoint(parts, call));
  TRY(const auto id, call.parameters.required("event_id"));
  TRY(const auto event, event_named(parts, call, id));
  TRY(const auto state, parts.deliveries.retry(endpoint, *event));
  return success(200, "{\"event_id\":" + json_string(id) +
                          ",\"sequence\":" + to_string(event->seq) + ",\"state\":\"" +
                          std::string(name(state)) + "\"}");
}

Result<void> retry_failed(ApiParts& parts, Call& call, Respond respond) {
  TRY(const auto endpoint, active_endpoint(parts, call));
  TRY_DO(call.parameters.required("since"));
  TRY(const auto since, call.parameters.time("since"));
  parts.deliveries.retry_failed(
      endpoint.id, *since, [respond = std::move(respond)](Result<std::int64_t> count) {
        respond(count ? success(200, "{\"count\":" + std::to_string(*count) + "}")
                      : refusal(count.error()));
      });
  return {};
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/endpoints/{}/deliveries", Access::kWebhooksRead, list_attempts},
    {"GET", "/api/v1/endpoints/{}/retries", Access::kWebhooksRead, list_retries},
    {"GET", "/api/v1/endpoints/{}/dead_letters", Access::kWebhooksRead, list_dead_letters},
    {"POST", "/api/v1/endpoints/{}/retry", Access::kWebhooks, retry},
    {"POST", "/api/v1/endpoints/{}/retry_failed", Access::kWebhooks, nullptr, retry_failed},
};

}  // namespace

std::span<const Route> delivery_routes() {
  return kRoutes;
}

}  // namespace chartbell
