// IdBook: our ids for one source's keys, while rows are rendered and until they are committed.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "detect/ports.h"
#include "source/ports.h"

namespace chartbell {

// A resource of the source's thread. New ids become true with the batch that carries fresh(); until
// then only this book knows them.
class IdBook final : public ReferenceIds {
 public:
  IdBook(SourceRef source, ResourceStore& store, const Clock& clock)
      : source_(source), store_(store), clock_(clock) {}

  Result<Reference> reference_to(ResourceKind kind, const ForeignKey& key) override;
  // The id for a row that is itself about to be written, so that no bare reference is.
  Reference id_for_new(ResourceKind kind, const ForeignKey& key);

  // A key is known to have an id already, whatever this book thought.
  void adopt(ResourceKind kind, const ForeignKey& key, const Reference& reference);

  // The key of an id that no batch has carried yet.
  std::optional<ForeignKey> key_of(ResourceId id) const;
  // References that no batch has carried yet, as writes.
  std::vector<DetectedBatch::Write> fresh() const;
  void committed();
  // After a batch that failed or was given up: what was handed out since the last commit never
  // happened.
  void forget();

 private:
  using Key = std::pair<ResourceKind, ForeignKey>;
  struct HashKey {
    std::size_t operator()(const Key& key) const {
      // Apart for kinds whose keys are the same numbers.
      return std::hash<ForeignKey>()(key.second) * 31 + static_cast<std::size_t>(key.first);
    }
  };
  static constexpr std::size_t kCacheEntriesMax = 500'000;

  const SourceRef source_;
  ResourceStore& store_;
  const Clock& clock_;
  std::unordered_map<Key, Reference, HashKey> cache_;  // asked for each reference of each row
  std::map<Key, Reference> fresh_;
};

}  // namespace chartbell
