#include "detect/detector.h"

#include <algorithm>

#include "base/log.h"
#include "detect/diff.h"
#include "detect/emit.h"

namespace chartbell {

// One pass over one kind.
struct Detector::Pass {
  const KindRules& rules;
  Telling telling;
  std::optional<ForeignKey> after = {};
  bool ended = false;
  std::vector<KnownResource> missing = {};
  std::multimap<ForeignKey, FreshChild> children = {};  // of the rows in work
};

namespace {

constexpr std::size_t kKeysPerRead = 500;
constexpr std::size_t kMissingUnguardedMax = 10'000;
constexpr std::int64_t kRemovalsAlwaysAllowed = 50;
constexpr std::int64_t kRemovalsShare = 20;  // one in twenty

HeldResource fresh_state(const FreshResource& fresh, ResourceId id, const Digest& digest,
                         WallTime now) {
  HeldResource out;
  out.known = {.key = fresh.key, .id = id, .presence = Presence::kLive, .digest = digest};
  out.location = fresh.location;
  out.created_at = out.updated_at = now;
  out.document = fresh.document;
  return out;
}

}  // namespace

Detector::Detector(DetectorOptions options, ResourceReader& reader, ResourceStore& store,
                   IdBook& ids, const Clock& clock)
    : options_(std::move(options)),
      reader_(reader),
      store_(store),
      ids_(ids),
      clock_(clock),
      digest_(options_.digest_key) {}

Result<CycleReport> Detector::cycle() {
  report_ = {};
  Result<void> guarded;
  for (const auto& rules : reader_.kinds()) {
    auto done = pass(rules);
    if (!done && done.error().code != Code::kGuard) {
      ids_.forget();  // what was handed out for a batch that was never committed
      return std::unexpected(done.error());
    }
    if (!done) guarded = std::move(done);
  }
  if (!guarded) return std::unexpected(guarded.error());
  return report_;
}

Result<bool> Detector::baseline_done() {
  for (const auto& rules : reader_.kinds()) {
    TRY(const auto state, store_.pass_state(options_.source, rules.kind));
    if (!state.baseline_done) return false;
  }
  return true;
}

Result<Detector::Telling> Detector::telling(const KindRules& rules) {
  TRY(const auto state, store_.pass_state(options_.source, rules.kind));
  if (!state.baseline_done) return options_.initial_events ? Telling::kAll : Telling::kNotNew;
  if (state.version == rules.version) return Telling::kAll;
  log_warning("mapping_changed", {{"source", options_.source.source.value},
                                  {"kind", name(rules.kind)},
                                  {"consequence", "states are rendered anew, without events"}});
  return Telling::kNothing;
}

Result<void> Detector::pass(const KindRules& rules) {
  TRY(const auto tell_what, telling(rules));
  Pass pass{.rules = rules, .telling = tell_what};
  while (!pass.ended) TRY_DO(read_chunk(pass));
  TRY_DO(remove_missing(pass));
  TRY(const auto state, store_.pass_state(options_.source, rules.kind));
  if (state.baseline_done && state.version == rules.version) return {};
  DetectedBatch batch{.source = options_.source};
  batch.pass = {rules.kind, PassState{true, rules.version}};
  return commit(std::move(batch));
}

Result<void> Detector::read_chunk(Pass& pass) {
  const auto kind = pass.rules.kind;
  TRY(auto chunk, reader_.read_after(kind, pass.after, options_.chunk_rows));
  auto upto = chunk.last ? std::nullopt : std::optional(chunk.rows.back().key);
  // More is stored for this range than one portion holds (a source that lost most of its rows):
  // only the part that both sides cover is merged, the rest is read again.
  const std::size_t portion = options_.chunk_rows * 2;
  TRY(const auto known, store_.known_between(options_.source, kind, pass.after, upto, portion));
  if (known.size() == portion) {
    upto = known.back().key;
    const auto behind = std::ranges::upper_bound(chunk.rows, *upto, {}, &FreshResource::key);
    chunk.rows.erase(behind, chunk.rows.end());
  }
  std::vector<Digest> digests;
  digests.reserve(chunk.rows.size());
  for (const auto& row : chunk.rows) digests.push_back(digest_(row.document));
  report_.rows += static_cast<std::int64_t>(chunk.rows.size());
  TRY_DO(take(pass, merge(known, chunk.rows, digests)));
  if (pass.missing.size() > kMissingUnguardedMax) TRY_DO(guard(pass));
  pass.after = upto;
  pass.ended = !upto;
  return {};
}

Result<void> Detector::take(Pass& pass, const std::vector<Finding>& findings) {
  DetectedBatch batch{.source = options_.source};
  if (pass.telling != Telling::kNothing) TRY_DO(load_children(pass, findings));
  for (const auto& finding : findings) {
    if (finding.kind == FindingKind::kMissing) {
      pass.missing.push_back(*finding.known);
    } else {
      TRY_DO(change(pass, finding, batch));
    }
  }
  return commit(std::move(batch));
}

Result<void> Detector::change(Pass& pass, const Finding& finding, DetectedBatch& batch) {
  const auto kind = pass.rules.kind;
  const bool is_new = finding.kind == FindingKind::kNew;
  const auto id =
      finding.known != nullptr ? finding.known->id : ids_.id_for_new(kind, finding.fresh->key);
  auto now = fresh_state(*finding.fresh, id, finding.digest, clock_.now());
  Document previous;
  std::optional<HeldResource> before;
  if (!is_new) {
    TRY(before, store_.held(options_.source, kind, finding.fresh->key));
    if (!before) return failure(Code::kCorrupt, "a stored resource lacks its state");
    now.created_at = before->created_at;
    TRY(previous, previous_attributes(before->document, now.document));
  }
  // A row that came back just as it was remembered has nothing to tell.
  const bool differs = is_new || previous.expose() != "{}";
  const bool told =
      differs && (pass.telling == Telling::kAll || (pass.telling == Telling::kNotNew && !is_new));
  if (before && !told) now.updated_at = before->updated_at;
  if (told)
    TRY_DO(tell(pass, now, is_new ? created_row(kind) : updated_row(kind), previous, batch));
  ++(is_new ? report_.created : report_.updated);
  batch.writes.push_back({kind, std::move(now)});
  return {};
}

Result<void> Detector::tell(Pass& pass, const HeldResource& now, const CatalogueRow* row,
                            const Document& previous, DetectedBatch& batch) {
  if (row == nullptr) return {};
  TRY(auto object, finish(now));
  if (row->nested == Nested::kPatientAndDescriptors) {
    TRY(auto patient, shown_patient(now, pass.rules.embedded_patient, batch));
    TRY(const auto descriptors, shown_children(pass, now.known.key));
    object = with_nested(std::move(object), std::move(patient), descriptors);
  }
  const Happening happening{.institution = options_.source.institution,
                            .subdomain = options_.subdomain,
                            .resource = now.known.id,
                            .location = now.location,
                            .time = now.updated_at};
  batch.events.push_back(make_event(*row, happening, object, previous.expose()));
  return {};
}

Result<std::string> Detector::finish(const HeldResource& held) {
  return finished(held.document,
                  {held.known.id, held.created_at, held.updated_at, /*synced_at=*/held.updated_at});
}

Result<std::string> Detector::shown_patient(const HeldResource& appointment,
                                            const std::string& path, DetectedBatch& batch) {
  const auto id = integer_at(appointment.document, path);
  if (!id) return std::string("null");
  TRY(const auto patient, patient_now(ResourceId{*id}, batch));
  if (patient.document.empty()) return std::string("null");
  return finish(patient);
}

// The patient as stored or as already in this batch; one that was only referenced so far is read
// now, so that an appointment never tells of a patient before the patient is known.
Result<HeldResource> Detector::patient_now(ResourceId id, DetectedBatch& batch) {
  const auto in_batch = std::ranges::find_if(
      batch.writes, [&](const auto& write) { return write.resource.known.id == id; });
  if (in_batch != batch.writes.end()) return in_batch->resource;
  TRY(const auto stored, store_.held(options_.source, ResourceKind::kPatient, id));
  if (stored && stored->known.presence != Presence::kReferenced) return *stored;
  std::optional<ForeignKey> key = stored ? std::optional(stored->known.key) : ids_.key_of(id);
  if (!key) return HeldResource();
  TRY(const auto rows, reader_.read_keys(ResourceKind::kPatient, std::span(&*key, 1)));
  if (rows.empty()) return HeldResource();
  const auto rules = std::ranges::find(reader_.kinds(), ResourceKind::kPatient, &KindRules::kind);
  Pass pass{.rules = *rules, .telling = Telling::kAll};
  const KnownResource known{.key = *key, .id = id};
  ids_.id_for_new(ResourceKind::kPatient, *key);
  TRY_DO(change(pass, {FindingKind::kNew, &known, &rows[0], digest_(rows[0].document)}, batch));
  return batch.writes.back().resource;
}

Result<void> Detector::load_children(Pass& pass, const std::vector<Finding>& findings) {
  pass.children.clear();
  if (!pass.rules.has_children) return {};
  std::vector<ForeignKey> parents;
  for (const auto& finding : findings) {
    const bool told = finding.fresh != nullptr &&
                      (pass.telling == Telling::kAll || finding.kind != FindingKind::kNew);
    if (told) parents.push_back(finding.fresh->key);
  }
  for (std::size_t at = 0; at < parents.size(); at += kKeysPerRead) {
    const auto part = std::span(parents).subspan(at, std::min(kKeysPerRead, parents.size() - at));
    TRY(auto children, reader_.read_children(pass.rules.kind, part));
    for (auto& child : children) pass.children.emplace(child.parent, std::move(child));
  }
  return {};
}

Result<std::vector<std::string>> Detector::shown_children(const Pass& pass,
                                                          const ForeignKey& parent) {
  std::vector<std::string> out;
  const auto [first, last] = pass.children.equal_range(parent);
  for (auto child = first; child != last; ++child) {
    TRY(const auto reference, ids_.reference_to(pass.rules.child_kind, child->second.key));
    TRY(auto object, finished(child->second.document, {reference.id, reference.first_seen,
                                                       reference.first_seen, clock_.now()}));
    out.push_back(std::move(object));
  }
  return out;
}

// Missing rows are looked for once more by key, since a chunk is not a moment in time.
Result<void> Detector::remove_missing(Pass& pass) {
  TRY_DO(guard(pass));
  for (std::size_t at = 0; at < pass.missing.size(); at += kKeysPerRead) {
    const auto end = std::min(at + kKeysPerRead, pass.missing.size());
    std::vector<ForeignKey> keys;
    for (auto i = at; i < end; ++i) keys.push_back(pass.missing[i].key);
    TRY(const auto there, reader_.read_keys(pass.rules.kind, keys));
    DetectedBatch batch{.source = options_.source};
    for (auto i = at; i < end; ++i) {
      const auto& known = pass.missing[i];
      if (!std::ranges::binary_search(there, known.key, {}, &FreshResource::key))
        TRY_DO(remove(pass, known, batch));
    }
    TRY_DO(commit(std::move(batch)));
  }
  return {};
}

Result<void> Detector::guard(const Pass& pass) {
  const auto missing = static_cast<std::int64_t>(pass.missing.size());
  if (missing <= options_.removals_max.value_or(kRemovalsAlwaysAllowed)) return {};
  TRY(const auto live, store_.count_live(options_.source, pass.rules.kind));
  if (!options_.removals_max && missing <= live / kRemovalsShare) return {};
  return failure(Code::kGuard,
                 std::to_string(missing) + " of " + std::to_string(live) + " " +
                     std::string(name(pass.rules.kind)) +
                     " rows are gone from the record system at once; nothing is told until you say "
                     "that it is true: set max_removals = " +
                     std::to_string(missing) + " for this source and start again");
}

Result<void> Detector::remove(Pass& pass, const KnownResource& known, DetectedBatch& batch) {
  const auto kind = pass.rules.kind;
  TRY(auto held, store_.held(options_.source, kind, known.key));
  if (!held) return failure(Code::kCorrupt, "a stored resource lacks its state");
  const auto now = clock_.now();
  TRY(auto document, after_removal(held->document, pass.rules.on_missing, reader_.date_at(now)));
  TRY(const auto previous, previous_attributes(held->document, document));
  held->document = std::move(document);
  held->known.presence = Presence::kGone;
  held->known.digest = digest_(held->document);
  const bool told = previous.expose() != "{}" && pass.telling != Telling::kNothing;
  if (told) {
    held->updated_at = now;
    TRY_DO(tell(pass, *held, updated_row(kind), previous, batch));
  }
  ++report_.removed;
  batch.writes.push_back({kind, *std::move(held)});
  return {};
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
