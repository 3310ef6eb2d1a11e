#include "model/dirty_keys.h"

#include <algorithm>

namespace chartbell {

void DirtyKeys::add(ResourceKind kind, ForeignKey key) {
  auto& found = kinds_[kind];
  if (found.extent == Extent::kAll) return;
  found.keys.insert(std::move(key));
  if (found.keys.size() > kKeysMax) widen(kind, Extent::kAll);
}

void DirtyKeys::widen(ResourceKind kind, Extent extent) {
  auto& found = kinds_[kind];
  found.extent = std::max(found.extent, extent);
  if (found.extent == Extent::kAll) found.keys.clear();
}

void DirtyKeys::merge(DirtyKeys other) {
  for (auto& [kind, theirs] : other.kinds_) {
    widen(kind, theirs.extent);
    auto& ours = kinds_[kind];
    if (ours.extent == Extent::kAll) continue;
    ours.keys.merge(theirs.keys);
    if (ours.keys.size() > kKeysMax) widen(kind, Extent::kAll);
  }
}

bool DirtyKeys::only_keys() const {
  return std::ranges::all_of(kinds_,
                             [](const auto& kind) { return kind.second.extent == Extent::kKeys; });
}

std::size_t DirtyKeys::keys() const {
  std::size_t out = 0;
  for (const auto& [kind, found] : kinds_) out += found.keys.size();
  return out;
}

}  // namespace chartbell
