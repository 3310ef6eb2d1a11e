// SourceLights: the lights of one source, as they are and as they are on disk.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "detect/ports.h"
#include "model/sync_status.h"
#include "store/account_store.h"

namespace chartbell {

// On the source's turns; references outlive it.
class SourceLights {
 public:
  struct Parts {
    SourceRef source;
    std::string subdomain;
    ResourceStore& resources;
    SqliteAccountStore& accounts;
    const Clock& clock;
  };
  explicit SourceLights(Parts parts) : parts_(std::move(parts)) {}

  // As they were when the process before this one ended.
  Result<void> load();
  StoredLights& now() { return now_; }
  const StoredLights& now() const { return now_; }
  // The event of a light; `status` is how the source shows itself by now.
  void tell_read(const SyncStatus& status);
  void tell_write(const SyncStatus& status);
  // Writes them where a light has changed, and the time of the last read now and then.
  void save();

 private:
  void tell(std::string_view event, Light light, const SyncStatus& status);

  const Parts parts_;
  StoredLights now_;
  StoredLights saved_;
};

}  // namespace chartbell
