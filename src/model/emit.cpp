#include "model/emit.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.h"

namespace chartbell {
namespace {

namespace json = boost::json;

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
