#include "app/board.h"

#include <algorithm>

namespace chartbell {

Result<void> Board::confirm_removals(SourceId source, std::int64_t removals) {
  const std::lock_guard lock(mutex_);
  for (const auto& report : reports_) {
    if (report.status.id != source) continue;
    const auto& withheld = report.watch.withheld;
    std::int64_t all = 0;
    for (const auto& of_kind : withheld) all += of_kind.missing;
    if (withheld.empty()) return failure(Code::kConflict, "No removals are withheld");
    if (all != removals)
      return failure(Code::kConflict,
                     "By now " + std::to_string(all) + " removals are withheld; look again");
    confirmed_[source] = withheld;
    return {};
  }
  return failure(Code::kNotFound, "Source not found");
}

void Board::put(const SourceReport& report) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(
      reports_, [&](const auto& held) { return held.status.id == report.status.id; });
  if (found == reports_.end()) {
    reports_.push_back(report);
  } else {
    *found = report;
  }
}

std::optional<std::vector<WithheldRemovals>> Board::take_confirmed(SourceId source) {
  const std::lock_guard lock(mutex_);
  const auto found = confirmed_.find(source);
  if (found == confirmed_.end()) return std::nullopt;
  auto out = std::move(found->second);
  confirmed_.erase(found);
  return out;
}

}  // namespace chartbell
