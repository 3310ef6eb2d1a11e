// HealthBoard: how each endpoint and each institution has been doing in the last hour, for
// everybody who asks.
//
// Written by the dispatcher's thread and whoever sees the log grow, read by any. About a kilobyte
// for an endpoint that has had an attempt, and eleven for an institution.
#pragma once

#include <array>
#include <mutex>
#include <unordered_map>

#include "base/clock.h"
#include "deliver/latency_counts.h"
#include "model/activity.h"
#include "model/attempt.h"
#include "model/endpoint_stats.h"

namespace chartbell {

// Thread-safe.
class HealthBoard {
 public:
  // `clock` outlives the board.
  explicit HealthBoard(const Clock& clock) : clock_(clock) {}

  // An attempt has ended; `in_flight` and `circuit` are as it left the endpoint's.
  void add(const DeliveryKey& key, const Outcome& outcome, std::size_t in_flight, Circuit circuit);
  // An institution's log has grown up to here; what it held when this was first said does not
  // count.
  void grown(InstitutionId institution, EventSeq head);
  void forget(EndpointId endpoint);

  EndpointStats stats(EndpointId endpoint) const;
  Activity activity(InstitutionId institution) const;

 private:
  static constexpr std::size_t kSlots = 6;  // of ten minutes
  struct Slot {
    std::int64_t number = -1;  // ten minutes since 1970
    std::uint32_t attempts = 0;
    std::uint32_t successes = 0;
    LatencyCounts latencies;
  };
  struct Row {
    std::array<Slot, kSlots> slots;
    std::optional<WallTime> last_success_at;
    std::optional<WallTime> last_failure_at;
    std::size_t in_flight = 0;
    Circuit circuit = Circuit::kClosed;
  };
  struct Minute {
    std::int64_t number = -1;  // minutes since 1970
    std::uint32_t events = 0;
    std::uint32_t attempts = 0;
    std::uint32_t successes = 0;
    LatencyCounts latencies;
  };
  struct Practice {
    std::array<Minute, kActivityMinutes> minutes;
    std::optional<EventSeq> head;
  };

  static Minute& minute_of(Practice& practice, WallTime now);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, Row> rows_;            // guarded by mutex_
  std::unordered_map<std::int64_t, Practice> practices_;  // guarded by mutex_
};

}  // namespace chartbell
