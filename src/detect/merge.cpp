#include "detect/merge.h"

#include <optional>

#include "base/check.h"

namespace chartbell {
namespace {

std::optional<FindingKind> compare(const KnownResource& known, const Digest& digest) {
  switch (known.presence) {
    case Presence::kReferenced:
      return FindingKind::kNew;
    case Presence::kGone:
      return FindingKind::kBack;
    case Presence::kLive:
      break;
  }
  return known.digest == digest ? std::nullopt : std::optional(FindingKind::kChanged);
}

}  // namespace

std::vector<Finding> merge(std::span<const KnownResource> known,
                           std::span<const FreshResource> fresh, std::span<const Digest> digests) {
  CHECK(fresh.size() == digests.size());
  std::vector<Finding> out;
  std::size_t k = 0;
  std::size_t f = 0;
  while (k < known.size() || f < fresh.size()) {
    const bool only_known = f == fresh.size() || (k < known.size() && known[k].key < fresh[f].key);
    const bool only_fresh = k == known.size() || (f < fresh.size() && fresh[f].key < known[k].key);
    if (only_known) {
      if (known[k].presence == Presence::kLive) out.push_back({FindingKind::kMissing, &known[k]});
      ++k;
    } else if (only_fresh) {
      out.push_back({FindingKind::kNew, nullptr, &fresh[f], digests[f]});
      ++f;
    } else {
      if (const auto kind = compare(known[k], digests[f]))
        out.push_back({*kind, &known[k], &fresh[f], digests[f]});
      ++k;
      ++f;
    }
  }
  return out;
}

}  // namespace chartbell
