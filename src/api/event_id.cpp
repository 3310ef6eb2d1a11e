#include "api/event_id.h"

#include <charconv>

namespace chartbell {
namespace {

// Decimal digits of a number above 0, without zeros in front: one spelling for each id.
std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool sound = error == std::errc() && stop == end && number > 0 && text.front() != '0';
  return sound ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string event_id(std::string_view store_tag, InstitutionId institution, EventSeq seq) {
  return "evt_" + std::string(store_tag) + "_" + to_string(institution) + "_" + to_string(seq);
}

std::optional<std::pair<InstitutionId, EventSeq>> parse_event_id(std::string_view store_tag,
                                                                 std::string_view text) {
  const auto front = "evt_" + std::string(store_tag) + "_";
  if (!text.starts_with(front)) return std::nullopt;
  text.remove_prefix(front.size());
  const auto split = text.find('_');
  if (split == std::string_view::npos) return std::nullopt;
  const auto institution = number_in(text.substr(0, split));
  const auto seq = number_in(text.substr(split + 1));
  if (!institution || !seq) return std::nullopt;
  return std::pair(InstitutionId{*institution}, EventSeq{*seq});
}

}  // namespace chartbell
