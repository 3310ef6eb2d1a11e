#include "detect/teller.h"

#include <algorithm>

#include "detect/diff.h"
#include "model/emit.h"
#include "model/finished.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

constexpr std::size_t kKeysPerRead = 500;
constexpr std::string_view kBookedHere = R"("is_booked_on_nexhealth":true)";

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

Result<std::string> finish_object(const HeldResource& held) {
  return finished(held.document,
                  {held.known.id, held.created_at, held.updated_at, /*synced_at=*/held.updated_at});
}

Result<void> Teller::change(KindInWork& work, const Finding& finding, DetectedBatch& batch) {
  const auto kind = work.rules.kind;
  const bool is_new = finding.kind == FindingKind::kNew;
  Reference reference;
  bool was_known = !is_new;
  if (is_new) {
    TRY(const auto earlier, earlier_reference(kind, finding));
    was_known = earlier.has_value();
    reference = earlier ? *earlier : parts_.ids.id_for_new(kind, finding.fresh->key);
  } else {
    reference.id = finding.known->id;
  }
  auto now = fresh_state(*finding.fresh, reference.id, finding.digest, parts_.clock.now());
  if (is_new) now.created_at = reference.first_seen;
  Document previous;
  std::optional<HeldResource> before;
  if (!is_new) {
    TRY(before, parts_.store.held(parts_.source, kind, finding.fresh->key));
    if (!before) return failure(Code::kCorrupt, "a stored resource lacks its state");
    now.created_at = before->created_at;
    TRY_DO(keep_unmapped(work.rules, before->document, now.document));
    TRY(previous, previous_attributes(before->document, now.document));
  } else if (was_known && parts_.adoption != nullptr) {
    TRY(const auto booked, parts_.store.held(parts_.source, kind, finding.fresh->key));
    if (booked) TRY_DO(keep_unmapped(work.rules, booked->document, now.document));
  }
  // A row that came back just as it was remembered has nothing to tell.
  const bool differs = is_new || previous.expose() != "{}";
  const bool told =
      differs && (work.telling == Telling::kAll || (work.telling == Telling::kNotNew && !is_new));
  if (before && !told) now.updated_at = before->updated_at;
  if (told)
    TRY_DO(tell(work, now, is_new ? created_row(kind) : updated_row(kind), previous, batch));
  ++(is_new ? work.report.created : work.report.updated);
  batch.writes.push_back({kind, std::move(now)});
  return {};
}

// What was said when it was booked here, and no column of the record system holds: who referred the
// patient, that it was booked here.
Result<void> Teller::keep_unmapped(const KindRules& rules, const Document& before,
                                   Document& now) const {
  if (!before.expose().contains(kBookedHere)) return {};
  TRY(const auto leaves, leaves_of(before));
  Leaves kept;
  for (const auto& path : rules.unmapped) kept.emplace_back(path, leaf(leaves, path));
  TRY(now, with_leaves(now, kept));
  return {};
}

// What a row that was never seen before has been to us: what Chartbell wrote itself has an id
// already, and so has what another row has referred to. Nothing for all others.
Result<std::optional<Reference>> Teller::earlier_reference(ResourceKind kind,
                                                           const Finding& finding) {
  const auto& fresh = *finding.fresh;
  if (parts_.adoption != nullptr) {
    TRY(const auto claimed, parts_.adoption->claim(kind, fresh));
    if (claimed) return claimed;
  }
  if (finding.known == nullptr) return std::optional<Reference>();
  TRY(const auto known, parts_.ids.reference_to(kind, fresh.key));
  return std::optional(known);
}

Result<void> Teller::tell(KindInWork& work, const HeldResource& now, const CatalogueRow* row,
                          const Document& previous, DetectedBatch& batch) {
  if (row == nullptr) return {};
  TRY(auto object, finish_object(now));
  if (row->nested == Nested::kPatientAndDescriptors) {
    TRY(auto patient, shown_patient(work, now, batch));
    TRY(const auto descriptors, shown_children(work, now.known.key));
    object = with_nested(std::move(object), std::move(patient), descriptors);
  }
  const Happening happening{.institution = parts_.source.institution,
                            .subdomain = parts_.subdomain,
                            .resource = now.known.id,
                            .location = now.location,
                            .time = now.updated_at};
  batch.events.push_back(make_event(*row, happening, object, previous.expose()));
  return {};
}

