#include "app/source_lights.h"

#include "base/log.h"
#include "model/emit.h"

namespace chartbell {
namespace {

// How often the time of the last good read goes to disk.
constexpr std::chrono::seconds kSaveEvery{30};

}  // namespace

Result<void> SourceLights::load() {
  TRY(now_, parts_.accounts.lights(parts_.source.institution, parts_.source.source));
  saved_ = now_;
  return {};
}

void SourceLights::tell_read(const SyncStatus& status) {
  tell("sync_status_read_change", now_.read, status);
}

void SourceLights::tell_write(const SyncStatus& status) {
  tell("sync_status_write_change", now_.write, status);
}

void SourceLights::tell(std::string_view event, Light light, const SyncStatus& status) {
  const auto* row = find_row("SyncStatus", event);
  DetectedBatch batch{.source = parts_.source};
  batch.events.push_back(
      sync_status_event(*row, light, status, parts_.subdomain, parts_.clock.now()));
  if (const auto told = parts_.resources.commit(std::move(batch)); !told)
    log_error("event_not_stored", {{"detail", told.error().detail}});
}

void SourceLights::save() {
  const bool stale =
      now_.read_at && (!saved_.read_at || *now_.read_at - *saved_.read_at > kSaveEvery);
  if (now_.read == saved_.read && now_.write == saved_.write && !stale) return;
  if (parts_.accounts.save_lights(parts_.source.institution, parts_.source.source, now_))
    saved_ = now_;
}

}  // namespace chartbell
