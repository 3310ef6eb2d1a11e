// RemovalGuard: keeps a wrong database, an empty restore or a filter gone wrong from being told as
// thousands of vanished rows.
//
// What it withholds stays stored as it was and is compared again and again, so nothing of it is
// lost: rows that came back were never told gone, and what the operator confirms is told then.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/shape.h"
#include "model/source_report.h"

namespace chartbell {

// A resource of the source's thread; in memory only. After a restart the first comparison withholds
// the same again.
class RemovalGuard {
 public:
  // Counting the stored rows of a kind takes a while where there are many, so it is only done where
  // it matters.
  using CountStored = std::function<Result<std::int64_t>()>;

  // `removals_max`: the operator's own limit in place of max(50, 5 % of the kind).
  RemovalGuard(std::optional<std::int64_t> removals_max, const Clock& clock)
      : removals_max_(removals_max), clock_(clock) {}

  // Whether `missing` rows may be told gone, beside those of the last ten minutes.
  Result<bool> admits(ResourceKind kind, std::int64_t missing, const CountStored& stored) const;
  // Those were told, by wake-ups or by the auditor: many small steps are one burst.
  void told(ResourceKind kind, std::int64_t removals);

  void withhold(const WithheldRemovals& removals);
  // All keys of the kind were compared, and what was missing was admitted.
  void release(ResourceKind kind);
  // The operator says that these are true; good for one comparison that finds no more than that.
  void confirm(const std::vector<WithheldRemovals>& shown);

  bool withholds(ResourceKind kind) const { return withheld_.contains(kind); }
  std::vector<WithheldRemovals> withheld() const;

 private:
  std::int64_t recent(ResourceKind kind) const;

  const std::optional<std::int64_t> removals_max_;
  const Clock& clock_;
  std::map<ResourceKind, std::deque<std::pair<SteadyTime, std::int64_t>>> told_;
  std::map<ResourceKind, WithheldRemovals> withheld_;
  std::map<ResourceKind, std::int64_t> confirmed_;
};

// For the operator: the numbers, and what to do.
Error guard_error(const std::vector<WithheldRemovals>& withheld);

}  // namespace chartbell
