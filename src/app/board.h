// Board: the lights of every source, for whoever asks.
#pragma once

#include <mutex>
#include <vector>

#include "api/ports.h"

namespace chartbell {

// Thread-safe.
class Board final : public SourceBoard {
 public:
  std::vector<SyncStatus> sources() const override {
    const std::lock_guard lock(mutex_);
    return sources_;
  }
  // Adds the source or replaces what stood there.
  void put(const SyncStatus& status) {
    const std::lock_guard lock(mutex_);
    for (auto& held : sources_)
      if (held.id == status.id) {
        held = status;
        return;
      }
    sources_.push_back(status);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<SyncStatus> sources_;
};

}  // namespace chartbell
