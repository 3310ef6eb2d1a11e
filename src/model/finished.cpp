#include "model/finished.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/time_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

void put(json::object& object, json::string_view key, const json::value& value) {
  if (auto* leaf = object.if_contains(key)) *leaf = value;
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

}  // namespace chartbell
