#include "detect/auditor.h"

#include <algorithm>
#include <utility>

namespace chartbell {
namespace {

// One part of the time for reading, twenty for the practice.
constexpr int kRestFactor = 20;
constexpr Milliseconds kRestMin{5};
constexpr Milliseconds kRestWhileHeld{250};

Milliseconds until(SteadyTime at, SteadyTime now) {
  return std::max(std::chrono::ceil<Milliseconds>(at - now), Milliseconds(0));
}

}  // namespace

void Auditor::named(const DirtyKeys& dirty) {
  if (!held_) return;
  const auto found = dirty.kinds().find(held_->kind);
  if (found == dirty.kinds().end()) return;
  const auto& [extent, keys] = found->second;
  std::erase_if(held_->keys, [&](const auto& suspect) {
    const bool by_list = extent == Extent::kKeyList && suspect.second;
    return extent == Extent::kAll || by_list || keys.contains(suspect.first);
  });
  if (held_->keys.empty()) held_.reset();
}

void Auditor::hasten() {
  if (place_ != ScanPlace{})
    again_ = true;
  else
    next_at_ = std::min(next_at_, clock_.steady_now());
}

Milliseconds Auditor::rest() const {
  if (held_)
    return held_->settled && capture_.passed(held_->mark) ? Milliseconds(0) : kRestWhileHeld;
  return until(next_at_, clock_.steady_now());
}

Result<void> Auditor::step(std::int64_t told, std::int64_t settled) {
  const auto now = clock_.steady_now();
  if (held_) held_->settled = settled >= held_->told;
  if (held_ && held_->settled && capture_.passed(held_->mark)) return settle(true);
  if (held_ && held_->since + kHeldMax <= now) return settle(false);
  if (held_ || next_at_ > now) return {};
  return slice(told);
}

Result<void> Auditor::slice(std::int64_t told) {
  const auto began = clock_.steady_now();
  if (place_ == ScanPlace{}) {
    pass_began_ = began;
    progress_.rows = 0;
  }
  TRY(auto found, detector_.look(place_, kSliceRows));
  const auto ended = clock_.steady_now();
  if (!found.keys.empty()) {
    TRY(auto mark, capture_.mark());
    held_ = Held{found.kind, {}, std::move(mark), told, ended};
    for (auto& suspect : found.keys)
      held_->keys.emplace(std::move(suspect.key), suspect.came_or_went);
  }
  place_ = found.next;
  progress_.rows += found.rows;
  next_at_ = ended + std::max<Microseconds>(kRestMin, (ended - began) * kRestFactor);
  if (place_ != ScanPlace{}) return {};
  ++progress_.passes;
  progress_.pass_ended_at = clock_.now();
  if (!std::exchange(again_, false))
    next_at_ = std::max<SteadyTime>(next_at_, pass_began_ + interval_);
  return {};
}

Result<void> Auditor::settle(bool counts) {
  DirtyKeys missed;
  for (const auto& [key, came_or_went] : held_->keys) missed.add(held_->kind, key);
  TRY(const auto report, detector_.refresh(missed, std::nullopt));
  held_.reset();
  if (counts) progress_.missed += report.changes.changes();
  return {};
}

}  // namespace chartbell
