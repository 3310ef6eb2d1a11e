// MemoryResourceStore: what a store holds for detect, in maps that a test can look into.
//
// A copy is what is on the disk. Commits fail as often as a test says; a failed one leaves nothing.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "detect/ports.h"

namespace chartbell {

class MemoryResourceStore final : public ResourceStore {
 public:
  Result<std::vector<KnownResource>> known_between(SourceRef source, ResourceKind kind,
                                                   const std::optional<ForeignKey>& after,
                                                   const std::optional<ForeignKey>& upto,
                                                   std::size_t limit) override {
    std::vector<KnownResource> out;
    for (const auto& [key, held] : of(source, kind)) {
      const bool inside = (!after || *after < key) && (!upto || !(*upto < key));
      if (inside && out.size() < limit) out.push_back(held.known);
    }
    return out;
  }

  Result<std::vector<KnownResource>> known_of(SourceRef source, ResourceKind kind,
                                              std::span<const ForeignKey> keys) override {
    std::vector<KnownResource> out;
    const auto& resources = of(source, kind);
    for (const auto& key : keys)
      if (const auto found = resources.find(key); found != resources.end())
        out.push_back(found->second.known);
    return out;
  }

  Result<std::optional<HeldResource>> held(SourceRef source, ResourceKind kind,
                                           const ForeignKey& key) override {
    const auto& resources = of(source, kind);
    const auto found = resources.find(key);
    return found == resources.end() ? std::nullopt : std::optional(found->second);
  }

  Result<std::optional<HeldResource>> held(SourceRef source, ResourceKind kind,
                                           ResourceId id) override {
    for (const auto& [key, held] : of(source, kind))
      if (held.known.id == id) return std::optional(held);
    return std::optional<HeldResource>();
  }

  Result<std::optional<Reference>> reference(SourceRef source, ResourceKind kind,
                                             const ForeignKey& key) override {
    const auto& resources = of(source, kind);
    const auto found = resources.find(key);
    if (found == resources.end()) return std::optional<Reference>();
    return std::optional(Reference{found->second.known.id, found->second.created_at});
  }

  Result<std::int64_t> count_live(SourceRef source, ResourceKind kind) override {
    return std::ranges::count_if(of(source, kind), [](const auto& entry) {
      return entry.second.known.presence == Presence::kLive;
    });
  }

  Result<PassState> pass_state(SourceRef source, ResourceKind kind) override {
    return passes_[{source, kind}];
  }

  Result<std::optional<std::string>> position(SourceRef source) override {
    const auto found = positions_.find(source);
    return found == positions_.end() ? std::nullopt : std::optional(found->second);
  }

  Result<std::optional<PushedRevision>> revision(SourceRef source, ResourceKind kind,
                                                 const ForeignKey& key) override {
    const auto& of_kind = revisions_[{source, kind}];
    const auto found = of_kind.find(key);
    return found == of_kind.end() ? std::nullopt : std::optional(found->second);
  }

  Result<std::optional<Booking>> booking(InstitutionId, ResourceId appointment) override {
    const auto found = bookings.find(appointment);
    return found == bookings.end() ? std::nullopt : std::optional(found->second);
  }

  ResourceId allot_id() override { return ResourceId{++last_id_}; }

  Result<void> commit(DetectedBatch batch) override {
    if (commits_left && *commits_left == 0) return failure(Code::kNoSpace, "the disk is full");
    if (commits_left) --*commits_left;
    ++commits;
    for (const auto& [kind, resource] : batch.writes) {
      auto& resources = resources_[{batch.source, kind}];
      // A reference never overwrites what is known already.
      if (resource.known.presence == Presence::kReferenced)
        resources.try_emplace(resource.known.key, resource);
      else
        resources.insert_or_assign(resource.known.key, resource);
    }
    if (batch.pass) passes_[{batch.source, batch.pass->first}] = batch.pass->second;
    for (const auto& revision : batch.revisions)
      revisions_[{batch.source, revision.kind}].insert_or_assign(revision.key, revision);
    for (const auto& row : batch.bookings) bookings.insert_or_assign(row.appointment, row);
    if (batch.position) positions_[batch.source] = *batch.position;
    for (auto& event : batch.events) events.push_back(event);
    batches.push_back(std::move(batch));
    return {};
  }

  // What a new process finds: ids that no commit carried are given again.
  MemoryResourceStore restarted() const {
    MemoryResourceStore out = *this;
    out.commits_left.reset();
    out.last_id_ = 0;
    for (const auto& [scope, resources] : resources_)
      for (const auto& [key, held] : resources)
        out.last_id_ = std::max(out.last_id_, held.known.id.value);
    return out;
  }

  const std::map<ForeignKey, HeldResource>& of(SourceRef source, ResourceKind kind) {
    return resources_[{source, kind}];
  }

  // This many commits succeed, the rest fail; all of them where nothing is set.
  std::optional<int> commits_left;
  int commits = 0;
  std::vector<NewEvent> events;
  std::vector<DetectedBatch> batches;
  std::map<ResourceId, Booking> bookings;

 private:
  using Scope = std::pair<SourceRef, ResourceKind>;
  std::map<Scope, std::map<ForeignKey, HeldResource>> resources_;
  std::map<Scope, PassState> passes_;
  std::map<Scope, std::map<ForeignKey, PushedRevision>> revisions_;
  std::map<SourceRef, std::string> positions_;
  std::int64_t last_id_ = 0;
};

}  // namespace chartbell
