// SourceReport: how a source is watched and how that goes, for operators.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"
#include "model/shape.h"
#include "model/sync_status.h"

namespace chartbell {

// Rows that seem to be gone from the record system and are not told so.
struct WithheldRemovals {
  ResourceKind kind = ResourceKind::kPatient;
  std::int64_t missing = 0;
  std::int64_t stored = 0;  // rows of the kind, those included

  friend bool operator==(const WithheldRemovals&, const WithheldRemovals&) = default;
};

// A reading of the whole source.
struct ScanProgress {
  std::int64_t rows = 0;  // read by now
  std::int64_t kinds_done = 0;
  std::int64_t kinds = 0;

  friend bool operator==(const ScanProgress&, const ScanProgress&) = default;
};

// What the auditor has compared, since the process began.
struct AuditProgress {
  std::int64_t rows = 0;  // of the pass under way
  std::int64_t passes = 0;
  std::optional<WallTime> pass_ended_at;
  std::int64_t missed = 0;  // changes that no wake-up told of

  friend bool operator==(const AuditProgress&, const AuditProgress&) = default;
};

// What a source is busy with.
enum class WatchPhase : std::uint8_t { kStart, kScan, kResume, kStream };
constexpr std::string_view name(WatchPhase phase) {
  constexpr std::string_view kNames[] = {"starting", "reading everything", "connecting", "live"};
  return kNames[static_cast<std::size_t>(phase)];
}

struct WatchReport {
  WatchPhase phase = WatchPhase::kStart;
  std::string mode = "scan";  // "log", "slot", "poll"
  std::string lag;            // in the capture's own words
  bool baseline_done = false;
  ScanProgress scan;
  AuditProgress audit;
  std::int64_t rows_seen = 0;  // changes of rows, mapped or not
  std::vector<WithheldRemovals> withheld;

  friend bool operator==(const WatchReport&, const WatchReport&) = default;
};

// Without patient data: it goes to operators and logs as it is.
struct SourceFault {
  std::string code;
  std::string detail;
  WallTime at;
};

// What came of what was pushed, since the process began.
struct PushCounts {
  std::int64_t applied = 0;
  std::int64_t unchanged = 0;
  std::int64_t stale = 0;
  std::int64_t refused = 0;

  friend bool operator==(const PushCounts&, const PushCounts&) = default;
};

struct SourceReport {
  SyncStatus status;
  std::string mapping;      // the file's name
  std::string mode_reason;  // why it is captured in this way
  WatchReport watch;
  std::optional<SourceFault> last_fault;
  std::optional<PushCounts> pushed{};  // of a source that is pushed
};

}  // namespace chartbell
