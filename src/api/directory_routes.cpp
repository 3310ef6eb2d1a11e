// Institutions, locations, sync status and the process's own health.
#include <algorithm>

#include "api/answer.h"
#include "api/routes.h"
#include "api/show.h"

namespace chartbell {
namespace {

const auto kShowInstitution = [](const Institution& row) { return show(row); };

Result<HttpResponse> list_institutions(ApiParts& parts, Call& call) {
  TRY(const auto rows, visible_institutions(call, parts.accounts));
  return success_list(show_all(rows, kShowInstitution), rows.size());
}

Result<HttpResponse> one_institution(ApiParts& parts, Call& call) {
  TRY(const auto rows, visible_institutions(call, parts.accounts));
  const auto found = std::ranges::find(rows, InstitutionId{call.ids.at(0)}, &Institution::id);
  if (found == rows.end()) return failure(Code::kNotFound, "Institution not found");
  return success(200, show(*found));
}

// The vendor's shape: institutions with their locations inside.
Result<HttpResponse> list_locations(ApiParts& parts, Call& call) {
  if (!call.parameters.text("subdomain")) return list_institutions(parts, call);
  TRY(const auto institution, institution_of(call, parts.accounts));
  return success_list("[" + show(institution) + "]", 1);
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

bool light_matches(const std::optional<std::string>& wanted, Light light) {
  return !wanted || (*wanted == "green") == (light == Light::kGreen);
}

Result<HttpResponse> sync_status(ApiParts& parts, Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  auto sources = parts.sources.sources();
  std::erase_if(sources, [&](const SyncStatus& source) {
    return source.institution != institution.id ||
           !light_matches(call.parameters.text("read_status"), source.read) ||
           !light_matches(call.parameters.text("write_status"), source.write);
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
