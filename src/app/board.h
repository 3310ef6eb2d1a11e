// Board: how every source is doing, for whoever asks; and what operators say to sources.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "api/ports.h"

namespace chartbell {

// Thread-safe.
class Board final : public SourceBoard {
 public:
  std::vector<SyncStatus> sources() const override {
    const std::lock_guard lock(mutex_);
    std::vector<SyncStatus> out;
    for (const auto& report : reports_) out.push_back(report.status);
    return out;
  }
  std::vector<SourceReport> reports() const override {
    const std::lock_guard lock(mutex_);
    return reports_;
  }
  Result<void> confirm_removals(SourceId source, std::int64_t removals) override;

  // Adds the source or replaces what stood there.
  void put(const SourceReport& report);
  // What an operator has confirmed for the source since the last call.
  std::optional<std::vector<WithheldRemovals>> take_confirmed(SourceId source);

 private:
  mutable std::mutex mutex_;
  std::vector<SourceReport> reports_;
  std::map<SourceId, std::vector<WithheldRemovals>> confirmed_;
};

}  // namespace chartbell
