// The rows whose last change has not been seen to arrive yet.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <utility>

#include "model/shape.h"

namespace chartbell::practice {

class InFlight {
 public:
  void add(ResourceKind kind, std::int64_t key) { rows_.emplace(kind, key); }
  void remove(ResourceKind kind, std::int64_t key) { rows_.erase({kind, key}); }

  bool free(ResourceKind kind, std::int64_t key) const { return !rows_.contains({kind, key}); }
  bool free(ResourceKind kind, std::span<const std::int64_t> keys) const {
    for (const std::int64_t key : keys)
      if (!free(kind, key)) return false;
    return true;
  }
  std::size_t size() const { return rows_.size(); }

 private:
  std::set<std::pair<ResourceKind, std::int64_t>> rows_;
};

}  // namespace chartbell::practice
