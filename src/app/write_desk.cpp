#include "app/write_desk.h"

#include <algorithm>
#include <utility>

namespace chartbell {
namespace {

// A client waits for a first attempt for so long.
constexpr Milliseconds kPatience{5'000};

}  // namespace

void SourceWriteDesk::add(SourceId source, const RecordWriter& writer, TurnTaker& taker) {
  sources_.emplace(source, Writing{writer, taker});
}

void SourceWriteDesk::wake(SourceId source) {
  if (const auto found = sources_.find(source); found != sources_.end())
    turns_.wake(found->second.taker);
}

bool SourceWriteDesk::takes(SourceId source, ResourceKind kind, WriteAction action) const {
  const auto found = sources_.find(source);
  return found != sources_.end() && found->second.writer.takes(kind, action);
}

bool SourceWriteDesk::takes(SourceId source, ResourceKind kind, WriteAction action,
                            std::string_view path) const {
  const auto found = sources_.find(source);
  return found != sources_.end() && found->second.writer.takes(kind, action, path);
}

Light SourceWriteDesk::light(SourceId source) const {
  const auto all = board_.sources();
  const auto found = std::ranges::find(all, source, &SyncStatus::id);
  return found == all.end() ? Light::kRed : found->write;
}

Result<RecordWrite> SourceWriteDesk::accept(NewWrite write) {
  const auto source = write.source;
  TRY(auto accepted, book_.accept(std::move(write)));
  wake(source);
  return accepted;
}

// Nobody can have ended it before it waits here: the lock is held until then.
void SourceWriteDesk::accept(NewWrite write, Done done) {
  const auto source = write.source;
  Result<RecordWrite> accepted;
  {
    const std::lock_guard lock(mutex_);
    accepted = book_.accept(std::move(write));
    if (accepted) waiting_.emplace(accepted->id, done);
  }
  if (!accepted) return done(std::move(accepted));
  wake(source);
  loop_.after(kPatience, [this, write = *accepted] {
    if (const auto waiting = take_waiting(write.id)) waiting(write);
  });
}

SourceWriteDesk::Done SourceWriteDesk::take_waiting(WriteId id) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return {};
  auto done = std::move(found->second);
  waiting_.erase(found);
  return done;
}

void SourceWriteDesk::ended(const RecordWrite& write) {
  if (const auto waiting = take_waiting(write.id)) waiting(write);
}

Result<Page<RecordWrite, WriteId>> SourceWriteDesk::writes(const WriteQuery& query) {
  return book_.writes(query);
}

}  // namespace chartbell
