#include "api/show_delivery.h"

#include <algorithm>

#include "api/event_id.h"
#include "api/show.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

// One object, member by member.
class Object {
 public:
  Object& raw(std::string_view name, std::string_view json) {
    out_ += out_.size() == 1 ? "\"" : ",\"";
    out_ += name;
    out_ += "\":";
    out_ += json;
    return *this;
  }
  Object& text(std::string_view name, std::string_view value) {
    return raw(name, json_string(value));
  }
  Object& text_or_null(std::string_view name, std::string_view value) {
    return value.empty() ? raw(name, "null") : text(name, value);
  }
  Object& number(std::string_view name, std::int64_t value) {
    return raw(name, std::to_string(value));
  }
  Object& flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  Object& number_or_null(std::string_view name, std::int64_t value) {
    return value == 0 ? raw(name, "null") : number(name, value);
  }
  // Null also for a time that no calendar shows: of what waits for somebody to act.
  Object& time(std::string_view name, const std::optional<WallTime>& value) {
    constexpr auto kLast = from_ms(253'402'300'799'999);
    return value && *value <= kLast ? text(name, to_text(*value)) : raw(name, "null");
  }
  Object& milliseconds(std::string_view name, const std::optional<Microseconds>& value) {
    return value ? number(name, (value->count() + 500) / 1000) : raw(name, "null");
  }
  std::string take() { return std::move(out_) + '}'; }

 private:
  std::string out_ = "{";
};

Object event_object(const EventRow& event, std::string_view tag) {
  Object out;
  out.text("id", event_id(tag, event.institution, event.seq))
      .number("institution_id", event.institution.value)
      .number("sequence", event.seq.value)
      .text("event", event.event_name)
      .text("resource_type", event.row->resource_type)
      .number_or_null("resource_id", event.resource.value)
      .number_or_null("location_id", event.location.value)
      .time("event_time", event.time);
  return out;
}

Object event_object(const Event& event, std::string_view tag) {
  const auto& content = event.content;
  return event_object(EventRow{.institution = event.institution,
                               .seq = event.seq,
                               .row = content.row,
                               .event_name = content.event_name,
                               .resource = content.resource,
                               .location = content.location,
                               .time = content.time},
                      tag)
      .raw("payload", payload_of(event));
}

Object key_object(const DeliveryKey& key, std::string_view tag) {
  Object out;
  out.text("event_id", event_id(tag, key.institution, key.seq))
      .number("sequence", key.seq.value)
      .number("institution_id", key.institution.value);
  return out;
}

void add_outcome(Object& out, const Outcome& outcome) {
  out.text("outcome", public_name(outcome.result))
      .number_or_null("status", outcome.status)
      .milliseconds("latency_ms", outcome.latency)
      .text_or_null("response_excerpt", outcome.excerpt);
}

// As they were sent. Signatures and the endpoint's own headers are not kept.
std::string headers_of(const Attempt& attempt, std::string_view tag) {
  return Object()
      .text("content-type", "application/json")
      .text("timestamp", to_text(attempt.at))
      .text("webhook-id", event_id(tag, attempt.key.institution, attempt.key.seq))
      .text("webhook-timestamp", std::to_string(unix_seconds_of(attempt.at)))
      .text("chartbell-sequence", to_string(attempt.key.seq))
      .text("chartbell-attempt", std::to_string(attempt.number))
      .take();
}

// To four places.
std::string share(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "null";
  const auto digits = std::to_string(10'000 + part * 10'000 / whole);
  return std::string(part == whole ? "1." : "0.") + digits.substr(1);
}

std::string show(const Count& count) {
  return Object().number("count", count.value).flag("more", count.more).take();
}

}  // namespace

