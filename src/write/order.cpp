#include "write/order.h"

#include <array>
#include <span>

#include "base/json_text.h"
#include "base/time_text.h"
#include "model/leaves.h"

namespace chartbell {
namespace {

std::span<const std::string_view> telling_leaves(ResourceKind kind) {
  static constexpr std::string_view kAppointment[] = {"patient_id", "provider_id", "start_time"};
  static constexpr std::string_view kPatient[] = {"first_name", "last_name", "bio.date_of_birth"};
  static constexpr std::string_view kDocument[] = {"url"};
  if (kind == ResourceKind::kDocument) return kDocument;
  return kind == ResourceKind::kAppointment ? std::span(kAppointment) : std::span(kPatient);
}

std::string json_of(const ForeignKey& key) {
  const auto* number = std::get_if<std::int64_t>(&key);
  return number != nullptr ? std::to_string(*number) : json_string(std::get<std::string>(key));
}

// False where the id has no key.
Result<bool> translate(std::string& leaf, ResourceKind kind, SourceRef source,
                       ResourceStore& resources) {
  const auto id = id_in(leaf);
  if (!id) {
    leaf = "null";
    return true;
  }
  TRY(const auto held, resources.held(source, kind, *id));
  if (!held || held->known.presence == Presence::kGone) return false;
  leaf = json_of(held->known.key);
  return true;
}

}  // namespace

Result<std::optional<WriteOrder>> order_of(const RecordWrite& write, SourceRef source,
                                           ResourceStore& resources) {
  WriteOrder out{.id = write.id,
                 .kind = write.kind,
                 .action = write.action,
                 .location = write.location,
                 .key = {},
                 .leaves = {}};
  TRY(out.leaves, leaves_of(write.order));
  for (auto& [path, text] : out.leaves) {
    const auto kind = referenced_by(path);
    if (!kind) continue;
    TRY(const bool has_key, translate(text, *kind, source, resources));
    if (!has_key) return std::optional<WriteOrder>();
  }
  if (write.kind == ResourceKind::kDocument)  // record systems file documents by their date
    out.leaves["created_at"] = json_string(to_text(write.created_at));
  std::erase_if(out.leaves, [](const auto& leaf) { return leaf.second == "null"; });
  if (write.action == WriteAction::kCreate) return std::optional(std::move(out));
  TRY(const auto held, resources.held(source, write.kind, write.resource));
  if (!held || held->known.presence == Presence::kGone) return std::optional<WriteOrder>();
  out.key = held->known.key;
  return std::optional(std::move(out));
}

Result<std::optional<ResourceId>> patient_of(const RecordWrite& write) {
  TRY(const auto leaves, leaves_of(write.order));
  return id_in(leaf(leaves, "patient_id"));
}

Result<std::string> likeness(ResourceKind kind, const Document& document) {
  TRY(const auto leaves, leaves_of(document));
  std::string out;
  for (const auto path : telling_leaves(kind)) out += std::string(leaf(leaves, path)) + '\n';
  return out;
}

}  // namespace chartbell
