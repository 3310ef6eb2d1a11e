#include "app/push_taker.h"

#include "base/check.h"
#include "detect/book.h"

namespace chartbell {
namespace {

using Status = PushReceipt::Status;

PushReceipt receipt_for(const Snapshot& snapshot) {
  return {.revision = snapshot.revision,
          .type = std::string(name(snapshot.kind)),
          .foreign_id = snapshot.foreign_id};
}

}  // namespace

Result<std::vector<PushReceipt>> PushTaker::take(std::vector<Snapshot> snapshots,
                                                 NewOnes new_ones) {
  CHECK(snapshots.size() <= kGroupMax);
  std::vector<PushReceipt> out;
  std::vector<Snapshot> applied;
  std::vector<PushedRevision> revisions;
  std::vector<ResourceKind> kinds;
  DirtyKeys dirty;
  for (auto& snapshot : snapshots) {
    const auto content = digest_(snapshot.content);
    TRY(auto receipt, judged(snapshot, content));
    out.push_back(std::move(receipt));
    kinds.push_back(snapshot.kind);
    if (out.back().status != Status::kApplied) continue;
    revisions.push_back({snapshot.kind, snapshot.foreign_id, snapshot.revision, content});
    dirty.add(snapshot.kind, snapshot.foreign_id);
    applied.push_back(std::move(snapshot));
  }
  parts_.reader.hold(std::move(applied));
  const auto telling = new_ones == NewOnes::kTold ? Telling::kAll : Telling::kNotNew;
  if (!revisions.empty())
    TRY_DO(parts_.detector.refresh_pushed(dirty, telling, std::move(revisions)));
  for (std::size_t i = 0; i < out.size(); ++i) {
    TRY(const auto known, parts_.store.reference(parts_.source, kinds[i], out[i].foreign_id));
    if (known) out[i].id = known->id;
  }
  return out;
}

Result<PushReceipt> PushTaker::judged(const Snapshot& snapshot, const Digest& content) {
  auto out = receipt_for(snapshot);
  TRY(const auto stored, parts_.store.revision(parts_.source, snapshot.kind, snapshot.foreign_id));
  if (!stored) {
    TRY(const bool may, may_be_made(snapshot));
    if (may) return out;
    out.status = Status::kRefused;
    out.reason = "foreign_id begins with \"" + std::string(kBookKeyPrefix) +
                 "\", as only that of what Chartbell made does";
    return out;
  }
  if (snapshot.revision > stored->revision) return out;
  if (snapshot.revision < stored->revision) {
    out.status = Status::kStale;
    out.revision = stored->revision;
  } else if (stored->content == content) {
    out.status = Status::kUnchanged;
  } else {
    out.status = Status::kConflict;
    out.reason = "revision " + std::to_string(snapshot.revision) + " is stored with other content";
  }
  return out;
}

Result<bool> PushTaker::may_be_made(const Snapshot& snapshot) {
  if (!snapshot.foreign_id.starts_with(kBookKeyPrefix)) return true;
  TRY(const auto known, parts_.store.reference(parts_.source, snapshot.kind, snapshot.foreign_id));
  return known.has_value();
}

}  // namespace chartbell
