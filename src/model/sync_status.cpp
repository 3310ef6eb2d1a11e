#include "model/sync_status.h"

#include "base/check.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "model/shape.h"

namespace chartbell {
namespace {

std::string json_time(const std::optional<WallTime>& time) {
  return time ? json_string(to_text(*time)) : std::string();
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& text : texts) out += (out.size() == 1 ? "" : ",") + json_string(text);
  return out + ']';
}

}  // namespace

std::string_view name(Light light) {
  return light == Light::kGreen ? "green" : "red";
}

std::string sync_status_object(const SyncStatus& status) {
  const Shape& shape = shape_of(ResourceKind::kSyncStatus);
  std::vector<std::string> leaves(shape.fields().size());
  const auto set = [&](std::string_view path, std::string json) {
    const auto index = shape.index_of(path);
    CHECK(index.has_value());
    leaves[*index] = std::move(json);
  };
  set("institution_id", to_string(status.institution));
  set("sync_source_name", json_string(status.name));
  set("emr.id", to_string(status.id));
  set("emr.name", json_string(status.emr_name));
  set("emr.display_name", json_string(status.emr_display_name));
  set("emr.type", json_list(status.emr_type));
  set("read_status", json_string(name(status.read)));
  set("read_status_at", json_time(status.read_at));
  set("write_status", json_string(name(status.write)));
  set("write_status_at", json_time(status.write_at));
  return shape.render(leaves);
}

}  // namespace chartbell
