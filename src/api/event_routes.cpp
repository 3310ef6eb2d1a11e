// The events of the institutions' logs (docs/api.md, "Events").
#include "api/answer.h"
#include "api/lookup.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_delivery.h"

namespace chartbell {
namespace {

constexpr char kCursor = 'e';

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

bool is_event(std::string_view name) {
  if (find_delivered(name) != nullptr) return true;
  const auto topic = Topic::parse(name);
  return topic && topic->event() == name;
}

Result<void> read_kind(const Call& call, EventQuery& out) {
  out.event = call.parameters.text("event").value_or("");
  if (!out.event.empty() && !is_event(out.event))
    return invalid("event: there is none of that name");
  const auto type = call.parameters.text("resource_type");
  const auto canonical = type ? canonical_resource_type(*type) : std::nullopt;
  if (type && !canonical) return invalid("resource_type: there is none of that name");
  out.resource_type = canonical.value_or("");
  return {};
}

Result<void> read_place(const Call& call, EventQuery& out) {
  TRY(const auto resource, call.parameters.integer_in("resource_id", 1, INT64_MAX));
  if (resource) out.resource = ResourceId{*resource};
  TRY(const auto location, call.parameters.integer_in("location_id", 1, INT64_MAX));
  if (location) out.location = LocationId{*location};
  TRY(out.since, call.parameters.time("since"));
  TRY(out.until, call.parameters.time("until"));
  return {};
}

Result<void> read_order(const Call& call, EventQuery& out) {
  const auto order = call.parameters.text("order").value_or("desc");
  if (order != "asc" && order != "desc") return invalid("order must be asc or desc");
  out.newest_first = order == "desc";
  TRY(out.limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kCursor, 1));
  if (cursor) out.after = EventSeq{cursor->at(0)};
  return {};
}

Result<HttpResponse> list_events(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  EventQuery query{.institution = institution.id};
  TRY_DO(read_kind(call, query));
  TRY_DO(read_place(call, query));
  TRY_DO(read_order(call, query));
  TRY(const auto page, parts.events.events(query));
  std::optional<std::string> next;
  if (page.next) next = cursor_text(kCursor, {page.next->value});
  const auto rows =
      show_all(page.rows, [&](const EventRow& row) { return show(row, parts.store_tag); });
  return success_page(rows, page.rows.size(), next);
}

Result<HttpResponse> one_event(ApiParts& parts, Call& call) {
  TRY(const auto event, event_named(parts, call, call.texts.at(0)));
  TRY(const auto deliveries, parts.deliveries.deliveries_of(call.account.id, *event));
  const auto rows =
      show_all(deliveries, [&](const Delivery& row) { return show(row, parts.store_tag); });
  return success(200, show_whole(*event, parts.store_tag, rows));
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/events", Access::kRead, list_events},
    {"GET", "/api/v1/events/{text}", Access::kRead, one_event},
};

}  // namespace

std::span<const Route> event_routes() {
  return kRoutes;
}

}  // namespace chartbell
