#include "api/lookup.h"

#include <algorithm>

#include "api/event_id.h"

namespace chartbell {
namespace {

Result<bool> may_see(ApiParts& parts, const Call& call, InstitutionId id) {
  TRY(const auto visible, visible_institutions(call, parts.accounts));
  return std::ranges::find(visible, id, &Institution::id) != visible.end();
}

}  // namespace

Result<Endpoint> endpoint_named(ApiParts& parts, const Call& call) {
  return parts.accounts.endpoint(call.account.id, {call.ids.at(0)});
}

Result<EventPtr> event_named(ApiParts& parts, const Call& call, std::string_view id) {
  const auto no_event = [] { return failure(Code::kNotFound, "Event not found"); };
  const auto place = parse_event_id(parts.store_tag, id);
  if (!place) return no_event();
  TRY(const bool visible, may_see(parts, call, place->first));
  if (!visible) return no_event();
  TRY(auto event, parts.events.event(place->first, place->second));
  if (event == nullptr) return no_event();
  return event;
}

Result<Replay> replay_named(ApiParts& parts, const Call& call) {
  const auto no_replay = [] { return failure(Code::kNotFound, "Replay not found"); };
  TRY(auto replay, parts.replays.replay({call.ids.at(0)}));
  const auto endpoint = parts.accounts.endpoint(call.account.id, replay.endpoint);
  if (!endpoint && endpoint.error().code == Code::kNotFound) return no_replay();
  if (!endpoint) return std::unexpected(endpoint.error());
  TRY(const bool visible, may_see(parts, call, replay.institution));
  if (!visible) return no_replay();
  return replay;
}

}  // namespace chartbell
