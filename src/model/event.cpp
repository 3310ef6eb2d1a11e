#include "model/event.h"

#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {

EventBody envelope(const CatalogueRow& row, const EnvelopeHead& head, std::string_view data) {
  EventBody body;
  std::string text = "{\"institution_id\":" + to_string(head.institution) + ",\"subdomain\":";
  append_json_string(text, head.subdomain);
  text += ",\"webhook_subscription_id\":";
  body.splice_at = static_cast<std::uint32_t>(text.size());
  text += ",\"resource_type\":";
  append_json_string(text, row.resource_type);
  text += ",\"event_name\":";
  append_json_string(text, head.event_name);
  text += ",\"event_time\":";
  append_json_string(text, to_text(head.event_time));
  text += ",\"data\":";
  text += data;
  text += '}';
  body.text = Document(std::move(text));
  return body;
}

std::string body_for(const EventBody& body, SubscriptionId subscription) {
  const auto text = body.text.expose();
  std::string out;
  out.reserve(text.size() + 20);
  out += text.substr(0, body.splice_at);
  out += to_string(subscription);
  out += text.substr(body.splice_at);
  return out;
}

std::string data_of(const CatalogueRow& row, std::string_view object,
                    std::string_view previous_attributes) {
  const bool many = row.cardinality == Cardinality::kMany;
  std::string out = "{" + json_string(row.data_key) + (many ? ":[" : ":");
  out += object;
  if (many) out += ']';
  if (row.previous == Previous::kPresent) {
    out += ",\"previous_attributes\":";
    out += previous_attributes;
  }
  return out + '}';
}

}  // namespace chartbell
