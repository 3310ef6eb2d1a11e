// What detection remembers, in SQLite.
#pragma once

#include <atomic>

#include "detect/ports.h"
#include "store/core.h"
#include "store/event_log.h"
#include "store/record_index.h"

namespace chartbell {

// The name under which a resource's document is sealed.
std::string state_record(InstitutionId institution, ResourceId id);

class SqliteResourceStore final : public ResourceStore {
 public:
  // `core` and `log` outlive the store. What a store of an earlier schema holds is indexed first.
  static Result<std::unique_ptr<SqliteResourceStore>> open(StoreCore& core, EventLog& log);

  Result<std::vector<KnownResource>> known_between(SourceRef source, ResourceKind kind,
                                                   const std::optional<ForeignKey>& after,
                                                   const std::optional<ForeignKey>& upto,
                                                   std::size_t limit) override;
  Result<std::vector<KnownResource>> known_of(SourceRef source, ResourceKind kind,
                                              std::span<const ForeignKey> keys) override;
  Result<std::optional<HeldResource>> held(SourceRef source, ResourceKind kind,
                                           const ForeignKey& key) override;
  Result<std::optional<HeldResource>> held(SourceRef source, ResourceKind kind,
                                           ResourceId id) override;
  Result<std::optional<Reference>> reference(SourceRef source, ResourceKind kind,
                                             const ForeignKey& key) override;
  Result<std::int64_t> count_live(SourceRef source, ResourceKind kind) override;
  Result<PassState> pass_state(SourceRef source, ResourceKind kind) override;
  Result<std::optional<std::string>> position(SourceRef source) override;
  Result<std::optional<PushedRevision>> revision(SourceRef source, ResourceKind kind,
                                                 const ForeignKey& key) override;
  Result<std::optional<Booking>> booking(InstitutionId institution,
                                         ResourceId appointment) override;
  ResourceId allot_id() override { return {++last_id_}; }
  Result<void> commit(DetectedBatch batch) override;

  // The record system's key behind an id of ours; nothing for an unknown id.
  Result<std::optional<ForeignKey>> key_of(InstitutionId institution, ResourceId id);

 private:
  SqliteResourceStore(StoreCore& core, EventLog& log, std::int64_t last_id)
      : core_(core), log_(log), words_(search_words(core)), last_id_(last_id) {}
  Result<std::optional<KnownResource>> known(SqliteDb& db, SourceRef source, ResourceKind kind,
                                             const ForeignKey& key, WallTime* created_at);

  StoreCore& core_;
  EventLog& log_;
  const SearchWords words_;
  std::atomic<std::int64_t> last_id_;
};

}  // namespace chartbell