Result<std::string> Teller::shown_patient(const KindInWork& work, const HeldResource& appointment,
                                          DetectedBatch& batch) {
  const auto id = integer_at(appointment.document, work.rules.embedded_patient);
  if (!id) return std::string("null");
  TRY(const auto patient, patient_now(ResourceId{*id}, work.report, batch));
  if (patient.document.empty()) return std::string("null");
  return finish_object(patient);
}

// The patient as stored or as already in this batch; one that was only referenced so far is read
// now, so that an appointment never tells of a patient before the patient is known.
Result<HeldResource> Teller::patient_now(ResourceId id, CycleReport& report, DetectedBatch& batch) {
  const auto in_batch = std::ranges::find_if(
      batch.writes, [&](const auto& write) { return write.resource.known.id == id; });
  if (in_batch != batch.writes.end()) return in_batch->resource;
  TRY(const auto stored, parts_.store.held(parts_.source, ResourceKind::kPatient, id));
  if (stored && stored->known.presence != Presence::kReferenced) return *stored;
  std::optional<ForeignKey> key = stored ? std::optional(stored->known.key) : parts_.ids.key_of(id);
  if (!key) return HeldResource();
  TRY(const auto rows, parts_.reader.read_keys(ResourceKind::kPatient, std::span(&*key, 1)));
  if (rows.empty()) return HeldResource();
  const auto rules =
      std::ranges::find(parts_.reader.kinds(), ResourceKind::kPatient, &KindRules::kind);
  KindInWork work{.rules = *rules, .telling = Telling::kAll, .report = report};
  const KnownResource known{.key = *key, .id = id};
  parts_.ids.id_for_new(ResourceKind::kPatient, *key);
  TRY_DO(
      change(work, {FindingKind::kNew, &known, &rows[0], parts_.digest(rows[0].document)}, batch));
  return batch.writes.back().resource;
}

void Teller::expect_children(KindInWork& work, const std::vector<Finding>& findings) {
  work.children.clear();
  work.parents.clear();
  if (!work.rules.has_children || work.telling == Telling::kNothing) return;
  for (const auto& finding : findings) {
    const bool told = finding.fresh != nullptr &&
                      (work.telling == Telling::kAll || finding.kind != FindingKind::kNew);
    if (told) work.parents.push_back(finding.fresh->key);
  }
  const std::span parents(work.parents);
  parts_.reader.expect_children(work.rules.kind,
                                parents.first(std::min(kKeysPerRead, parents.size())));
}

Result<void> Teller::read_children(KindInWork& work) {
  const auto parents = std::exchange(work.parents, {});
  for (std::size_t at = 0; at < parents.size(); at += kKeysPerRead) {
    const auto part = std::span(parents).subspan(at, std::min(kKeysPerRead, parents.size() - at));
    TRY(auto children, parts_.reader.read_children(work.rules.kind, part));
    for (auto& child : children) work.children.emplace(child.parent, std::move(child));
  }
  return {};
}

Result<std::vector<std::string>> Teller::shown_children(KindInWork& work,
                                                        const ForeignKey& parent) {
  TRY_DO(read_children(work));
  std::vector<std::string> out;
  const auto [first, last] = work.children.equal_range(parent);
  for (auto child = first; child != last; ++child) {
    TRY(const auto reference, parts_.ids.reference_to(work.rules.child_kind, child->second.key));
    TRY(auto object, finished(child->second.document, {reference.id, reference.first_seen,
                                                       reference.first_seen, parts_.clock.now()}));
    out.push_back(std::move(object));
  }
  return out;
}

Result<void> Teller::remove(KindInWork& work, const KnownResource& known, DetectedBatch& batch) {
  const auto kind = work.rules.kind;
  TRY(auto held, parts_.store.held(parts_.source, kind, known.key));
  if (!held) return failure(Code::kCorrupt, "a stored resource lacks its state");
  const auto now = parts_.clock.now();
  TRY(auto document,
      after_removal(held->document, work.rules.on_missing, parts_.reader.date_at(now)));
  TRY(const auto previous, previous_attributes(held->document, document));
  held->document = std::move(document);
  held->known.presence = Presence::kGone;
  held->known.digest = parts_.digest(held->document);
  const bool told = previous.expose() != "{}" && work.telling != Telling::kNothing;
  if (told) {
    held->updated_at = now;
    TRY_DO(tell(work, *held, updated_row(kind), previous, batch));
  }
  ++work.report.removed;
  batch.writes.push_back({kind, *std::move(held)});
  return {};
}

}  // namespace chartbell
