// Event ids as receivers know them: the `webhook-id` of a delivery (docs/formats.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "model/ids.h"

namespace chartbell {

// "evt_<store>_<institution>_<sequence>"
std::string event_id(std::string_view store_tag, InstitutionId institution, EventSeq seq);
// Nothing for any other text, another store's ids included.
std::optional<std::pair<InstitutionId, EventSeq>> parse_event_id(std::string_view store_tag,
                                                                 std::string_view text);

}  // namespace chartbell
