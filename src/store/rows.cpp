#include "store/rows.h"

namespace chartbell {

namespace {

Result<Endpoint> read_endpoint(const SqliteStatement& row, const Sealer& sealer) {
  Endpoint out;
  out.id = {row.integer(0)};
  out.account = {row.integer(1)};
  out.target_url = row.text(2);
  TRY(out.secret_key, sealer.open(kNoInstitution, secret_record(out.id), row.blob(3)));
  out.active = row.integer(4) != 0;
  if (const auto since = row.maybe_integer(5)) out.failing_since = from_ms(*since);
  out.created_at = from_ms(row.integer(6));
  out.updated_at = from_ms(row.integer(7));
  return out;
}

Result<Subscription> read_subscription(const SqliteStatement& row) {
  Subscription out;
  out.id = {row.integer(0)};
  out.endpoint = {row.integer(1)};
  out.institution = {row.integer(2)};
  const std::string event = row.text(3);
  for (const auto& catalogue_row : catalogue())
    if (catalogue_row.event == event) out.row = &catalogue_row;
  if (out.row == nullptr) return failure(Code::kCorrupt, "a subscription to an unknown event");
  out.active = row.integer(4) != 0;
  out.from = {row.integer(5)};
  out.created_at = from_ms(row.integer(6));
  out.updated_at = from_ms(row.integer(7));
  return out;
}

}  // namespace

std::string secret_record(EndpointId id) {
  return "endpoint/" + to_string(id) + "/secret";
}

Result<std::vector<Endpoint>> read_endpoints(SqliteStatement& select, const Sealer& sealer) {
  std::vector<Endpoint> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    TRY(auto endpoint, read_endpoint(select, sealer));
    out.push_back(std::move(endpoint));
  }
}

Result<std::vector<Subscription>> read_subscriptions(SqliteStatement& select) {
  std::vector<Subscription> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    TRY(auto subscription, read_subscription(select));
    out.push_back(std::move(subscription));
  }
}

}  // namespace chartbell
