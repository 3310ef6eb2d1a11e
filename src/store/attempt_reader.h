// AttemptReader: the attempts that were recorded, read back: failures from their rows, successes
// out of the blocks in which they were packed.
//
// An order over both: a failure stands at its own time, a success at its block's, which is up to
// an attempt's duration earlier. Lists go by it, so that they can go on where they stopped.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "api/ports.h"
#include "store/core.h"

namespace chartbell {

// The newest first.
void sort_by_time(std::vector<Attempt>& attempts);

// Not thread-safe. Each question looks at a bounded number of attempts.
class AttemptReader {
 public:
  // Both outlive the reader.
  AttemptReader(SqliteDb& db, const Sealer& sealer) : db_(db), sealer_(sealer) {}

  Result<Page<Attempt, AttemptPosition>> page(const AttemptQuery& query);
  // The failures of one delivery, the newest first.
  Result<std::vector<Attempt>> failures(const DeliveryKey& key);
  // Successes of this event at these endpoints, at `from` or soon afterwards.
  Result<std::vector<Attempt>> successes(InstitutionId institution, EventSeq seq,
                                         const std::set<EndpointId>& endpoints, WallTime from);

 private:
  struct Block {
    std::int64_t id = 0;
    std::int64_t at_ms = 0;
    std::vector<Attempt> attempts;
  };
  struct Merge;

  Result<std::optional<Block>> next_block(SqliteStatement& select);
  Result<std::optional<Attempt>> next_failure(SqliteStatement& select, EndpointId endpoint);
  Result<bool> stands(const Attempt& attempt, DeliveryState state);
  Result<void> take_failure(Merge& merge);
  Result<void> take_block(Merge& merge);

  SqliteDb& db_;
  const Sealer& sealer_;
  std::size_t attempts_left_ = 0;  // that the question under way may look at
};

}  // namespace chartbell
