// The heart of a scan: two ascending streams of keys, what is stored and what is there, side by
// side.
#pragma once

#include <span>
#include <vector>

#include "detect/ports.h"

namespace chartbell {

enum class FindingKind : std::uint8_t {
  kNew,      // never seen alive
  kChanged,  // another digest
  kBack,     // was gone
  kMissing,  // stored alive, not there
};

struct Finding {
  FindingKind kind;
  const KnownResource* known = nullptr;  // null for kNew without a reference
  const FreshResource* fresh = nullptr;  // null for kMissing
  Digest digest{};                       // of `fresh`
};

// `known` and `fresh` ascend by key and cover the same range; digests[i] belongs to fresh[i]. Rows
// that are as they were are not found. The result points into both spans.
std::vector<Finding> merge(std::span<const KnownResource> known,
                           std::span<const FreshResource> fresh, std::span<const Digest> digests);

}  // namespace chartbell
