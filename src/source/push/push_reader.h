// PushReader: a record system that is not read but says by itself what it has.
//
// It holds what was pushed last, and gives that to whoever reads those keys; whatever was pushed as
// gone is not there. It knows nothing else, so it must not be read from end to end.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "detect/ports.h"
#include "source/push/snapshot.h"

namespace chartbell {

// The rules by which what was pushed becomes states and events.
std::vector<KindRules> push_rules(const std::vector<ResourceKind>& kinds);

// A resource of the source's thread; references outlive it.
class PushReader final : public ResourceReader {
 public:
  struct Parts {
    InstitutionId institution;
    std::string foreign_id_type;
    const SnapshotRules& rules;
    ReferenceIds& ids;
  };
  explicit PushReader(Parts parts);

  // What is there, until the next call; each resource once.
  void hold(std::vector<Snapshot> snapshots);

  const std::vector<KindRules>& kinds() const override { return kinds_; }
  Result<FreshChunk> read_after(ResourceKind kind, const std::optional<ForeignKey>& after,
                                std::size_t limit) override;
  Result<KeyChunk> read_key_list(ResourceKind kind, const std::optional<ForeignKey>& after,
                                 std::size_t limit) override;
  Result<std::vector<FreshResource>> read_keys(ResourceKind kind,
                                               std::span<const ForeignKey> keys) override;
  Result<std::vector<FreshChild>> read_children(ResourceKind kind,
                                                std::span<const ForeignKey> parents) override;
  std::string date_at(WallTime time) const override;

 private:
  const Snapshot* find(ResourceKind kind, const ForeignKey& key) const;
  const SourceLocation& place_of(const Snapshot& snapshot) const;
  Result<Document> render(const Snapshot& snapshot);
  std::string own_leaf(std::string_view path, const Snapshot& snapshot) const;

  const Parts parts_;
  const std::vector<KindRules> kinds_;
  std::map<std::pair<ResourceKind, std::string>, Snapshot> held_;
};

}  // namespace chartbell
