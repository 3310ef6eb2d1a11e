// PushTaker: what was pushed, ordered by its revisions, becomes states and events.
//
// The highest revision of a resource wins, in whatever order they come and however often: an older
// one is stale, the same one again changes nothing, and the same one with other content is refused.
// A group is one commit, with the revisions in it, so that what is answered is on disk and what is
// not on disk is judged anew when it is sent again.
#pragma once

#include <vector>

#include "api/ports.h"
#include "base/result.h"
#include "detect/detector.h"
#include "detect/digest.h"
#include "source/push/push_reader.h"
#include "source/push/snapshot.h"

namespace chartbell {

// A resource of the source's thread; all references outlive it.
class PushTaker {
 public:
  static constexpr std::size_t kGroupMax = 500;
  static_assert(kGroupMax <= Detector::kTogetherMax);

  struct Parts {
    SourceRef source;
    std::string digest_key;
    PushReader& reader;
    Detector& detector;  // over that reader
    ResourceStore& store;
  };
  explicit PushTaker(Parts parts) : parts_(std::move(parts)), digest_(parts_.digest_key) {}

  // Receipts in the order of `snapshots`, kGroupMax of them at most, each resource once. Errors: of
  // the store; then nothing is known of any.
  Result<std::vector<PushReceipt>> take(std::vector<Snapshot> snapshots, NewOnes new_ones);

 private:
  Result<PushReceipt> judged(const Snapshot& snapshot, const Digest& content);
  Result<bool> may_be_made(const Snapshot& snapshot);

  const Parts parts_;
  Digester digest_;
};

}  // namespace chartbell
