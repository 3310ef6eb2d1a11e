#include "model/topic.h"

namespace chartbell {
namespace {

constexpr std::string_view kAny = "*";

}  // namespace

std::optional<Topic> Topic::of(std::string_view resource_type, std::string_view event) {
  if (event != kAny) {
    const auto* row = find_row(resource_type, event);
    return row == nullptr ? std::nullopt : std::optional(Topic(*row));
  }
  if (resource_type == kAny) return Topic(kAny);
  const auto canonical = canonical_resource_type(resource_type);
  return canonical ? std::optional(Topic(*canonical)) : std::nullopt;
}

std::optional<Topic> Topic::parse(std::string_view text) {
  if (text.ends_with("/*")) return of(text.substr(0, text.size() - 2), kAny);
  for (const auto rows : {catalogue(), own_catalogue()})
    for (const auto& row : rows)
      if (row.event == text) return Topic(row);
  return std::nullopt;
}

bool Topic::covers(const CatalogueRow& row) const {
  if (row_ != nullptr) return row_ == &row;
  // Events about Chartbell itself are for those who name them.
  if (resource_type_ == kAny) return row.kind != ResourceKind::kWebhookEndpoint;
  return resource_type_ == row.resource_type;
}

std::string_view Topic::event() const {
  return row_ == nullptr ? kAny : row_->event;
}

std::string Topic::text() const {
  return row_ == nullptr ? std::string(resource_type_) + "/*" : std::string(row_->event);
}

}  // namespace chartbell
