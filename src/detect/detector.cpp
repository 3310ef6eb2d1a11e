#include "detect/detector.h"

#include <algorithm>

#include "base/log.h"

namespace chartbell {

struct Detector::Chunk {
  std::vector<FreshResource> rows;
  std::vector<KnownResource> known;
  std::vector<Digest> digests;
  std::vector<Finding> findings;   // into `rows` and `known`
  std::optional<ForeignKey> upto;  // the range's last key; open at the end of the kind
};

namespace {

constexpr std::size_t kKeysPerRead = 500;
// An emptied table of a very large practice; more is withheld without being counted to its end.
constexpr std::size_t kMissingMax = 1'000'000;

}  // namespace

Detector::Detector(DetectorOptions options, ResourceReader& reader, ResourceStore& store,
                   IdBook& ids, const Clock& clock, Adoption* adoption)
    : options_(std::move(options)),
      reader_(reader),
      store_(store),
      ids_(ids),
      digest_(options_.digest_key),
      teller_({.source = options_.source,
               .subdomain = options_.subdomain,
               .reader = reader,
               .store = store,
               .ids = ids,
               .clock = clock,
               .digest = digest_,
               .adoption = adoption}),
      guard_(options_.removals_max, clock) {}

Result<CycleReport> Detector::cycle() {
  Scan scan;
  while (!scan.ended) TRY_DO(step(scan));
  if (scan.guarded) return std::unexpected(guard_error(guard_.withheld()));
  return scan.report;
}

Result<bool> Detector::baseline_done() {
  for (const auto& rules : reader_.kinds()) {
    TRY(const auto state, store_.pass_state(options_.source, rules.kind));
    if (!state.baseline_done) return false;
  }
  return true;
}

Result<bool> Detector::wants_scan() {
  for (const auto& rules : reader_.kinds()) {
    TRY(const auto state, store_.pass_state(options_.source, rules.kind));
    if (!state.baseline_done || state.version != rules.version) return true;
  }
  return false;
}

Result<Telling> Detector::telling(const KindRules& rules) {
  TRY(const auto state, store_.pass_state(options_.source, rules.kind));
  if (!state.baseline_done) return options_.initial_events ? Telling::kAll : Telling::kNotNew;
  if (state.version == rules.version) return Telling::kAll;
  log_warning("mapping_changed", {{"source", options_.source.source.value},
                                  {"kind", name(rules.kind)},
                                  {"consequence", "states are rendered anew, without events"}});
  return Telling::kNothing;
}

Result<void> Detector::step(Scan& scan) {
  scan.ended = scan.place.kind == kinds();
  if (scan.ended) return {};
  auto done = step_in(scan, reader_.kinds()[scan.place.kind]);
  if (!done) ids_.forget();  // what was handed out for a batch that was never committed
  return done;
}

Result<void> Detector::step_in(Scan& scan, const KindRules& rules) {
  if (!scan.telling) {
    TRY(scan.telling, telling(rules));
  }
  if (scan.rows_ended) return end_kind(scan, rules);
  Chunk chunk;
  TRY_DO(read_chunk(rules.kind, scan.place.after, options_.chunk_rows, chunk));
  KindInWork work{.rules = rules, .telling = *scan.telling, .report = scan.report};
  TRY_DO(take(scan, work, chunk.findings));
  scan.report.rows += static_cast<std::int64_t>(chunk.rows.size());
  scan.place.after = chunk.upto;
  scan.rows_ended = !chunk.upto || scan.missing.size() > kMissingMax;
  return {};
}

Result<void> Detector::read_chunk(ResourceKind kind, const std::optional<ForeignKey>& after,
                                  std::size_t limit, Chunk& chunk) {
  TRY(auto fresh, reader_.read_after(kind, after, limit));
  chunk.rows = std::move(fresh.rows);
  if (!fresh.last) chunk.upto = chunk.rows.back().key;
  // More is stored for this range than one portion holds (a source that lost most of its rows):
  // only the part that both sides cover is merged, the rest is read again.
  const std::size_t portion = limit * 2;
  TRY(chunk.known, store_.known_between(options_.source, kind, after, chunk.upto, portion));
  if (chunk.known.size() == portion) {
    chunk.upto = chunk.known.back().key;
    const auto behind = std::ranges::upper_bound(chunk.rows, *chunk.upto, {}, &FreshResource::key);
    chunk.rows.erase(behind, chunk.rows.end());
  }
  chunk.digests.reserve(chunk.rows.size());
  for (const auto& row : chunk.rows) chunk.digests.push_back(digest_(row.document));
  chunk.findings = merge(chunk.known, chunk.rows, chunk.digests);
  return {};
}

Result<void> Detector::take(Scan& scan, KindInWork& work, const std::vector<Finding>& findings) {
  DetectedBatch batch{.source = options_.source};
  teller_.expect_children(work, findings);
  for (const auto& finding : findings)
    if (finding.kind != FindingKind::kMissing) TRY_DO(teller_.change(work, finding, batch));
  TRY_DO(commit(std::move(batch)));
  for (const auto& finding : findings)
    if (finding.kind == FindingKind::kMissing) scan.missing.push_back(*finding.known);
  return {};
}

Result<void> Detector::end_kind(Scan& scan, const KindRules& rules) {
  KindInWork work{.rules = rules, .telling = *scan.telling, .report = scan.report};
  const auto missing = static_cast<std::int64_t>(scan.missing.size());
  TRY(const bool fine, admitted(rules.kind, missing));
  if (fine) {
    TRY_DO(remove_missing(scan, work));
    TRY(const auto state, store_.pass_state(options_.source, rules.kind));
    DetectedBatch batch{.source = options_.source};
    if (!state.baseline_done || state.version != rules.version)
      batch.pass = {rules.kind, PassState{true, rules.version}};
    TRY_DO(commit(std::move(batch)));
  }
  TRY_DO(release_or_withhold(rules.kind, missing, Compared::kAllKeys, fine));
  scan = {.place = {.kind = scan.place.kind + 1},
          .ended = scan.place.kind + 1 == kinds(),
          .report = scan.report,
          .guarded = scan.guarded || !fine};
  return {};
}

// Missing rows are looked for once more by key, since a chunk is not a moment in time.
Result<void> Detector::remove_missing(Scan& scan, KindInWork& work) {
  while (scan.removed < scan.missing.size()) {
    const auto end = std::min(scan.removed + kKeysPerRead, scan.missing.size());
    std::vector<ForeignKey> keys;
    for (auto i = scan.removed; i < end; ++i) keys.push_back(scan.missing[i].key);
    TRY(const auto there, reader_.read_keys(work.rules.kind, keys));
    DetectedBatch batch{.source = options_.source};
    for (auto i = scan.removed; i < end; ++i) {
      const auto& known = scan.missing[i];
      if (!std::ranges::binary_search(there, known.key, {}, &FreshResource::key))
        TRY_DO(teller_.remove(work, known, batch));
    }
    TRY_DO(commit(std::move(batch)));
    scan.removed = end;
  }
  return {};
}

Result<bool> Detector::admitted(ResourceKind kind, std::int64_t missing) {
  return guard_.admits(kind, missing, [&] { return store_.count_live(options_.source, kind); });
}

// A comparison of all keys is the only one that may take back what another withheld.
Result<void> Detector::release_or_withhold(ResourceKind kind, std::int64_t missing,
                                           Compared compared, bool admitted) {
  if (admitted) {
    if (compared == Compared::kAllKeys) guard_.release(kind);
    return {};
  }
  TRY(const auto stored, store_.count_live(options_.source, kind));
  guard_.withhold({kind, missing, stored});
  return {};
}

Result<Suspects> Detector::look(const ScanPlace& place, std::size_t limit) {
  const auto kind = reader_.kinds()[place.kind].kind;
  Chunk chunk;
  TRY_DO(read_chunk(kind, place.after, limit, chunk));
  Suspects out{.kind = kind, .rows = static_cast<std::int64_t>(chunk.rows.size())};
  for (const auto& finding : chunk.findings) {
    const auto& key = finding.fresh != nullptr ? finding.fresh->key : finding.known->key;
    out.keys.push_back({key, finding.kind != FindingKind::kChanged});
  }
  out.next = {place.kind, chunk.upto};
  if (!chunk.upto) out.next = {(place.kind + 1) % kinds(), std::nullopt};
  return out;
}

Result<void> Detector::keep(const std::string& position) {
  DetectedBatch batch{.source = options_.source};
  batch.position = position;
  return commit(std::move(batch));
}

Result<void> Detector::commit(DetectedBatch batch) {
  auto references = ids_.fresh();
  batch.writes.insert(batch.writes.begin(), std::make_move_iterator(references.begin()),
                      std::make_move_iterator(references.end()));
  if (batch.empty()) return {};
  auto done = store_.commit(std::move(batch));
  if (done) {
    ids_.committed();
  } else {
    ids_.forget();
  }
  return done;
}

}  // namespace chartbell
