// Events to put into a log.
#pragma once

#include <string>

#include "base/check.h"
#include "model/event.h"

namespace chartbell {

inline const CatalogueRow& row_named(std::string_view event_name) {
  const auto* row = find_delivered(event_name);
  CHECK(row != nullptr);
  return *row;
}

// An event whose `data` tells it from others.
inline NewEvent new_event(InstitutionId institution, std::string_view event_name,
                          std::int64_t number, WallTime time = from_ms(1'700'000'000'000)) {
  const auto& row = row_named(event_name);
  return {.row = &row,
          .event_name = std::string(event_name),
          .resource = {number},
          .location = {1},
          .time = time,
          .body = envelope(row,
                           {.institution = institution,
                            .subdomain = "green-dental",
                            .event_name = event_name,
                            .event_time = time},
                           "{\"number\":" + std::to_string(number) + "}")};
}

}  // namespace chartbell
