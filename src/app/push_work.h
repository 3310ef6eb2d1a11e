// PushWork: a push or a batch in work: its snapshots one after the other, its receipts in their
// order.
#pragma once

#include <optional>
#include <vector>

#include "app/push_call.h"
#include "source/push/batch_lines.h"
#include "source/push/snapshot.h"

namespace chartbell {

// On the source's turns.
class PushWork {
 public:
  // Reads as far as the first snapshot. A batch that cannot be unpacked fails as a whole.
  PushWork(PushCall call, const SnapshotRules& rules);

  NewOnes new_ones() const { return new_ones_; }
  // The next one; nothing at the end.
  const std::optional<Snapshot>& next() const { return next_; }
  // Takes it out: where its receipt belongs.
  std::pair<std::size_t, Snapshot> take();
  void receive(std::size_t place, PushReceipt receipt);
  const std::vector<PushReceipt>& receipts() const { return receipts_; }

  // Everything has its receipt, or the whole has failed.
  bool over() const { return fault_ || (!next_ && owed_ == 0); }
  void fail(const Error& error) { fault_ = error; }
  // Once, when it is over.
  void answer();
  std::size_t bytes() const { return bytes_; }

 private:
  void begin(PushedOne& one);
  void begin(PushedMany& many);
  void advance();
  std::int64_t line() const { return lines_ ? static_cast<std::int64_t>(lines_->number()) : 0; }
  void refuse(const Snapshot& read, const Error& error);

  const SnapshotRules& rules_;
  const std::size_t bytes_;
  NewOnes new_ones_ = NewOnes::kTold;
  PushDesk::Receipts done_;
  std::optional<BatchLines> lines_;
  std::optional<Snapshot> next_;
  std::int64_t next_line_ = 0;
  std::size_t owed_ = 0;
  std::vector<PushReceipt> receipts_;
  std::optional<Error> fault_;
};

}  // namespace chartbell
