// From states to events.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/document.h"
#include "model/event.h"
#include "model/ids.h"
#include "model/sync_status.h"

namespace chartbell {

// The integer at a path of the document; nothing where it is null or absent.
std::optional<std::int64_t> integer_at(const Document& document, std::string_view path);

struct Happening {
  InstitutionId institution;
  std::string_view subdomain;
  ResourceId resource;
  LocationId location;
  WallTime time;
};

// The event of a row without suffix, around a finished object.
NewEvent make_event(const CatalogueRow& row, const Happening& happening, std::string_view object,
                    std::string_view previous_attributes);

// Why something failed, for subscribers; without patient data.
struct EventFault {
  std::string_view code;
  std::string_view message;
};

// Rows 1 and 6: `row` with ".complete", or with ".failed" and `data.error` where there is a fault.
NewEvent insertion_event(const CatalogueRow& row, const Happening& happening,
                         std::string_view object, const EventFault* fault);

// Rows 13 and 14: `row` with the light's name as suffix.
NewEvent sync_status_event(const CatalogueRow& row, Light light, const SyncStatus& status,
                           std::string_view subdomain, WallTime time);

}  // namespace chartbell
