// Dispatcher: what is sent.
#include <algorithm>

#include "deliver/in_flight.h"

namespace chartbell {
namespace {

constexpr std::size_t kEventsPerRead = 16;
constexpr std::size_t kRetriesPerRead = 16;
// As much as so many events looked at.
constexpr std::size_t kRetryEffort = 2048;

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

// ---- retries -----------------------------------------------------------------------------------

// Retries leave a part of everything to first attempts: of the whole and of the endpoint's window.
bool Dispatcher::retries_may(const Peer& known) const {
  const auto window = known.flow.window();
  return in_flight_.size() + options_.first_attempts_reserved < options_.in_flight_max &&
         (known.catching_up || known.retries_in_flight < std::max<std::size_t>(1, window * 3 / 4));
}

bool Dispatcher::send_retry(const PeerPtr& known) {
  while (retries_may(*known)) {
    if (known->due.empty() && !read_due(*known)) return false;
    const auto retry = known->due.front();
    known->due.pop_front();
    if (in_flight_.contains(retry.key) || retrying_.contains(retry.key)) continue;
    spend(kRetryEffort);
    auto event = store_.event(retry.key.institution, retry.key.seq);
    if (failed_for_good(event ? Result<void>() : std::unexpected(event.error()))) return false;
    const auto* subscription =
        *event == nullptr ? nullptr : directory_.covering(known->endpoint.id, **event);
    if (subscription == nullptr) {
      drop(known, retry);
      continue;
    }
    retrying_.insert(retry.key);
    ++known->claimed;
    ++known->retries_in_flight;
    send(known, *std::move(event), *subscription, nullptr, retry);
    return true;
  }
  return false;
}

// False when none is due. What is sent already stands in the store until its end is on disk.
bool Dispatcher::read_due(Peer& known) {
  const auto now = clock_.now();
  if (!known.next_due || *known.next_due > now) {
    known.catching_up = false;
    return false;
  }
  const auto limit = kRetriesPerRead + known.claimed;
  const auto rows = store_.retries(known.endpoint.id, limit);
  if (failed_for_good(rows ? Result<void>() : std::unexpected(rows.error()))) return false;
  known.next_due = rows->size() == limit ? std::optional(now) : std::nullopt;
  for (const auto& retry : *rows) {
    if (retry.due > now) {
      known.next_due = retry.due;
      break;
    }
    if (!retrying_.contains(retry.key)) known.due.push_back(retry);
  }
  if (known.due.empty() && (!known.next_due || *known.next_due > now)) known.catching_up = false;
  return !known.due.empty();
}

// ---- first attempts ----------------------------------------------------------------------------

bool Dispatcher::send_from(const PeerPtr& known, const LanePtr& from) {
  if (from->part && from->part->done) return false;
  while (!from->gone && effort_left_ > 0) {
    if (!from->turns.empty()) {
      auto event = std::move(from->turns.front());
      from->turns.pop_front();
      const auto* subscription = owed(*from, *event);
      if (subscription == nullptr) subscription = directory_.covering(known->endpoint.id, *event);
      if (subscription == nullptr) {
        settle(from, event->seq, true);
        continue;
      }
      send(known, std::move(event), *subscription, from, std::nullopt);
      return true;
    }
    if (!from->within(options_.window)) return false;
    if (!from->has_waiting() && !refill(*from)) return false;
    if (from->gone || !from->has_waiting()) return false;
    if (look_at(known, from, from->take())) return true;
    if (known->gone || !known->endpoint.active) return false;
  }
  if (effort_left_ == 0) wake(known);
  return false;
}

// False when there is nothing new. The directory is looked at after the log: see
// directory_version().
bool Dispatcher::refill(Lane& from) {
  auto end = store_.head(from.key().institution);
  if (from.part) end = std::min(end, from.part->replay.to);
  if (from.read_to() >= end) return false;
  const auto left = static_cast<std::size_t>(end.value - from.read_to().value);
  auto events =
      store_.events_after(from.key().institution, from.read_to(), std::min(left, kEventsPerRead));
  if (failed_for_good(events ? Result<void>() : std::unexpected(events.error()))) return false;
  if (events->empty()) return false;
  from.add(*std::move(events));
  refresh_if_changed();
  return true;
}

// True when it was sent.
bool Dispatcher::look_at(const PeerPtr& known, const LanePtr& from, EventPtr event) {
  spend(1);
  if (from->is_settled(event->seq)) return false;
  // Reading may have brought the news that the endpoint is off.
  if (!known->endpoint.active) {
    from->put_back(std::move(event));
    return false;
  }
  const auto* subscription = owed(*from, *event);
  const DeliveryKey key{event->institution, known->endpoint.id, event->seq};
  if (subscription == nullptr || in_flight_.contains(key)) {
    settle(from, event->seq, false);
    return false;
  }
  if (subscription->ordering == Ordering::kResource && !in_turn(known, from, event)) return false;
  send(known, std::move(event), *subscription, from, std::nullopt);
  return true;
}

// A replay repeats what was owed, and leaves to the lane what that has still to send.
const Subscription* Dispatcher::owed(const Lane& from, const Event& event) const {
  const auto endpoint = from.key().endpoint;
  if (!from.part) return directory_.owed(endpoint, event);
  const auto& part = *from.part;
  if (!part.replay.topic.covers(*event.content.row)) return nullptr;
  if (std::ranges::binary_search(part.left_out, event.seq)) return nullptr;
  if (event.seq > part.live_cursor && directory_.owed(endpoint, event) != nullptr) return nullptr;
  return directory_.covering(endpoint, event);
}

// False when another event of its resource must end first.
bool Dispatcher::in_turn(const PeerPtr& known, const LanePtr& from, const EventPtr& event) {
  const auto resource = event->content.resource;
  if (resource == ResourceId()) return true;
  switch (from->order->arrive({event, from})) {
    case ResourceOrder::Turn::kGo:
      return true;
    case ResourceOrder::Turn::kWait:
      return false;
    case ResourceOrder::Turn::kHold:
      to_record(known).held_new.push_back(
          {{event->institution, from->key().endpoint, event->seq}, resource});
      settle(from, event->seq, true);
      return false;
  }
  return false;
}

void Dispatcher::send(const PeerPtr& known, EventPtr event, const Subscription& subscription,
                      LanePtr from, std::optional<Retry> retry) {
  const auto now = clock_.now();
  const auto& endpoint = known->endpoint;
  PendingAttempt pending{.key = {event->institution, endpoint.id, event->seq},
                         .subscription = subscription.id,
                         .number = retry ? retry->attempts + 1 : 1,
                         .destination = known->destination,
                         .body = body_for(event->content.body, subscription.id),
                         .deadline = endpoint.options.timeout.value_or(options_.deadline),
                         .suspect = !known->flow.trusted()};
  pending.field_lines = known->signer.lines(
      message_id(options_.store_tag, event->institution, event->seq), now, pending.body);
  append_line(pending.field_lines, "chartbell-sequence", to_string(event->seq));
  append_line(pending.field_lines, "chartbell-attempt", std::to_string(pending.number));
  const bool ordered = subscription.ordering == Ordering::kResource && from != nullptr;
  auto flight = std::make_shared<InFlight>(
      InFlight{.peer = known,
               .lane = std::move(from),
               .retry = std::move(retry),
               .attempt = {.key = pending.key,
                           .subscription = subscription.id,
                           .number = pending.number,
                           .at = now},
               .ordered = ordered ? event->content.resource : ResourceId(),
               .suspect = pending.suspect});
  in_flight_.insert(pending.key);
  known->flow.sent();
  if (flight->suspect) ++suspects_in_flight_;
  transport_.send(std::move(pending), [this, flight = std::move(flight)](Outcome outcome) {
    flight->attempt.outcome = std::move(outcome);
    finished(*flight);
  });
}

Result<void> Dispatcher::send_test(EndpointId endpoint, const NewEvent& event,
                                   std::function<void(Outcome)> done) {
  auto* known = peer(endpoint);
  if (known == nullptr) return failure(Code::kNotFound, "Endpoint not found");
  PendingAttempt pending{.key = {{}, endpoint, {}},
                         .destination = known->destination,
                         .body = body_for(event.body, {}),
                         .deadline = known->endpoint.options.timeout.value_or(options_.deadline),
                         .suspect = !known->flow.trusted()};
  pending.field_lines = known->signer.lines("test_" + random_.hex(12), clock_.now(), pending.body);
  append_line(pending.field_lines, "chartbell-test", "1");
  transport_.send(std::move(pending), std::move(done));
  return {};
}

}  // namespace chartbell
