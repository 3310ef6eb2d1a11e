#include "store/rows.h"

#include <charconv>

#include "store/endpoint_options.h"

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
  out.warned = row.integer(8) != 0;
  out.disabled_reason = row.text(9);
  if (row.is_null(10)) return out;
  TRY(const auto options, sealer.open(kNoInstitution, options_record(out.id), row.blob(10)));
  TRY(out.options, parse_options(options));
  return out;
}

std::vector<LocationId> parse_locations(std::string_view text) {
  std::vector<LocationId> out;
  while (!text.empty()) {
    LocationId id;
    const auto one = text.substr(0, text.find(','));
    std::from_chars(one.data(), one.data() + one.size(), id.value);
    out.push_back(id);
    text.remove_prefix(std::min(text.size(), one.size() + 1));
  }
  return out;
}

Result<Subscription> read_subscription(const SqliteStatement& row) {
  const auto topic = Topic::parse(row.text(3));
  if (!topic) return failure(Code::kCorrupt, "a subscription to an unknown event");
  return Subscription{.id = {row.integer(0)},
                      .endpoint = {row.integer(1)},
                      .institution = {row.integer(2)},
                      .topic = *topic,
                      .active = row.integer(4) != 0,
                      .ordering = row.integer(8) != 0 ? Ordering::kResource : Ordering::kNone,
                      .locations = parse_locations(row.text(9)),
                      .notify_red = row.integer(10) != 0,
                      .from = {row.integer(5)},
                      .created_at = from_ms(row.integer(6)),
                      .updated_at = from_ms(row.integer(7))};
}

}  // namespace

std::string secret_record(EndpointId id) {
  return "endpoint/" + to_string(id) + "/secret";
}

std::string options_record(EndpointId id) {
  return "endpoint/" + to_string(id) + "/options";
}

std::string attempt_record(const DeliveryKey& key, WallTime at) {
  return "attempt/" + to_string(key.institution) + "/" + to_string(key.endpoint) + "/" +
         to_string(key.seq) + "/" + std::to_string(to_ms(at));
}

std::string locations_text(const std::vector<LocationId>& locations) {
  std::string out;
  for (const auto id : locations) out += (out.empty() ? "" : ",") + to_string(id);
  return out;
}

Result<std::vector<Endpoint>> read_endpoints(SqliteStatement& select, const Sealer& sealer,
                                             Shard of) {
  std::vector<Endpoint> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    if (!of.has({select.integer(0)})) continue;
    TRY(auto endpoint, read_endpoint(select, sealer));
    out.push_back(std::move(endpoint));
  }
}

Result<std::vector<Subscription>> read_subscriptions(SqliteStatement& select, Shard of) {
  std::vector<Subscription> out;
  while (true) {
    TRY(const bool row, select.step());
    if (!row) return out;
    if (!of.has({select.integer(1)})) continue;
    TRY(auto subscription, read_subscription(select));
    out.push_back(std::move(subscription));
  }
}

Result<EventRow> read_event_row(const SqliteStatement& row, InstitutionId institution) {
  EventRow out{.institution = institution,
               .seq = {row.integer(0)},
               .event_name = row.text(1),
               .resource = {row.integer(2)},
               .location = {row.integer(3)},
               .time = from_ms(row.integer(4))};
  out.row = find_delivered(out.event_name);
  if (out.row == nullptr) return failure(Code::kCorrupt, "an event in the log has an unknown name");
  return out;
}

}  // namespace chartbell
