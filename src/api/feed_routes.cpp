// Events as they come: pulled with a cursor, or pushed as server-sent events (docs/api.md, "Feed").
#include <algorithm>
#include <charconv>

#include "api/answer.h"
#include "api/event_stream.h"
#include "api/feed_guest.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_delivery.h"

namespace chartbell {
namespace {

constexpr char kCursor = 'f';
constexpr std::int64_t kWaitSecondsMax = 30;

struct FeedQuery {
  EventFeed::Guest guest;
  EventSeq after;
  std::size_t limit = 50;
  std::string store_tag;
};

std::unexpected<Error> invalid(std::string what) {
  return failure(Code::kInvalid, std::move(what));
}

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && number >= 0 ? std::optional(number) : std::nullopt;
}

// A cursor that we gave, or a sequence number; no cursor begins with a digit.
Result<std::optional<EventSeq>> place_of(const Call& call) {
  const auto text = call.parameters.text("cursor").value_or("");
  if (const auto number = digits(text)) return std::optional(EventSeq{*number});
  TRY(const auto numbers, cursor_of(call.parameters, kCursor, 1));
  if (!numbers) return std::optional<EventSeq>();
  return std::optional(EventSeq{numbers->at(0)});
}

Result<EventSeq> start_of(ApiParts& parts, const Call& call, InstitutionId institution) {
  const auto head = parts.events.head(institution);
  TRY(const auto place, place_of(call));
  if (place && *place > head) return invalid("cursor lies behind the last event");
  if (place) return *place;
  const auto from = call.parameters.text("from").value_or("latest");
  if (from != "latest" && from != "earliest") return invalid("from must be latest or earliest");
  return from == "earliest" ? EventSeq() : head;
}

Result<FeedQuery> feed_query(ApiParts& parts, const Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  FeedQuery out{.guest = guest_of(parts, call, institution), .store_tag = parts.store_tag};
  TRY(out.after, start_of(parts, call, institution.id));
  TRY(out.limit, page_limit(call.parameters));
  return out;
}

Result<HttpResponse> feed_page(EventArchive& events, const FeedQuery& query) {
  TRY(const auto batch, read_batch(events, query.guest.institution, query.after, query.limit));
  const auto last = batch.empty() ? query.after : batch.back()->seq;
  const auto rows =
      show_all(batch, [&](const EventPtr& event) { return show_whole(*event, query.store_tag); });
  return success_page(rows, batch.size(), cursor_text(kCursor, {last.value}),
                      last < events.head(query.guest.institution));
}

HttpResponse answer_of(EventFeed& feed, const FeedQuery& query, EventFeed::Woken woken) {
  if (woken == EventFeed::Woken::kForbidden) return refusal(401, "Unauthorized");
  auto page = feed_page(feed.events(), query);
  return page ? *std::move(page) : refusal(page.error());
}

Result<void> pull(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto query, feed_query(parts, call));
  TRY(const auto seconds, call.parameters.integer_in("wait", 0, kWaitSecondsMax));
  auto& feed = parts.feed;
  if (query.after < parts.events.head(query.guest.institution) || seconds.value_or(0) == 0) {
    TRY(auto page, feed_page(parts.events, query));
    respond(std::move(page));
    return {};
  }
  auto seat = feed.take_seat(query.guest);
  if (seat == nullptr) {
    respond(refusal_of_full_feed());
    return {};
  }
  const auto& taken = *seat;
  const auto after = query.after;
  feed.wait(taken, after, std::chrono::seconds(*seconds),
            [&feed, seat = std::move(seat), query = std::move(query), respond = std::move(respond)](
                EventFeed::Woken woken) { respond(answer_of(feed, query, woken)); });
  return {};
}

// What a browser's EventSource sends of its own accord counts more than where it once began.
Result<std::optional<EventSeq>> last_event_id(const Call& call) {
  const auto given = field(call.request.fields, "last-event-id");
  if (!given || given->empty()) return std::optional<EventSeq>();
  const auto number = digits(*given);
  if (!number) return invalid("Last-Event-ID must be a sequence");
  return std::optional(EventSeq{*number});
}

Result<void> stream(ApiParts& parts, Call& call, Respond respond) {
  TRY(auto query, feed_query(parts, call));
  TRY(const auto last, last_event_id(call));
  if (last && *last > parts.events.head(query.guest.institution))
    return invalid("Last-Event-ID lies behind the last event");
  auto seat = parts.feed.take_seat(std::move(query.guest));
  if (seat == nullptr) {
    respond(refusal_of_full_feed());
    return {};
  }
  respond(stream_of(
      std::make_shared<EventStream>(parts.feed, std::move(seat), last.value_or(query.after))));
  return {};
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/events/feed", Access::kRead, nullptr, pull},
    {"GET", "/api/v1/events/stream", Access::kRead, nullptr, stream},
};

}  // namespace

std::span<const Route> feed_routes() {
  return kRoutes;
}

}  // namespace chartbell
