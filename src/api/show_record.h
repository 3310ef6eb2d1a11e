// Stored resources as the wire's objects, in the shapes of v2 and v3 (wire contract §7).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/record.h"

namespace chartbell {

// Whether the record stands in a list, where v3 leaves some of it out, or is asked for by its id.
enum class Detail : std::uint8_t { kList, kOne };

struct RecordView {
  WireVersion version = WireVersion::kV2;
  Detail detail = Detail::kList;
  WallTime now;  // tells whether a coverage has ended
};

// kCorrupt where the stored document is not one.
Result<std::string> show(const Record& record, const RecordView& view);

// The patient of a coverage who holds it themselves; nothing where it is somebody else, whom
// mappings do not tell.
std::optional<ResourceId> holder_of(const Record& coverage);
// The holder as a coverage shows them: {"id","name","date_of_birth"}.
std::string show_holder(const Record& patient);

// The object with more members behind its own; their values are JSON texts.
std::string with_members(std::string object,
                         const std::vector<std::pair<std::string_view, std::string>>& members);

// A JSON array of JSON texts.
std::string array_of(const std::vector<std::string>& texts);

}  // namespace chartbell
