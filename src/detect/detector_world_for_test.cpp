#include "detect/detector_world_for_test.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace chartbell {
namespace {

namespace json = boost::json;

json::value data_of(const NewEvent& event) {
  return json::parse(body_for(event.body, SubscriptionId{1})).at("data");
}

}  // namespace

std::string label_of(const NewEvent& event) {
  const auto data = data_of(event);
  const auto& held = data.at(std::string(event.row->data_key));
  const auto& object = held.is_array() ? held.at(0) : held;
  const auto* label = object.as_object().if_contains("name");
  return std::string((label == nullptr ? object.at("note") : *label).as_string());
}

std::string told(const NewEvent& event) {
  std::string out = event.event_name + " " + label_of(event);
  const auto data = data_of(event);
  if (const auto* previous = data.as_object().if_contains("previous_attributes"))
    out += " was " + json::serialize(*previous);
  return out;
}

}  // namespace chartbell
