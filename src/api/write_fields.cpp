#include "api/write_fields.h"

#include <algorithm>

#include "base/json_text.h"

namespace chartbell {
namespace {

std::unexpected<Error> invalid(std::string_view name, std::string_view what) {
  return failure(Code::kInvalid, std::string(name) + " " + std::string(what));
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n') || byte == 0x7f;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// A time that says which moment it is.
bool has_offset(std::string_view text) {
  return text.ends_with('Z') || text.find_first_of("+ -", 11) != std::string_view::npos;
}

}  // namespace

Result<std::optional<std::string>> free_text(const Parameters& given, std::string_view name,
                                             std::size_t most) {
  auto value = given.text(name);
  if (!value) return std::optional<std::string>();
  if (code_points(*value) > most)
    return invalid(name, "is too long (maximum is " + std::to_string(most) + " characters)");
  if (std::ranges::any_of(*value, is_control)) return invalid(name, "has control characters");
  return value;
}

Result<std::optional<WallTime>> local_time(const Parameters& given, std::string_view name,
                                           const Zone& zone) {
  const auto value = given.text(name);
  if (!value) return std::optional<WallTime>();
  const auto moment = parse_moment(*value);
  if (!moment || value->size() < 16)
    return invalid(name, "must be a time like 2024-03-21T17:52:48Z");
  if (has_offset(*value)) return moment;
  return std::optional(zone.to_utc(LocalTime(moment->time_since_epoch())));
}

Result<std::optional<Record>> named_record(ApiParts& parts, InstitutionId institution,
                                           const Parameters& given, std::string_view name,
                                           ResourceKind kind) {
  TRY(const auto id, given.integer(name));
  if (!id || *id == 0) return std::optional<Record>();
  TRY(auto record, parts.records.record(institution, kind, ResourceId{*id}));
  if (!record || record->gone) return failure(Code::kNotFound, std::string(name) + ": not found");
  return record;
}

Result<Record> required_record(ApiParts& parts, InstitutionId institution, const Parameters& given,
                               std::string_view name, ResourceKind kind) {
  TRY_DO(given.required(name));
  TRY(auto record, named_record(parts, institution, given, name, kind));
  if (!record) return failure(Code::kNotFound, std::string(name) + ": not found");
  return *std::move(record);
}

Result<Location> required_location(const Institution& institution, const Parameters& given) {
  TRY_DO(given.required("location_id"));
  TRY(const auto id, given.integer("location_id"));
  const auto found = std::ranges::find(institution.locations, LocationId{*id}, &Location::id);
  if (found == institution.locations.end())
    return failure(Code::kNotFound, "location_id: not found");
  return *found;
}

}  // namespace chartbell
