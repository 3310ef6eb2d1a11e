#include "api/show.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "api/json_time.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

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

json::value number_or_null(const std::optional<int>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

json::value seconds_of(const EndpointOptions& options) {
  json::array out;
  for (const auto offset : options.schedule) out.push_back(offset.count());
  return out.empty() ? json::value(nullptr) : json::value(std::move(out));
}

json::value headers_of(const EndpointOptions& options) {
  json::object out;
  for (const auto& [name, value] : options.headers) out[name] = value;
  return out.empty() ? json::value(nullptr) : json::value(std::move(out));
}

// Every option, null where it is not set. Keys and replaced secrets are never shown.
json::object options_object(const EndpointOptions& options) {
  json::object out;
  out["description"] = text_or_null(options.description);
  out["max_in_flight"] = number_or_null(options.max_in_flight);
  out["rate_per_second"] = number_or_null(options.rate_per_second);
  out["timeout_seconds"] =
      options.timeout ? json::value(options.timeout->count() / 1000) : json::value(nullptr);
  out["retry_schedule"] = seconds_of(options);
  out["headers"] = headers_of(options);
  out["legacy_signature_header"] = text_or_null(options.legacy_header);
  out["ed25519_public_key"] =
      options.ed25519_seed.empty()
          ? json::value(nullptr)
          : json::value(
                json::string("whpk_" + to_base64(ed25519_public_key(options.ed25519_seed))));
  out["client_certificate"] = text_or_null(options.client_certificate);
  return out;
}

// The vendor's object, which no client of the vendor's finds unlike what it knows.
json::object endpoint_object(const Endpoint& endpoint) {
  json::object out;
  out["id"] = endpoint.id.value;
  out["target_url"] = endpoint.target_url;
  out["secret_key"] = endpoint.secret_key;
  out["active"] = endpoint.active;
  out["created_at"] = to_text(endpoint.created_at);
  out["updated_at"] = to_text(endpoint.updated_at);
  return out;
}

json::object emr_object(const SyncStatus& source) {
  json::object out;
  out["id"] = source.id.value;
  out["name"] = source.emr_name;
  out["display_name"] = source.emr_display_name;
  // A list in webhooks, one text here (wire contract §1).
  out["type"] = source.emr_type.empty() ? json::value(nullptr)
                                        : json::value(json::string(source.emr_type.front()));
  return out;
}

}  // namespace

std::string show_time(const std::optional<WallTime>& time) {
  return time ? '"' + to_text(*time) + '"' : "null";
}

std::string show(const Endpoint& endpoint) {
  auto out = endpoint_object(endpoint);
  for (const auto& [name, value] : options_object(endpoint.options))
    if (!value.is_null()) out[name] = value;
  return json::serialize(out);
}

std::string show_all_options(const Endpoint& endpoint) {
  auto out = endpoint_object(endpoint);
  for (const auto& [name, value] : options_object(endpoint.options)) out[name] = value;
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
  if (subscription.ordering == Ordering::kResource) out["ordering"] = "resource";
  json::array locations;
  for (const auto id : subscription.locations) locations.push_back(id.value);
  if (!locations.empty()) out["location_ids"] = std::move(locations);
  if (subscription.notify_red) out["notify_red"] = true;
  return json::serialize(out);
}

std::string show(const Location& location) {
  return json::serialize(location_object(location));
}

std::string show(const Institution& institution, const std::vector<SyncStatus>& sources) {
  json::object out;
  out["id"] = institution.id.value;
  out["name"] = institution.name;
  out["subdomain"] = institution.subdomain;
  out["phone_number"] = nullptr;
  auto& emrs = out["emrs"].emplace_array();
  for (const auto& source : sources)
    if (source.institution == institution.id) emrs.push_back(emr_object(source));
  // Types of appointments belong to the institution; whoever wants to hear of a light or of a
  // failed write subscribes to it.
  out["country_code"] = nullptr;
  out["appointment_types_location_scoped"] = false;
  out["is_sync_notifications"] = false;
  out["notify_insert_fails"] = false;
  out["created_at"] = to_text(institution.created_at);
  out["locations"] = location_array(institution.locations);
  return json::serialize(out);
}

std::string show(const SyncStatus& source, const Institution& institution) {
  json::object out;
  out["institution_id"] = institution.id.value;
  out["sync_source_type"] = "DataSource";
  out["sync_source_name"] = source.name;
  out["emr"] = emr_object(source);
  out["read_status"] = json::string(name(source.read));
  out["read_status_at"] = time_or_null(source.read_at);
  out["write_status"] = json::string(name(source.write));
  out["write_status_at"] = time_or_null(source.write_at);
  out["locations"] = location_array(institution.locations);
  return json::serialize(out);
}

}  // namespace chartbell
