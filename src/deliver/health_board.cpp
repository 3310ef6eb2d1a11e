#include "deliver/health_board.h"

#include <algorithm>

namespace chartbell {
namespace {

constexpr std::chrono::minutes kSlotLength{10};
constexpr std::chrono::minutes kMinute{1};

std::int64_t number_of(WallTime now, std::chrono::minutes length) {
  return now.time_since_epoch() / length;
}

// The slot of this moment in a ring of them; what it held of an earlier round goes.
template <class Ring>
auto& slot_of(Ring& ring, std::int64_t number) {
  auto& slot = ring[static_cast<std::size_t>(number) % ring.size()];
  if (slot.number != number) {
    slot = {};
    slot.number = number;
  }
  return slot;
}

template <class Slot>
void count(Slot& slot, const Outcome& outcome) {
  ++slot.attempts;
  if (outcome.result == OutcomeClass::kDelivered) ++slot.successes;
  slot.latencies.add(outcome.latency);
}

}  // namespace

HealthBoard::Minute& HealthBoard::minute_of(Practice& practice, WallTime now) {
  return slot_of(practice.minutes, number_of(now, kMinute));
}

void HealthBoard::add(const DeliveryKey& key, const Outcome& outcome, std::size_t in_flight,
                      Circuit circuit) {
  const auto now = clock_.now();
  const bool delivered = outcome.result == OutcomeClass::kDelivered;
  const std::lock_guard lock(mutex_);
  auto& row = rows_[key.endpoint.value];
  row.in_flight = in_flight;
  row.circuit = circuit;
  (delivered ? row.last_success_at : row.last_failure_at) = now;
  count(slot_of(row.slots, number_of(now, kSlotLength)), outcome);
  count(minute_of(practices_[key.institution.value], now), outcome);
}

void HealthBoard::grown(InstitutionId institution, EventSeq head) {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  auto& practice = practices_[institution.value];
  const auto before = practice.head.value_or(head);
  if (head > before)
    minute_of(practice, now).events += static_cast<std::uint32_t>(head.value - before.value);
  practice.head = std::max(head, before);
}

void HealthBoard::forget(EndpointId endpoint) {
  const std::lock_guard lock(mutex_);
  rows_.erase(endpoint.value);
}

EndpointStats HealthBoard::stats(EndpointId endpoint) const {
  EndpointStats out;
  const auto oldest = number_of(clock_.now(), kSlotLength) - static_cast<std::int64_t>(kSlots) + 1;
  LatencySum latencies;
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(endpoint.value);
  if (found == rows_.end()) return out;
  const auto& row = found->second;
  for (const auto& slot : row.slots) {
    if (slot.number < oldest) continue;
    out.attempts += slot.attempts;
    out.successes += slot.successes;
    latencies.add(slot.latencies);
  }
  out.p50 = latencies.percentile(0.50);
  out.p95 = latencies.percentile(0.95);
  out.in_flight = static_cast<std::int64_t>(row.in_flight);
  out.circuit = row.circuit;
  out.last_success_at = row.last_success_at;
  out.last_failure_at = row.last_failure_at;
  return out;
}

Activity HealthBoard::activity(InstitutionId institution) const {
  Activity out;
  const auto newest = number_of(clock_.now(), kMinute);
  const auto oldest = newest - static_cast<std::int64_t>(kActivityMinutes) + 1;
  LatencySum latencies;
  const std::lock_guard lock(mutex_);
  const auto found = practices_.find(institution.value);
  for (auto number = oldest; number <= newest; ++number) {
    ActivityMinute minute{.at = WallTime(number * kMinute)};
    if (found != practices_.end()) {
      const auto& slot = found->second.minutes[static_cast<std::size_t>(number) % kActivityMinutes];
      if (slot.number == number) {
        minute.events = slot.events;
        minute.attempts = slot.attempts;
        minute.successes = slot.successes;
        latencies.add(slot.latencies);
      }
    }
    out.minutes.push_back(minute);
  }
  out.p50 = latencies.percentile(0.50);
  out.p95 = latencies.percentile(0.95);
  out.p99 = latencies.percentile(0.99);
  return out;
}

}  // namespace chartbell