std::string payload_of(const Event& event) {
  const auto text = event.content.body.text.expose();
  const auto at = event.content.body.splice_at;
  std::string out(text.substr(0, at));
  out += "null";
  out += text.substr(at);
  // Only between tokens: within a JSON string a line break is written as an escape.
  std::ranges::replace_if(out, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return out;
}

std::string show(const EventRow& event, std::string_view tag) {
  return event_object(event, tag).take();
}

std::string show_whole(const Event& event, std::string_view tag) {
  return event_object(event, tag).take();
}

std::string show_whole(const Event& event, std::string_view tag, std::string_view deliveries) {
  return event_object(event, tag).raw("deliveries", deliveries).take();
}

std::string show(const Delivery& delivery, std::string_view tag) {
  return Object()
      .number("endpoint_id", delivery.endpoint.value)
      .text("state", name(delivery.state))
      .time("next_attempt_at", delivery.next_attempt_at)
      .raw("attempts",
           show_all(delivery.attempts, [&](const Attempt& one) { return show(one, tag); }))
      .take();
}

std::string show(const Attempt& attempt, std::string_view tag) {
  auto out = key_object(attempt.key, tag);
  out.number("webhook_subscription_id", attempt.subscription.value)
      .number("attempt", attempt.number)
      .time("attempted_at", attempt.at)
      .raw("request_headers", headers_of(attempt, tag));
  add_outcome(out, attempt.outcome);
  return out.take();
}

std::string show(const WaitingRetry& retry, std::string_view tag) {
  return key_object(retry.key, tag)
      .number("attempts", retry.attempts)
      .time("first_attempt_at", retry.first_at)
      .time("next_attempt_at", retry.due)
      .take();
}

std::string show(const DeadLetter& letter, std::string_view tag) {
  return key_object(letter.key, tag)
      .number("attempts", letter.attempts)
      .time("failed_at", letter.at)
      .take();
}

std::string show(const Replay& replay) {
  const auto total = std::max<std::int64_t>(0, replay.to.value - replay.after.value);
  const auto done = std::clamp<std::int64_t>(replay.cursor.value - replay.after.value, 0, total);
  const bool whole = total == 0 || (replay.done_at && !replay.cancelled);
  return Object()
      .number("id", replay.id.value)
      .number("endpoint_id", replay.endpoint.value)
      .number("institution_id", replay.institution.value)
      .number("after_sequence", replay.after.value)
      .number("to_sequence", replay.to.value)
      .text("resource_type", replay.topic.resource_type())
      .text("event", replay.topic.event())
      .flag("undelivered_only", replay.undelivered_only)
      .number("sent", replay.sent)
      .number("failed", replay.failed)
      .number("cursor", replay.cursor.value)
      .number("total", total)
      .number("percent", whole ? 100 : done * 100 / total)
      .time("created_at", replay.created_at)
      .time("done_at", replay.done_at)
      .flag("cancelled", replay.cancelled)
      .take();
}

std::string show(const Outcome& outcome) {
  Object out;
  add_outcome(out, outcome);
  return out.take();
}

std::string show_health(const Endpoint& endpoint, const EndpointStats& stats,
                        const Waiting& waiting) {
  return Object()
      .raw("success_rate", share(stats.successes, stats.attempts))
      .number("attempts", stats.attempts)
      .milliseconds("p50_ms", stats.p50)
      .milliseconds("p95_ms", stats.p95)
      .number("in_flight", stats.in_flight)
      .number("backlog", waiting.backlog)
      .raw("retries_waiting", show(waiting.retries))
      .raw("dead_letters", show(waiting.dead_letters))
      .time("oldest_pending_at", waiting.oldest_at)
      .text("circuit", name(stats.circuit))
      .time("failing_since", endpoint.failing_since)
      .time("last_success_at", stats.last_success_at)
      .time("last_failure_at", stats.last_failure_at)
      .take();
}

std::string show_whole(const Endpoint& endpoint, std::string_view health) {
  auto out = show_all_options(endpoint);
  out.pop_back();
  const auto retired = show_all(endpoint.options.retired_secrets, [](const RetiredSecret& one) {
    return Object().time("until", one.until).take();
  });
  out += ",\"retired_secrets\":" + retired + ",\"disabled_reason\":" +
         (endpoint.disabled_reason.empty() ? std::string("null")
                                           : json_string(endpoint.disabled_reason));
  return out + ",\"health\":" + std::string(health) + '}';
}

}  // namespace chartbell
