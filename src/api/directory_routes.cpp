// Institutions, locations, sync status and the process's own health.
#include <algorithm>

#include "api/answer.h"
#include "api/routes.h"
#include "api/show.h"

namespace chartbell {
namespace {

std::string show_institutions(ApiParts& parts, const std::vector<Institution>& rows) {
  const auto sources = parts.sources.sources();
  return show_all(rows, [&](const Institution& row) { return show(row, sources); });
}

Result<HttpResponse> list_institutions(ApiParts& parts, Call& call) {
  TRY(const auto rows, visible_institutions(call, parts.accounts));
  return success_list(show_institutions(parts, rows), rows.size());
}

Result<HttpResponse> one_institution(ApiParts& parts, Call& call) {
  TRY(const auto rows, visible_institutions(call, parts.accounts));
  const auto found = std::ranges::find(rows, InstitutionId{call.ids.at(0)}, &Institution::id);
  if (found == rows.end()) return failure(Code::kNotFound, "Institution not found");
  return success(200, show(*found, parts.sources.sources()));
}

// The vendor's shape: institutions with their locations inside.
Result<HttpResponse> list_locations(ApiParts& parts, Call& call) {
  if (!call.parameters.text("subdomain")) return list_institutions(parts, call);
  TRY(const auto institution, institution_of(call, parts.accounts));
  return success_list(show_institutions(parts, {institution}), 1);
}

Result<HttpResponse> one_location(ApiParts& parts, Call& call) {
  TRY(const auto rows, visible_institutions(call, parts.accounts));
  for (const auto& institution : rows) {
    const auto found =
        std::ranges::find(institution.locations, LocationId{call.ids.at(0)}, &Location::id);
    if (found != institution.locations.end()) return success(200, show(*found));
  }
  return failure(Code::kNotFound, "Location not found");
}

// The light that a parameter names; nothing without it.
Result<std::optional<Light>> light_in(const Call& call, std::string_view name) {
  const auto text = call.parameters.text(name).value_or("");
  if (text.empty()) return std::optional<Light>();
  if (text == "green") return std::optional(Light::kGreen);
  if (text == "red") return std::optional(Light::kRed);
  return failure(Code::kInvalid, std::string(name) + " must be green or red");
}

// A source serves all locations of its institution.
Result<bool> any_location_is_of(const Call& call, const Institution& institution) {
  TRY(const auto wanted, call.parameters.ids("location_ids"));
  return wanted.empty() || std::ranges::any_of(institution.locations, [&](const Location& row) {
           return std::ranges::find(wanted, row.id.value) != wanted.end();
         });
}

Result<HttpResponse> sync_status(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  TRY(const auto read, light_in(call, "read_status"));
  TRY(const auto write, light_in(call, "write_status"));
  TRY(const bool served, any_location_is_of(call, institution));
  auto sources = parts.sources.sources();
  std::erase_if(sources, [&](const SyncStatus& source) {
    return !served || source.institution != institution.id ||
           source.read != read.value_or(source.read) ||
           source.write != write.value_or(source.write);
  });
  const auto show_source = [&](const SyncStatus& source) { return show(source, institution); };
  return success_list(show_all(sources, show_source), sources.size());
}

Result<HttpResponse> alive(ApiParts&, Call&) {
  return success(200, R"({"status":"ok"})");
}

// Ready once every source has been read to its end for the first time.
Result<HttpResponse> ready(ApiParts& parts, Call&) {
  const auto sources = parts.sources.sources();
  const bool done = std::ranges::all_of(sources, &SyncStatus::baseline_done);
  if (!done) return refusal(503, "The first reading of a source is not done yet");
  return success(200, R"({"status":"ready"})");
}

constexpr Route kRoutes[] = {
    {"GET", "/institutions", Access::kRead, list_institutions},
    {"GET", "/institutions/{}", Access::kRead, one_institution},
    {"GET", "/locations", Access::kRead, list_locations},
    {"GET", "/locations/{}", Access::kRead, one_location},
    {"GET", "/sync_status", Access::kRead, sync_status},
    {"GET", "/healthz", Access::kOpen, alive},
    {"GET", "/readyz", Access::kOpen, ready},
};

}  // namespace

std::span<const Route> directory_routes() {
  return kRoutes;
}

}  // namespace chartbell
