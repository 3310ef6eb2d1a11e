// NumberedIds: 1001, 1002, … in the order in which keys are first referred to.
#pragma once

#include <map>
#include <utility>

#include "source/ports.h"

namespace chartbell {

class NumberedIds final : public ReferenceIds {
 public:
  Result<Reference> reference_to(ResourceKind kind, const ForeignKey& key) override {
    const auto next = 1001 + static_cast<std::int64_t>(ids_.size());
    const auto [found, added] = ids_.try_emplace({kind, key}, next);
    return Reference{ResourceId{found->second}, from_ms(1'700'000'000'000)};
  }
  // 0 for a key that nothing refers to.
  std::int64_t id_of(ResourceKind kind, const ForeignKey& key) const {
    const auto found = ids_.find({kind, key});
    return found == ids_.end() ? 0 : found->second;
  }

 private:
  std::map<std::pair<ResourceKind, ForeignKey>, std::int64_t> ids_;
};

}  // namespace chartbell
