// How sources are watched, and what their operator confirms (docs/api.md, "Sources").
#include <algorithm>

#include "api/answer.h"
#include "api/event_id.h"
#include "api/paging.h"
#include "api/routes.h"
#include "api/show.h"
#include "api/show_delivery.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

constexpr char kLightsCursor = 'l';

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

// ---- how its lights were ------------------------------------------------------------------------

Result<EventQuery> changes_asked_for(const Call& call, InstitutionId institution) {
  EventQuery out{.institution = institution, .resource_type = "SyncStatus"};
  TRY(out.limit, page_limit(call.parameters));
  TRY(const auto cursor, cursor_of(call.parameters, kLightsCursor, 1));
  if (cursor) out.after = EventSeq{cursor->at(0)};
  return out;
}

std::string light_object(const Event& event, std::string_view tag) {
  const auto& content = event.content;
  const bool read = content.row->event == "sync_status_read_change";
  return R"({"light":)" + json_string(read ? "read" : "write") + R"(,"status":)" +
         json_string(content.event_name.substr(content.row->event.size() + 1)) + R"(,"at":)" +
         json_string(to_text(content.time)) + R"(,"event_id":)" +
         json_string(event_id(tag, event.institution, event.seq)) + '}';
}

// The log knows its events by institution; whose light one tells stands in its payload.
Result<HttpResponse> lights(ApiParts& parts, Call& call) {
  TRY(const auto report, source_named(parts, call));
  TRY(const auto query, changes_asked_for(call, report.status.institution));
  TRY(const auto page, parts.events.events(query));
  std::vector<std::string> rows;
  for (const auto& row : page.rows) {
    TRY(const auto event, parts.events.event(row.institution, row.seq));
    if (event == nullptr) continue;
    TRY(const auto leaves, leaves_of(Document(payload_of(*event))));
    if (leaf(leaves, "data.syncstatus.emr.id") == to_string(report.status.id))
      rows.push_back(light_object(*event, parts.store_tag));
  }
  std::optional<std::string> next;
  if (page.next) next = cursor_text(kLightsCursor, {page.next->value});
  return success_page(show_all(rows, [](const std::string& row) { return row; }), rows.size(),
                      next);
}

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/sources", Access::kRead, list},
    {"GET", "/api/v1/sources/{text}/lights", Access::kRead, lights},
    {"POST", "/api/v1/sources/{text}/confirm_removals", Access::kOperate, confirm_removals},
};

}  // namespace

std::span<const Route> source_routes() {
  return kRoutes;
}

}  // namespace chartbell
