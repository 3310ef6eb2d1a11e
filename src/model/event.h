// Event: one occurrence, as it stands in an institution's log and goes to every subscriber.
//
// The body is rendered once. Only `webhook_subscription_id` differs between subscribers, so the
// body is kept without that number and it is spliced in when the event is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/catalogue.h"
#include "model/document.h"
#include "model/ids.h"

namespace chartbell {

struct EventBody {
  Document text;                // the envelope's JSON, without the subscription's number
  std::uint32_t splice_at = 0;  // where in `text` that number belongs

  friend bool operator==(const EventBody&, const EventBody&) = default;
};

// An event that has no place in the log yet.
struct NewEvent {
  const CatalogueRow* row = nullptr;
  std::string event_name;  // as delivered, suffix included
  ResourceId resource;     // 0 where the event is about no stored resource
  LocationId location;     // 0 where it belongs to none
  WallTime time;
  EventBody body;
};

struct Event {
  InstitutionId institution;
  EventSeq seq;
  NewEvent content;
};
// Events are shared between the lanes that send them.
using EventPtr = std::shared_ptr<const Event>;

struct EnvelopeHead {
  InstitutionId institution;
  std::string_view subdomain;
  std::string_view event_name;
  WallTime event_time;
};

// The envelope in the vendor's key order (wire contract §1) around `data`, a JSON object's text.
EventBody envelope(const CatalogueRow& row, const EnvelopeHead& head, std::string_view data);

// The exact bytes that one subscriber gets.
std::string body_for(const EventBody& body, SubscriptionId subscription);

// `data` of a row: its key around the object (in an array where the row says so), and
// `previous_attributes` where the row has them.
std::string data_of(const CatalogueRow& row, std::string_view object,
                    std::string_view previous_attributes);

}  // namespace chartbell
