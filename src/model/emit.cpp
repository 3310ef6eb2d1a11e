#include "model/emit.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.h"
#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

void put(json::object& object, json::string_view key, const json::value& value) {
  if (auto* leaf = object.if_contains(key)) *leaf = value;
}

NewEvent named_event(const CatalogueRow& row, std::string event_name, const Happening& happening,
                     std::string_view data) {
  NewEvent event{.row = &row,
                 .event_name = std::move(event_name),
                 .resource = happening.resource,
                 .location = happening.location,
                 .time = happening.time};
  event.body = envelope(
      row, {happening.institution, happening.subdomain, event.event_name, happening.time}, data);
  return event;
}

}  // namespace

Result<std::string> finished(const Document& document, const Stamp& stamp) {
  json::error_code error;
  auto value = json::parse(json::string_view(document.expose()), error);
  if (error || !value.is_object())
    return failure(Code::kCorrupt, "a stored document is not a JSON object");
  auto& object = value.as_object();
  put(object, "id", stamp.id.value);
  put(object, "created_at", json::string(to_text(stamp.created_at)));
  put(object, "updated_at", json::string(to_text(stamp.updated_at)));
  put(object, "last_sync_time", json::string(to_text(stamp.synced_at)));
  return json::serialize(object);
}

std::string with_nested(std::string object, const std::optional<std::string>& patient,
                        std::span<const std::string> descriptors) {
  object.pop_back();
  object += ",\"patient\":" + patient.value_or("null") + ",\"descriptors\":[";
  for (std::size_t i = 0; i < descriptors.size(); ++i)
    object += (i == 0 ? "" : ",") + descriptors[i];
  return object + "]}";
}

std::optional<std::int64_t> integer_at(const Document& document, std::string_view path) {
  json::error_code error;
  const auto value = json::parse(json::string_view(document.expose()), error);
  if (error || !value.is_object()) return std::nullopt;
  const auto* leaf = value.as_object().if_contains(json::string_view(path.data(), path.size()));
  if (leaf == nullptr || !leaf->is_int64()) return std::nullopt;
  return leaf->as_int64();
}

NewEvent make_event(const CatalogueRow& row, const Happening& happening, std::string_view object,
                    std::string_view previous) {
  return named_event(row, std::string(row.event), happening, data_of(row, object, previous));
}

NewEvent insertion_event(const CatalogueRow& row, const Happening& happening,
                         std::string_view object, const EventFault* fault) {
  auto data = data_of(row, object, {});
  if (fault != nullptr) {
    data.pop_back();
    data += ",\"error\":{\"code\":" + json_string(fault->code) +
            ",\"message\":" + json_string(fault->message) + "}}";
  }
  const auto suffix = row.suffixes[fault == nullptr ? 0 : 1];
  return named_event(row, std::string(row.event) + "." + std::string(suffix), happening, data);
}

NewEvent sync_status_event(const CatalogueRow& row, Light light, const SyncStatus& status,
                           std::string_view subdomain, WallTime time) {
  const Happening happening{
      .institution = status.institution, .subdomain = subdomain, .time = time};
  return named_event(row, std::string(row.event) + "." + std::string(name(light)), happening,
                     data_of(row, sync_status_object(status), {}));
}

}  // namespace chartbell
