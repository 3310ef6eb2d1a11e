#include "store/endpoint_event.h"

#include "base/check.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

std::string json_time(const std::optional<std::int64_t>& ms) {
  return ms ? json_string(to_text(from_ms(*ms))) : std::string();
}

// In the order of the shape's leaves.
Result<std::string> object_of(SqliteDb& db, EndpointId endpoint) {
  auto select = db.prepare(
      "SELECT target_url, active, failing_since_ms, disabled_reason FROM endpoint WHERE id=?");
  TRY(const bool found, select.bind(endpoint.value).step());
  if (!found) return std::string();
  const auto reason = select.text(3);
  const std::vector<std::string> leaves = {
      to_string(endpoint), json_string(select.text(0)), select.integer(1) != 0 ? "true" : "false",
      json_time(select.maybe_integer(2)), reason.empty() ? std::string() : json_string(reason)};
  return shape_of(ResourceKind::kWebhookEndpoint).render(leaves);
}

NewEvent render(const CatalogueRow& row, const EnvelopeHead& head, std::string_view object) {
  NewEvent event{.row = &row, .event_name = std::string(row.event), .time = head.event_time};
  event.body = envelope(row, head, data_of(row, object, {}));
  return event;
}

}  // namespace

Result<std::vector<InstitutionId>> append_endpoint_event(SqliteDb& db, EventLog& log,
                                                         EndpointId endpoint,
                                                         std::string_view event_name,
                                                         WallTime now) {
  const auto* row = find_delivered(event_name);
  CHECK(row != nullptr);
  std::vector<InstitutionId> out;
  TRY(const auto object, object_of(db, endpoint));
  if (object.empty()) return out;
  auto select = db.prepare(
      "SELECT DISTINCT i.id, i.subdomain FROM subscription s JOIN institution i ON "
      "i.id=s.institution WHERE s.endpoint=? ORDER BY i.id");
  select.bind(endpoint.value);
  while (true) {
    TRY(const bool more, select.step());
    if (!more) return out;
    out.push_back({select.integer(0)});
    const auto subdomain = select.text(1);
    const EnvelopeHead head{out.back(), subdomain, event_name, now};
    TRY_DO(log.append(db, out.back(), EventLog::prepare({render(*row, head, object)})));
  }
}

}  // namespace chartbell
