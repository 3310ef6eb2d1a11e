// Reading anew what wake-ups named.
#include <algorithm>

#include "base/check.h"
#include "detect/detector.h"

namespace chartbell {
namespace {

constexpr std::size_t kKeysPerRead = 500;
constexpr std::size_t kKeysPerListRead = 5'000;
// More found than this is committed in parts, so that no transaction grows without bound.
constexpr std::size_t kBatchWritesMax = 2'000;

// What is in one of two ascending lists and not in the other.
std::vector<ForeignKey> difference(const std::vector<ForeignKey>& there,
                                   const std::vector<KnownResource>& known) {
  std::vector<ForeignKey> live;
  for (const auto& row : known)
    if (row.presence == Presence::kLive) live.push_back(row.key);
  std::vector<ForeignKey> out;
  std::ranges::set_symmetric_difference(there, live, std::back_inserter(out));
  return out;
}

}  // namespace

DirtyKeys Detector::all(Extent extent) const {
  DirtyKeys out;
  for (const auto& rules : reader_.kinds()) out.widen(rules.kind, extent);
  return out;
}

Result<RefreshReport> Detector::refresh(const DirtyKeys& dirty,
                                        const std::optional<std::string>& position) {
  RefreshReport report;
  DetectedBatch batch{.source = options_.source};
  auto done = refresh_kinds(dirty, std::nullopt, report.changes, batch);
  if (done && (report.changes.changes() > 0 || !ids_.fresh().empty())) {
    batch.position = position;
    done = commit(std::move(batch));
    report.position_stored = position.has_value();
  }
  if (done) return report;
  ids_.forget();
  return std::unexpected(done.error());
}

Result<CycleReport> Detector::refresh_pushed(const DirtyKeys& dirty, Telling telling,
                                             std::vector<PushedRevision> revisions) {
  CHECK(dirty.keys() <= kTogetherMax);
  CycleReport report;
  DetectedBatch batch{.source = options_.source};
  auto done = refresh_kinds(dirty, telling, report, batch);
  if (done) {
    batch.revisions = std::move(revisions);
    done = commit(std::move(batch));
  }
  if (done) return report;
  ids_.forget();
  return std::unexpected(done.error());
}

Result<void> Detector::refresh_kinds(const DirtyKeys& dirty, std::optional<Telling> told,
                                     CycleReport& report, DetectedBatch& batch) {
  for (std::size_t index = 0; index < kinds(); ++index) {
    const auto& rules = reader_.kinds()[index];
    const auto found = dirty.kinds().find(rules.kind);
    if (found == dirty.kinds().end()) continue;
    // A patient that an appointment brought along is stored before patients are compared.
    const bool brought = std::ranges::any_of(
        batch.writes, [&](const auto& write) { return write.kind == rules.kind; });
    if (brought) TRY_DO(flush(batch));
    TRY(const auto by_passes, telling(rules));
    KindInWork work{.rules = rules, .telling = told.value_or(by_passes), .report = report};
    TRY_DO(refresh_kind(work, index, found->second, batch));
  }
  return {};
}

Result<void> Detector::refresh_kind(KindInWork& work, std::size_t index,
                                    const DirtyKeys::OfKind& dirty, DetectedBatch& batch) {
  const auto kind = work.rules.kind;
  auto named = dirty.keys;
  if (dirty.extent == Extent::kKeyList) TRY_DO(add_came_and_gone(kind, named));
  if (dirty.extent == Extent::kAll || named.size() > DirtyKeys::kKeysMax) {
    TRY_DO(flush(batch));
    return pass_over(index, work.report);
  }
  const std::vector<ForeignKey> keys(named.begin(), named.end());
  std::vector<KnownResource> missing;
  for (std::size_t at = 0; at < keys.size(); at += kKeysPerRead) {
    const auto part = std::span(keys).subspan(at, std::min(kKeysPerRead, keys.size() - at));
    TRY_DO(refresh_keys(work, part, missing, batch));
    if (batch.writes.size() > kBatchWritesMax) TRY_DO(flush(batch));
  }
  return remove_all(work, missing,
                    dirty.extent == Extent::kKeys ? Compared::kSomeKeys : Compared::kAllKeys,
                    batch);
}

Result<void> Detector::refresh_keys(KindInWork& work, std::span<const ForeignKey> keys,
                                    std::vector<KnownResource>& missing, DetectedBatch& batch) {
  const auto kind = work.rules.kind;
  TRY(const auto rows, reader_.read_keys(kind, keys));
  TRY(const auto known, store_.known_of(options_.source, kind, keys));
  std::vector<Digest> digests;
  for (const auto& row : rows) digests.push_back(digest_(row.document));
  const auto findings = merge(known, rows, digests);
  work.report.rows += static_cast<std::int64_t>(rows.size());
  work.report.same += static_cast<std::int64_t>(keys.size() - findings.size());
  teller_.expect_children(work, findings);
  for (const auto& finding : findings) {
    if (finding.kind == FindingKind::kMissing) {
      missing.push_back(*finding.known);
    } else {
      TRY_DO(teller_.change(work, finding, batch));
    }
  }
  return {};
}

// While removals of the kind are withheld, some more of them wait for the next comparison of all.
Result<void> Detector::remove_all(KindInWork& work, const std::vector<KnownResource>& missing,
                                  Compared compared, DetectedBatch& batch) {
  const auto kind = work.rules.kind;
  const auto count = static_cast<std::int64_t>(missing.size());
  if (compared == Compared::kSomeKeys && (missing.empty() || guard_.withholds(kind))) return {};
  TRY(const bool fine, admitted(kind, count));
  if (fine) {
    for (const auto& known : missing) {
      TRY_DO(teller_.remove(work, known, batch));
      if (batch.writes.size() > kBatchWritesMax) TRY_DO(flush(batch));
    }
    guard_.told(kind, count);
  }
  return release_or_withhold(kind, count, compared, fine);
}

Result<void> Detector::pass_over(std::size_t index, CycleReport& report) {
  Scan scan{.place = {.kind = index}};
  while (scan.place.kind == index) TRY_DO(step(scan));
  report.rows += scan.report.rows;
  report.created += scan.report.created;
  report.updated += scan.report.updated;
  report.removed += scan.report.removed;
  return {};
}

// Beside what is named already. Stops where so much is found that reading every row is the shorter
// way.
Result<void> Detector::add_came_and_gone(ResourceKind kind, std::set<ForeignKey>& keys) {
  std::optional<ForeignKey> after;
  while (keys.size() <= DirtyKeys::kKeysMax) {
    TRY(auto there, reader_.read_key_list(kind, after, kKeysPerListRead));
    std::optional<ForeignKey> upto;
    if (!there.last) upto = there.keys.back();
    const std::size_t portion = kKeysPerListRead * 2;
    TRY(const auto known, store_.known_between(options_.source, kind, after, upto, portion));
    if (known.size() == portion) {
      upto = known.back().key;
      there.keys.erase(std::ranges::upper_bound(there.keys, *upto), there.keys.end());
    }
    for (auto& key : difference(there.keys, known)) keys.insert(std::move(key));
    if (!upto) return {};
    after = upto;
  }
  return {};
}

Result<void> Detector::flush(DetectedBatch& batch) {
  DetectedBatch full{.source = options_.source};
  std::swap(full, batch);
  return commit(std::move(full));
}

}  // namespace chartbell
