// The event catalogue: fourteen rows that everything else reads. Source: wire contract §1.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/shape.h"

namespace chartbell {

// What one delivered `data` holds: one object under a singular key, or an array under a plural one.
enum class Cardinality : std::uint8_t { kOne, kMany };
// Whether the objects carry `patient` and `descriptors`.
enum class Nested : std::uint8_t { kNothing, kPatientAndDescriptors };
enum class Previous : std::uint8_t { kAbsent, kPresent };

struct CatalogueRow {
  std::string_view resource_type;            // canonical case: "PatientInsuranceCoverage"
  std::string_view event;                    // as subscribed: "appointment_insertion"
  std::array<std::string_view, 2> suffixes;  // of the delivered name; empty where there are none
  std::string_view data_key;
  ResourceKind kind;
  Cardinality cardinality;
  Nested nested;
  Previous previous;
};

std::span<const CatalogueRow> catalogue();
// Rows of our own, about Chartbell's endpoints: webhook_endpoint_failing,
// webhook_endpoint_disabled. The functions below know both.
std::span<const CatalogueRow> own_catalogue();

// The row of a resource type (any case) and event as subscribed; nothing for a wrong pair.
const CatalogueRow* find_row(std::string_view resource_type, std::string_view event);
// The row of a delivered name, "appointment_insertion.complete" or "appointment_created".
const CatalogueRow* find_delivered(std::string_view event_name);
// The canonical spelling of a resource type written in any case.
std::optional<std::string_view> canonical_resource_type(std::string_view any_case);

// The row that tells of a new resource of this kind, and of a changed one; null where there is
// none.
const CatalogueRow* created_row(ResourceKind kind);
const CatalogueRow* updated_row(ResourceKind kind);

}  // namespace chartbell
