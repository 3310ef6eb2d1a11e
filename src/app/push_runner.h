// PushRunner: one source that is pushed, or a book, on the threads of the pool.
//
// Calls wait in its inbox, whatever thread they come on; a turn takes what waits, commits as much
// of it together as one commit may hold, and answers when that is on disk. Calls are taken in the
// order in which they came.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/push_inbox.h"
#include "app/push_taker.h"
#include "app/push_work.h"
#include "app/source_lights.h"
#include "app/source_runner.h"
#include "app/turn_pool.h"

namespace chartbell {

class PushRunner final : public TurnTaker {
 public:
  // `wake` brings about a turn, from any thread.
  static Result<std::unique_ptr<PushRunner>> open(const SourceConfig& config,
                                                  SourceIdentity identity,
                                                  SourceSurroundings& surroundings,
                                                  std::function<void(TurnTaker&)> wake);
  // Answers what still waits.
  ~PushRunner() override;

  // From any thread; false where too much waits already, and the call is as it was.
  bool put(PushCall& call);
  bool is_book() const { return config_.is_book(); }
  bool serves(LocationId location) const;

  Rest turn() override;

 private:
  using Works = std::deque<std::unique_ptr<PushWork>>;
  // What one commit takes: snapshots, and where the receipt of each belongs.
  struct Group {
    NewOnes new_ones = NewOnes::kTold;
    std::vector<Snapshot> snapshots;
    std::vector<std::pair<PushWork*, std::size_t>> places;
    std::set<std::pair<ResourceKind, std::string>> keys;
  };

  PushRunner(SourceConfig config, SourceIdentity identity, SourceSurroundings& surroundings,
             std::function<void(TurnTaker&)> wake);
  Result<void> prepare();
  void take_turn();
  void act(BookAct& act);
  Group next_group();
  bool fill(Group& group, PushWork& work) const;
  void commit(Group group);
  void answer_those_over();
  void count(const std::vector<PushReceipt>& receipts);
  void show(bool now);
  SyncStatus status() const;

  const SourceConfig config_;
  const SourceIdentity identity_;
  SourceSurroundings& surroundings_;
  const std::function<void(TurnTaker&)> wake_;
  const SnapshotRules rules_;
  PushInbox inbox_;
  // On the source's turns.
  std::deque<PushCall> calls_;  // taken, not begun
  Works works_;                 // begun, not answered
  IdBook ids_;
  PushReader reader_;
  Detector detector_;
  PushTaker taker_;
  std::optional<Book> book_;
  SourceLights lights_;
  PushCounts counts_;
  std::optional<SourceFault> last_fault_;
  SteadyTime shown_at_{};
};

}  // namespace chartbell
