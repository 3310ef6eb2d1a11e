#include "detect/removal_guard.h"

#include <algorithm>

namespace chartbell {
namespace {

constexpr std::int64_t kAlwaysAllowed = 50;
constexpr std::int64_t kShare = 20;  // one in twenty
constexpr std::chrono::minutes kBurst{10};

}  // namespace

Result<bool> RemovalGuard::admits(ResourceKind kind, std::int64_t missing,
                                  const CountStored& stored) const {
  const auto confirmed = confirmed_.find(kind);
  if (confirmed != confirmed_.end() && missing <= confirmed->second) return true;
  const auto burst = missing + recent(kind);
  if (missing == 0 || burst <= removals_max_.value_or(kAlwaysAllowed)) return true;
  if (removals_max_) return false;
  TRY(const auto all, stored());
  return burst <= all / kShare;
}

void RemovalGuard::told(ResourceKind kind, std::int64_t removals) {
  if (removals == 0) return;
  auto& of_kind = told_[kind];
  const auto now = clock_.steady_now();
  while (!of_kind.empty() && of_kind.front().first + kBurst <= now) of_kind.pop_front();
  // One entry a second at most.
  if (of_kind.empty() || of_kind.back().first + std::chrono::seconds(1) <= now)
    of_kind.emplace_back(now, 0);
  of_kind.back().second += removals;
}

std::int64_t RemovalGuard::recent(ResourceKind kind) const {
  const auto found = told_.find(kind);
  if (found == told_.end()) return 0;
  std::int64_t out = 0;
  for (const auto& [at, removals] : found->second)
    if (at + kBurst > clock_.steady_now()) out += removals;
  return out;
}

void RemovalGuard::withhold(const WithheldRemovals& removals) {
  withheld_[removals.kind] = removals;
}

void RemovalGuard::release(ResourceKind kind) {
  withheld_.erase(kind);
  // What was confirmed is no burst of its own.
  if (confirmed_.erase(kind) > 0) told_.erase(kind);
}

void RemovalGuard::confirm(const std::vector<WithheldRemovals>& shown) {
  for (const auto& removals : shown) confirmed_[removals.kind] = removals.missing;
}

std::vector<WithheldRemovals> RemovalGuard::withheld() const {
  std::vector<WithheldRemovals> out;
  for (const auto& [kind, removals] : withheld_) out.push_back(removals);
  return out;
}

Error guard_error(const std::vector<WithheldRemovals>& withheld) {
  std::string rows;
  std::int64_t most = 0;
  for (const auto& removals : withheld) {
    rows += (rows.empty() ? "" : ", ") + std::to_string(removals.missing) + " of " +
            std::to_string(removals.stored) + " " + std::string(name(removals.kind));
    most = std::max(most, removals.missing);
  }
  return {Code::kGuard, rows +
                            " rows are gone from the record system at once; nothing is told until "
                            "you say that it is true: confirm it (POST "
                            "/api/v1/sources/NAME/confirm_removals), or set max_removals = " +
                            std::to_string(most) + " for this source and start again"};
}

}  // namespace chartbell
