// How sources are watched, and what their operator confirms (docs/api.md, "Sources").
#include <algorithm>

#include "api/answer.h"
#include "api/routes.h"
#include "api/show.h"

namespace chartbell {
namespace {

Result<HttpResponse> list(ApiParts& parts, Call& call) {
  TRY(const auto institutions, wanted_institutions(call, parts.accounts));
  auto reports = parts.sources.reports();
  std::erase_if(reports, [&](const SourceReport& report) {
    return std::ranges::find(institutions, report.status.institution) == institutions.end();
  });
  const auto show_report = [](const SourceReport& report) { return show(report); };
  return success_list(show_all(reports, show_report), reports.size());
}

Result<SourceReport> source_named(ApiParts& parts, const Call& call) {
  TRY(const auto institution, institution_of(call, parts.accounts));
  for (auto& report : parts.sources.reports())
    if (report.status.institution == institution.id && report.status.name == call.texts.at(0))
      return std::move(report);
  return failure(Code::kNotFound, "Source not found");
}

// The number is said again, so that nobody confirms what he has not seen.
Result<HttpResponse> confirm_removals(ApiParts& parts, Call& call) {
  TRY(const auto report, source_named(parts, call));
  TRY(const auto removals, call.parameters.integer("removals"));
  if (!removals) return failure(Code::kInvalid, "Missing parameter removals");
  TRY_DO(parts.sources.confirm_removals(report.status.id, *removals));
  return success(202, show(report), "Confirmed");
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/sources", Access::kRead, list},
    {"POST", "/api/v1/sources/{text}/confirm_removals", Access::kOperate, confirm_removals},
};

}  // namespace

std::span<const Route> source_routes() {
  return kRoutes;
}

}  // namespace chartbell
