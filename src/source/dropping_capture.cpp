#include "source/dropping_capture.h"

#include "base/log.h"

namespace chartbell {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

}  // namespace

DroppingCapture::DroppingCapture(std::unique_ptr<ChangeCapture> inner, double share,
                                 std::uint64_t seed)
    : inner_(std::move(inner)),
      per_million_(static_cast<std::uint64_t>(share * kMillion)),
      random_(seed) {}

Result<Wakeups> DroppingCapture::wait(Milliseconds patience) {
  TRY(auto wakeups, inner_->wait(patience));
  DirtyKeys kept;
  for (const auto& [kind, found] : wakeups.dirty.kinds()) {
    if (found.extent != Extent::kKeys) kept.widen(kind, found.extent);
    for (const auto& key : found.keys) {
      if (random_.below(kMillion) >= per_million_) {
        kept.add(kind, key);
      } else {
        log_info("wakeup_dropped", {{"kind", name(kind)}});
      }
    }
  }
  wakeups.dirty = std::move(kept);
  return wakeups;
}

}  // namespace chartbell
