#include "api/sample_event.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace chartbell {

namespace json = boost::json;

std::optional<NewEvent> sample_event(const CatalogueRow& row,
                                     const std::optional<Institution>& institution, WallTime now) {
  const auto found = std::ranges::find_if(
      samples(), [&](const Sample& sample) { return find_delivered(sample.event_name) == &row; });
  if (found == samples().end()) return std::nullopt;
  const auto payload = json::parse(found->payload);
  const std::string own(payload.at("subdomain").as_string());
  const EnvelopeHead head{
      .institution =
          institution ? institution->id : InstitutionId{payload.at("institution_id").as_int64()},
      .subdomain = institution ? institution->subdomain : own,
      .event_name = found->event_name,
      .event_time = now};
  return NewEvent{.row = &row,
                  .event_name = std::string(found->event_name),
                  .time = now,
                  .body = envelope(row, head, json::serialize(payload.at("data")))};
}

}  // namespace chartbell
