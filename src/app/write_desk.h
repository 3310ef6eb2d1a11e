// The desk at which writes are accepted: into the book, then the source that writes them is woken.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "api/ports.h"
#include "app/board.h"
#include "app/turn_pool.h"
#include "net/event_loop.h"
#include "store/write_book.h"
#include "write/ports.h"

namespace chartbell {

// Thread-safe. Whoever waits for a first attempt is told on `loop` when that takes too long.
class SourceWriteDesk final : public WriteDesk {
 public:
  // All references outlive it.
  SourceWriteDesk(SqliteWriteBook& book, const Board& board, TurnPool& turns, EventLoop& loop)
      : book_(book), board_(board), turns_(turns), loop_(loop) {}

  // Before anything is accepted: who writes into a source, and whose turn it is then.
  void add(SourceId source, const RecordWriter& writer, TurnTaker& taker);
  // An attempt has ended, whatever came of it.
  void ended(const RecordWrite& write);
  void wake(SourceId source);

  bool takes(SourceId source, ResourceKind kind, WriteAction action) const override;
  bool takes(SourceId source, ResourceKind kind, WriteAction action,
             std::string_view path) const override;
  Light light(SourceId source) const override;
  Result<RecordWrite> accept(NewWrite write) override;
  void accept(NewWrite write, std::function<void(Result<RecordWrite>)> done) override;
  Result<Page<RecordWrite, WriteId>> writes(const WriteQuery& query) override;

 private:
  using Done = std::function<void(Result<RecordWrite>)>;
  struct Writing {
    const RecordWriter& writer;
    TurnTaker& taker;
  };
  Done take_waiting(WriteId id);

  SqliteWriteBook& book_;
  const Board& board_;
  TurnPool& turns_;
  EventLoop& loop_;
  std::map<SourceId, Writing> sources_;
  std::mutex mutex_;
  std::map<WriteId, Done> waiting_;  // guarded by mutex_
};

}  // namespace chartbell
