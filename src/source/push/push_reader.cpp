#include "source/push/push_reader.h"

#include <algorithm>

#include "base/check.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

// Another one where pushed states are rendered otherwise.
constexpr std::string_view kVersion = "push 1";

using OnMissing = std::vector<std::pair<std::string, std::string>>;

// As the mappings of record systems that are read have it.
OnMissing on_missing(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kAppointment:
      return {{"deleted", "true"}, {"cancelled", "true"}};
    case ResourceKind::kProcedure:
      return {{"status", "\"inactive\""}};
    case ResourceKind::kCoverage:
      return {{"expiration_date", "@today"}};
    case ResourceKind::kOperatory:
      return {{"active", "false"}};
    case ResourceKind::kAppointmentType:
      return {{"bookable_online", "false"}};
    default:
      return {{"inactive", "true"}};
  }
}

}  // namespace

std::vector<KindRules> push_rules(const std::vector<ResourceKind>& kinds) {
  std::vector<KindRules> out;
  for (const auto kind : kinds) {
    KindRules rules{.kind = kind, .version = std::string(kVersion), .on_missing = on_missing(kind)};
    if (kind == ResourceKind::kAppointment) {
      rules.embedded_patient = "patient_id";
      rules.has_children = true;
    }
    out.push_back(std::move(rules));
  }
  return out;
}

PushReader::PushReader(Parts parts)
    : parts_(std::move(parts)), kinds_(push_rules(pushable_kinds())) {
  CHECK(!parts_.rules.locations.empty());
}

void PushReader::hold(std::vector<Snapshot> snapshots) {
  held_.clear();
  for (auto& snapshot : snapshots) {
    auto key = std::pair(snapshot.kind, snapshot.foreign_id);
    held_.insert_or_assign(std::move(key), std::move(snapshot));
  }
}

Result<FreshChunk> PushReader::read_after(ResourceKind, const std::optional<ForeignKey>&,
                                          std::size_t) {
  return failure(Code::kInternal, "a pushed source was read from end to end");
}

Result<KeyChunk> PushReader::read_key_list(ResourceKind, const std::optional<ForeignKey>&,
                                           std::size_t) {
  return failure(Code::kInternal, "a pushed source was read from end to end");
}

Result<std::vector<FreshResource>> PushReader::read_keys(ResourceKind kind,
                                                         std::span<const ForeignKey> keys) {
  std::vector<FreshResource> out;
  for (const auto& key : keys) {
    const auto* snapshot = find(kind, key);
    if (snapshot == nullptr || snapshot->deleted) continue;
    TRY(auto document, render(*snapshot));
    const auto location = snapshot->location ? place_of(*snapshot).id : LocationId();
    out.push_back({key, location, std::move(document)});
  }
  return out;
}

Result<std::vector<FreshChild>> PushReader::read_children(ResourceKind kind,
                                                          std::span<const ForeignKey> parents) {
  std::vector<FreshChild> out;
  for (const auto& parent : parents) {
    const auto* snapshot = find(kind, parent);
    if (snapshot == nullptr) continue;
    for (const auto& child : snapshot->descriptors) {
      TRY(auto document, render(child));
      out.push_back({parent, child.foreign_id, std::move(document)});
    }
  }
  return out;
}

std::string PushReader::date_at(WallTime time) const {
  const auto local = parts_.rules.locations.front().zone.to_local(time);
  return to_date_text(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(local)));
}

const Snapshot* PushReader::find(ResourceKind kind, const ForeignKey& key) const {
  const auto* text = std::get_if<std::string>(&key);
  if (text == nullptr) return nullptr;
  const auto found = held_.find({kind, *text});
  return found == held_.end() ? nullptr : &found->second;
}

const SourceLocation& PushReader::place_of(const Snapshot& snapshot) const {
  return parts_.rules.locations[snapshot.location.value_or(0)];
}

Result<Document> PushReader::render(const Snapshot& snapshot) {
  auto leaves = snapshot.leaves;
  for (const auto& reference : snapshot.references) {
    TRY(const auto known, parts_.ids.reference_to(reference.kind, reference.key));
    leaves[reference.field] = to_string(known.id);
  }
  const auto& shape = shape_of(snapshot.kind);
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (shape.fields()[i].origin == Origin::kOurs)
      leaves[i] = own_leaf(shape.fields()[i].path, snapshot);
  return Document(shape.render(leaves));
}

// Empty for what is put in when the object is shown: id and times of its own.
std::string PushReader::own_leaf(std::string_view path, const Snapshot& snapshot) const {
  if (path == "institution_id") return to_string(parts_.institution);
  if (path == "foreign_id") return json_string(snapshot.foreign_id);
  if (path == "foreign_id_type") return json_string(parts_.foreign_id_type);
  if (path == "timezone" || path == "tz") return json_string(place_of(snapshot).zone.name());
  if (path == "timezone_offset" && snapshot.start_time)
    return json_string(place_of(snapshot).zone.offset_at(*snapshot.start_time));
  return {};
}

}  // namespace chartbell
