// Detector: finds what changed in one source and commits it: states, events and position together.
//
// A cycle reads every kind of the mapping in order, chunk by chunk, merges each chunk with what is
// stored for the same range of keys, and commits what differs. A crash between two commits repeats
// only reading: the digests of what was committed are equal the next time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/digest.h"
#include "detect/id_book.h"
#include "detect/merge.h"
#include "detect/ports.h"

namespace chartbell {

struct CycleReport {
  std::int64_t rows = 0;
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
};

struct DetectorOptions {
  SourceRef source;
  std::string subdomain;
  std::string digest_key;
  bool initial_events = false;    // the baseline tells what it finds
  std::size_t chunk_rows = 2000;  // a longer read of a MyISAM table holds the practice up
  // A pass that would remove more than this many resources of a kind, or more than
  // max(50, 5 % of them) where nothing is set, removes none and fails with kGuard.
  std::optional<std::int64_t> removals_max;
};

// A resource of the source's thread. `reader` is told ids by `ids`; all references outlive it.
class Detector {
 public:
  Detector(DetectorOptions options, ResourceReader& reader, ResourceStore& store, IdBook& ids,
           const Clock& clock);

  // One pass over every kind. The errors of reader and store; kGuard after all kinds were read.
  Result<CycleReport> cycle();
  // True once every kind has been read to its end.
  Result<bool> baseline_done();

 private:
  // Which findings of a pass become events.
  enum class Telling : std::uint8_t { kAll, kNotNew, kNothing };
  struct Pass;

  Result<void> pass(const KindRules& rules);
  Result<Telling> telling(const KindRules& rules);
  Result<void> read_chunk(Pass& pass);
  Result<void> take(Pass& pass, const std::vector<Finding>& findings);
  Result<void> remove_missing(Pass& pass);
  Result<void> guard(const Pass& pass);
  Result<void> change(Pass& pass, const Finding& finding, DetectedBatch& batch);
  Result<void> remove(Pass& pass, const KnownResource& known, DetectedBatch& batch);
  Result<void> tell(Pass& pass, const HeldResource& now, const CatalogueRow* row,
                    const Document& previous, DetectedBatch& batch);
  Result<std::string> shown_patient(const HeldResource& appointment, const std::string& path,
                                    DetectedBatch& batch);
  Result<HeldResource> patient_now(ResourceId id, DetectedBatch& batch);
  Result<std::string> finish(const HeldResource& held);
  Result<void> load_children(Pass& pass, const std::vector<Finding>& findings);
  Result<std::vector<std::string>> shown_children(const Pass& pass, const ForeignKey& parent);
  Result<void> commit(DetectedBatch batch);

  const DetectorOptions options_;
  ResourceReader& reader_;
  ResourceStore& store_;
  IdBook& ids_;
  const Clock& clock_;
  Digester digest_;
  CycleReport report_;
};

}  // namespace chartbell
