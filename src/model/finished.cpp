#include "model/finished.h"

#include <array>
#include <utility>

#include "base/time_text.h"
#include "model/members.h"

namespace chartbell {
namespace {

std::string quoted(WallTime time) {
  return '"' + to_text(time) + '"';
}

}  // namespace

Result<std::string> finished(const Document& document, const Stamp& stamp) {
  const std::array<std::pair<std::string_view, std::string>, 4> ours = {{
      {"id", to_string(stamp.id)},
      {"created_at", quoted(stamp.created_at)},
      {"updated_at", quoted(stamp.updated_at)},
      {"last_sync_time", quoted(stamp.synced_at)},
  }};
  std::string out = "{";
  out.reserve(document.expose().size() + 128);
  Members members(document.expose());
  while (const auto member = members.next()) {
    out.append(out.size() == 1 ? "\"" : ",\"").append(member->key).append("\":");
    const auto* found = &ours[0];
    while (found != ours.data() + ours.size() && found->first != member->key) ++found;
    out += found == ours.data() + ours.size() ? member->value : std::string_view(found->second);
  }
  if (members.broken()) return failure(Code::kCorrupt, "a stored document is not a JSON object");
  return out + '}';
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
