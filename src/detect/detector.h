// Detector: finds what changed in one source and commits it: states, events and position together.
//
// Whatever wakes it, it reads rows anew, merges them with what is stored for the same keys, and
// commits what differs. So reading something twice, or once too often, never does harm: the digests
// of what was committed are equal the next time.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/digest.h"
#include "detect/id_book.h"
#include "detect/merge.h"
#include "detect/ports.h"
#include "detect/removal_guard.h"
#include "detect/scan.h"
#include "detect/teller.h"
#include "model/dirty_keys.h"

namespace chartbell {

struct DetectorOptions {
  SourceRef source;
  std::string subdomain;
  std::string digest_key;
  bool initial_events = false;    // the baseline tells what it finds
  std::size_t chunk_rows = 2000;  // a longer read of a MyISAM table holds the practice up
  // A pass that would remove more than this many resources of a kind, or more than
  // max(50, 5 % of them) where nothing is set, removes none and is guarded.
  std::optional<std::int64_t> removals_max;
};

struct RefreshReport {
  CycleReport changes;
  bool position_stored = false;  // not where there was nothing else to commit
};

// A row that is not as it is stored.
struct Suspect {
  ForeignKey key;
  bool came_or_went;  // rather than changed
};

struct Suspects {
  ResourceKind kind = ResourceKind::kPatient;
  std::vector<Suspect> keys;
  std::int64_t rows = 0;  // that were looked at
  ScanPlace next;         // where to look next; the beginning after the last kind
};

// A resource of the source's thread. `reader` is told ids by `ids`; all references outlive it.
class Detector {
 public:
  // `adoption`: where Chartbell itself writes into the record system.
  Detector(DetectorOptions options, ResourceReader& reader, ResourceStore& store, IdBook& ids,
           const Clock& clock, Adoption* adoption = nullptr);

  // Reads and commits the next chunk of a pass over every kind. The errors of reader and store; the
  // scan stands where it stood then.
  Result<void> step(Scan& scan);
  // A whole pass at once; kGuard after all kinds were read.
  Result<CycleReport> cycle();

  // Reads what is dirty anew, in the mapping's order of kinds. `position` is committed with the
  // last of what was found; alone it is not, see keep(). Before kAll, and where very much was
  // found, earlier parts are commits of their own.
  Result<RefreshReport> refresh(const DirtyKeys& dirty, const std::optional<std::string>& position);
  // The same for a source that says itself what it has: all that was found is committed together
  // with `revisions`, and told as `telling` says. At most kTogetherMax keys.
  Result<CycleReport> refresh_pushed(const DirtyKeys& dirty, Telling telling,
                                     std::vector<PushedRevision> revisions);
  static constexpr std::size_t kTogetherMax = 1'000;
  // Commits a position alone.
  Result<void> keep(const std::string& position);
  // What a commit last carried.
  Result<std::optional<std::string>> position() { return store_.position(options_.source); }

  // Compares a chunk of `limit` rows at most with what is stored; commits and tells nothing.
  Result<Suspects> look(const ScanPlace& place, std::size_t limit);

  // True once every kind has been read to its end.
  Result<bool> baseline_done();
  // True until every kind has been read to its end by the mapping as it is now.
  Result<bool> wants_scan();
  RemovalGuard& guard() { return guard_; }
  void disconnect() { reader_.disconnect(); }
  std::size_t kinds() const { return reader_.kinds().size(); }
  // Every kind, to the same extent.
  DirtyKeys all(Extent extent) const;

 private:
  // The rows of a range of keys, and how they differ from what is stored.
  struct Chunk;
  enum class Compared : std::uint8_t { kSomeKeys, kAllKeys };

  Result<void> step_in(Scan& scan, const KindRules& rules);
  Result<void> end_kind(Scan& scan, const KindRules& rules);
  Result<Telling> telling(const KindRules& rules);
  Result<void> read_chunk(ResourceKind kind, const std::optional<ForeignKey>& after,
                          std::size_t limit, Chunk& chunk);
  Result<void> take(Scan& scan, KindInWork& work, const std::vector<Finding>& findings);
  Result<void> remove_missing(Scan& scan, KindInWork& work);
  Result<bool> admitted(ResourceKind kind, std::int64_t missing);
  Result<void> release_or_withhold(ResourceKind kind, std::int64_t missing, Compared compared,
                                   bool admitted);

  Result<void> refresh_kinds(const DirtyKeys& dirty, std::optional<Telling> telling,
                             CycleReport& report, DetectedBatch& batch);
  Result<void> refresh_kind(KindInWork& work, std::size_t index, const DirtyKeys::OfKind& dirty,
                            DetectedBatch& batch);
  Result<void> refresh_keys(KindInWork& work, std::span<const ForeignKey> keys,
                            std::vector<KnownResource>& missing, DetectedBatch& batch);
  Result<void> remove_all(KindInWork& work, const std::vector<KnownResource>& missing,
                          Compared compared, DetectedBatch& batch);
  Result<void> pass_over(std::size_t index, CycleReport& report);
  Result<void> add_came_and_gone(ResourceKind kind, std::set<ForeignKey>& keys);
  Result<void> flush(DetectedBatch& batch);
  Result<void> commit(DetectedBatch batch);

  const DetectorOptions options_;
  ResourceReader& reader_;
  ResourceStore& store_;
  IdBook& ids_;
  Digester digest_;
  Teller teller_;
  RemovalGuard guard_;
};

}  // namespace chartbell
