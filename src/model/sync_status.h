// SyncStatus: how a source is doing, as GET /sync_status and the events of rows 13 and 14 tell it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"

namespace chartbell {

enum class Light : std::uint8_t { kRed, kGreen };
std::string_view name(Light light);

// One row for each source (wire contract §6).
struct SyncStatus {
  InstitutionId institution;
  std::string name;
  SourceId id;
  std::string emr_name;
  std::string emr_display_name;
  std::vector<std::string> emr_type;
  Light read = Light::kRed;
  std::optional<WallTime> read_at;  // the last successful read
  Light write = Light::kRed;
  std::optional<WallTime> write_at;
  bool baseline_done = false;
};

// The `syncstatus` of an event.
std::string sync_status_object(const SyncStatus& status);

}  // namespace chartbell
