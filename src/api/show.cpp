#include "api/show.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<WallTime>& time) {
  return time ? json::value(json::string(to_text(*time))) : json::value(nullptr);
}

// What the record system says of the location, with what the configuration says on top.
json::object location_object(const Location& location) {
  json::object out;
  out["id"] = location.id.value;
  out["name"] = location.name;
  out["institution_id"] = location.institution.value;
  constexpr std::string_view kDetails[] = {"street_address", "street_address_2", "city", "state",
                                           "zip_code",       "phone_number",     "email"};
  json::error_code error;
  const auto details = json::parse(json::string_view(location.details.expose()), error);
  for (const auto key : kDetails) {
    const auto* held =
        !error && details.is_object() ? details.as_object().if_contains(key) : nullptr;
    out[key] = held != nullptr ? *held : json::value(nullptr);
  }
  out["tz"] = location.timezone;
  out["foreign_id"] = location.foreign_id;
  out["inactive"] = false;
  out["created_at"] = to_text(location.created_at);
  out["updated_at"] = to_text(location.updated_at);
  return out;
}

json::array location_array(const std::vector<Location>& locations) {
  json::array out;
  for (const auto& location : locations) out.push_back(location_object(location));
  return out;
}

}  // namespace

std::string show(const Endpoint& endpoint) {
  json::object out;
  out["id"] = endpoint.id.value;
  out["target_url"] = endpoint.target_url;
  out["secret_key"] = endpoint.secret_key;
  out["active"] = endpoint.active;
  out["created_at"] = to_text(endpoint.created_at);
  out["updated_at"] = to_text(endpoint.updated_at);
  return json::serialize(out);
}

std::string show(const Subscription& subscription) {
  json::object out;
  out["id"] = subscription.id.value;
  out["webhook_endpoint_id"] = subscription.endpoint.value;
  out["institution_id"] = subscription.institution.value;
  out["resource_type"] = json::string_view(subscription.topic.resource_type());
  out["event"] = json::string_view(subscription.topic.event());
  out["active"] = subscription.active;
  out["created_at"] = to_text(subscription.created_at);
  out["updated_at"] = to_text(subscription.updated_at);
  return json::serialize(out);
}

std::string show(const Location& location) {
  return json::serialize(location_object(location));
}

std::string show(const Institution& institution) {
  json::object out;
  out["id"] = institution.id.value;
  out["name"] = institution.name;
  out["subdomain"] = institution.subdomain;
  out["created_at"] = to_text(institution.created_at);
  out["locations"] = location_array(institution.locations);
  return json::serialize(out);
}

std::string show(const SyncStatus& source, const Institution& institution) {
  json::object emr;
  emr["id"] = source.id.value;
  emr["name"] = source.emr_name;
  emr["display_name"] = source.emr_display_name;
  // A list in webhooks, one text here (wire contract §1).
  emr["type"] = source.emr_type.empty() ? json::value(nullptr)
                                        : json::value(json::string(source.emr_type.front()));
  json::object out;
  out["institution_id"] = institution.id.value;
  out["sync_source_type"] = "DataSource";
  out["sync_source_name"] = source.name;
  out["emr"] = std::move(emr);
  out["read_status"] = json::string(name(source.read));
  out["read_status_at"] = time_or_null(source.read_at);
  out["write_status"] = json::string(name(source.write));
  out["write_status_at"] = time_or_null(source.write_at);
  out["locations"] = location_array(institution.locations);
  return json::serialize(out);
}

}  // namespace chartbell
