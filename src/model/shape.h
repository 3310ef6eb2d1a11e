// Shape: which leaves an object of the wire has, in the vendor's order, and what each holds when
// nobody knows better. One table per kind of resource; everything that writes a resource reads it.
//
// Source of order, names and types: the vendor's sample payloads (wire contract §1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chartbell {

enum class ResourceKind : std::uint8_t {
  kAppointment,
  kPatient,
  kCoverage,
  kProcedure,
  kProvider,
  kOperatory,
  kLocation,
  kAppointmentType,
  kDescriptor,
  kFormRequest,
  kFormResponse,
  kSyncStatus,
  kWebhookEndpoint,
  kSchedule,
  kDocument,
};
inline constexpr std::size_t kResourceKinds = 15;

// As mappings and metrics write it: "appointment", "insurance_coverage", ….
std::string_view name(ResourceKind kind);
std::optional<ResourceKind> resource_kind(std::string_view name);
// All names, for errors: "appointment, patient, …".
std::string known_resource_kinds();

enum class FieldType : std::uint8_t {
  kInteger,
  kBoolean,
  kFlag,  // 0 or 1, where the vendor never made it a boolean
  kText,
  kTime,   // UTC, ISO 8601
  kDate,   // YYYY-MM-DD
  kMoney,  // decimal text; its currency is a leaf of its own
  kIntegers,
  kJson,  // any JSON value, written as it is
};

// Who knows the value: a mapping, or Chartbell itself (ids, times of its own, the location's zone).
enum class Origin : std::uint8_t { kMapped, kOurs };

struct Field {
  std::string_view path;  // dotted: "bio.city"
  FieldType type;
  std::string_view absent;  // the JSON text written when no value is known
  Origin origin = Origin::kMapped;
};

class Shape {
 public:
  explicit Shape(std::span<const Field> fields);

  std::span<const Field> fields() const { return fields_; }
  std::optional<std::size_t> index_of(std::string_view path) const;
  // What to say to somebody who named a field that the shape lacks.
  std::string no_such_field(std::string_view path) const;
  // The text around the leaves: fragments()[i] stands before leaf i, the last one closes the
  // object.
  std::span<const std::string> fragments() const { return fragments_; }
  // The object with these leaves as JSON texts; an empty text means the field's `absent`.
  std::string render(std::span<const std::string> leaves) const;

 private:
  std::span<const Field> fields_;
  std::vector<std::string> fragments_;
};

const Shape& shape_of(ResourceKind kind);

// The kind whose id stands in a leaf of this name, "patient_id"; nothing for other leaves.
// `location_id` is none: locations are the configuration's.
std::optional<ResourceKind> referenced_by(std::string_view path);

}  // namespace chartbell
