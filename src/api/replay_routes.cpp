// Replays: a part of a log sent to an endpoint once more (docs/api.md, "Replays").
#include <algorithm>
#include <charconv>

#include "api/answer.h"
#include "api/event_id.h"
#include "api/lookup.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_delivery.h"

namespace chartbell {
namespace {

constexpr char kCursor = 'l';

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

// A sequence, or the id of an event of this institution.
Result<std::optional<EventSeq>> place_of(const ApiParts& parts, const Call& call,
                                         std::string_view parameter, InstitutionId institution) {
  const auto text = call.parameters.text(parameter);
  if (!text) return std::optional<EventSeq>();
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error == std::errc() && stop == end && number > 0) return std::optional(EventSeq{number});
  const auto event = parse_event_id(parts.store_tag, *text);
  if (event && event->first == institution) return std::optional(event->second);
  return invalid(std::string(parameter) + " must be a sequence or an event's id");
}

// At most one of the names; exactly one where one is `needed`.
Result<void> check_only_one(const Call& call, std::initializer_list<std::string_view> names,
                            bool needed) {
  const auto given = std::ranges::count_if(
      names, [&](std::string_view name) { return call.parameters.text(name).has_value(); });
  std::string list;
  for (const auto name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  if (given > 1) return invalid("Only one of " + list + " can be given");
  if (given == 0 && needed) return invalid("Missing parameter: one of " + list);
  return {};
}

Result<EventSeq> start_of(ApiParts& parts, const Call& call, InstitutionId institution) {
  TRY_DO(check_only_one(call, {"from", "after_sequence", "since"}, true));
  TRY(const auto from, place_of(parts, call, "from", institution));
  if (from) return EventSeq{from->value - 1};
  TRY(const auto after, call.parameters.integer_in("after_sequence", 0, INT64_MAX));
  if (after) return EventSeq{*after};
  TRY(const auto since, call.parameters.time("since"));
  return parts.events.last_before(institution, *since);
}

// What comes after the replay was made is not its business.
Result<EventSeq> end_of(ApiParts& parts, const Call& call, InstitutionId institution) {
  TRY_DO(check_only_one(call, {"to", "until"}, false));
  const auto head = parts.events.head(institution);
  TRY(const auto to, place_of(parts, call, "to", institution));
  if (to) return std::min(*to, head);
  TRY(const auto until, call.parameters.time("until"));
  if (until) return parts.events.last_before(institution, *until);
  return head;
}

Result<Topic> topic_of(const Call& call) {
  const auto type = call.parameters.text("resource_type");
  const auto event = call.parameters.text("event");
  const auto topic = !type && event && *event != "*"
                         ? Topic::parse(*event)
                         : Topic::of(type.value_or("*"), event.value_or("*"));
  if (!topic) return invalid("resource_type and event: there is no such event");
  return *topic;
}

Result<HttpResponse> create(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(const auto institution, institution_of(call, parts.accounts));
  NewReplay replay{.endpoint = endpoint.id, .institution = institution.id};
  TRY(replay.topic, topic_of(call));
  TRY(const auto undelivered_only, call.parameters.boolean("undelivered_only"));
  replay.undelivered_only = undelivered_only.value_or(false);
  TRY(replay.to, end_of(parts, call, institution.id));
  TRY(const auto after, start_of(parts, call, institution.id));
  replay.after = std::min(after, parts.events.head(institution.id));
  replay.to = std::max(replay.to, replay.after);
  TRY(const auto made, parts.replays.create(replay));
  return success(201, show(made));
}

Result<HttpResponse> list(ApiParts& parts, Call& call) {
  TRY(const auto endpoint, endpoint_named(parts, call));
  TRY(const auto limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kCursor, 1));
  std::optional<ReplayId> after;
  if (cursor) after = ReplayId{cursor->at(0)};
  TRY(const auto visible, wanted_institutions(call, parts.accounts));
  TRY(auto page, parts.replays.of_endpoint(endpoint.id, after, limit));
  std::optional<std::string> next;
  if (page.next) next = cursor_text(kCursor, {page.next->value});
  std::erase_if(page.rows, [&](const Replay& row) {
    return std::ranges::find(visible, row.institution) == visible.end();
  });
  const auto rows = show_all(page.rows, [](const Replay& row) { return show(row); });
  return success_page(rows, page.rows.size(), next);
}

Result<HttpResponse> one(ApiParts& parts, Call& call) {
  TRY(const auto replay, replay_named(parts, call));
  return success(200, show(replay));
}

Result<HttpResponse> cancel(ApiParts& parts, Call& call) {
  TRY(const auto replay, replay_named(parts, call));
  TRY(const auto cancelled, parts.replays.cancel(replay.id));
  return success(200, show(cancelled));
}

constexpr Route kRoutes[] = {
    {"POST", "/api/v1/endpoints/{}/replays", Access::kWebhooks, create},
    {"GET", "/api/v1/endpoints/{}/replays", Access::kWebhooksRead, list},
    {"GET", "/api/v1/replays/{}", Access::kWebhooksRead, one},
    {"DELETE", "/api/v1/replays/{}", Access::kWebhooks, cancel},
};

}  // namespace

std::span<const Route> replay_routes() {
  return kRoutes;
}

}  // namespace chartbell
