#include "store/delivery_state.h"

#include <algorithm>

#include "base/encoding.h"

namespace chartbell {

bool LaneMark::settled(EventSeq seq) const {
  return seq <= cursor || std::ranges::binary_search(beyond, seq);
}

Result<std::optional<LaneMark>> lane_mark(SqliteDb& db, InstitutionId institution,
                                          EndpointId endpoint) {
  auto select = db.prepare("SELECT cursor, beyond FROM lane WHERE institution=? AND endpoint=?");
  TRY(const bool found, select.bind(institution.value).bind(endpoint.value).step());
  if (!found) return std::optional<LaneMark>();
  LaneMark out{.cursor = {select.integer(0)}};
  const auto packed = select.blob(1);
  auto last = out.cursor.value;
  for (std::string_view rest = packed; !rest.empty();) {
    const auto step = take_varint(rest);
    if (!step) return failure(Code::kCorrupt, "a lane's position is cut short");
    last += static_cast<std::int64_t>(*step);
    out.beyond.push_back({last});
  }
  return std::optional(std::move(out));
}

Result<std::optional<RetryRow>> retry_row(SqliteDb& db, const DeliveryKey& key) {
  auto select = db.prepare(
      "SELECT due_ms, attempts, first_ms, resource FROM retry "
      "WHERE endpoint=? AND institution=? AND seq=? ORDER BY due_ms LIMIT 1");
  select.bind(key.endpoint.value).bind(key.institution.value).bind(key.seq.value);
  TRY(const bool found, select.step());
  if (!found) return std::optional<RetryRow>();
  return std::optional(RetryRow{.due = from_ms(select.integer(0)),
                                .attempts = static_cast<int>(select.integer(1)),
                                .first_at = from_ms(select.integer(2)),
                                .resource = {select.integer(3)}});
}

Result<bool> is_held(SqliteDb& db, const DeliveryKey& key, ResourceId resource) {
  auto select =
      db.prepare("SELECT 1 FROM held WHERE endpoint=? AND institution=? AND resource=? AND seq=?");
  return select.bind(key.endpoint.value)
      .bind(key.institution.value)
      .bind(resource.value)
      .bind(key.seq.value)
      .step();
}

Result<std::optional<WallTime>> dead_letter_at(SqliteDb& db, const DeliveryKey& key) {
  auto select =
      db.prepare("SELECT at_ms FROM dead_letter WHERE endpoint=? AND institution=? AND seq=?");
  select.bind(key.endpoint.value).bind(key.institution.value).bind(key.seq.value);
  TRY(const bool found, select.step());
  if (!found) return std::optional<WallTime>();
  return std::optional(from_ms(select.integer(0)));
}

Directory covering(std::vector<Endpoint> endpoints, std::vector<Subscription> subscriptions) {
  for (auto& subscription : subscriptions) subscription.from = {};
  return Directory(std::move(endpoints), std::move(subscriptions));
}

}  // namespace chartbell
