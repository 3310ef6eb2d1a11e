// Fields of what is to be written: checked values, and the ids of resources that must be there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/parameters.h"
#include "base/zone.h"
#include "model/leaves.h"
#include "model/record.h"

namespace chartbell {

// Free text of at most so many characters (code points); kInvalid for more, for control characters
// (a note may have line breaks) and for what is no UTF-8.
Result<std::optional<std::string>> free_text(const Parameters& given, std::string_view name,
                                             std::size_t most);
// A time; without an offset it is civil time of the zone.
Result<std::optional<WallTime>> local_time(const Parameters& given, std::string_view name,
                                           const Zone& zone);
// The resource that an id names; nothing without one. kNotFound "NAME: not found".
Result<std::optional<Record>> named_record(ApiParts& parts, InstitutionId institution,
                                           const Parameters& given, std::string_view name,
                                           ResourceKind kind);
Result<Record> required_record(ApiParts& parts, InstitutionId institution, const Parameters& given,
                               std::string_view name, ResourceKind kind);
// A location of the institution.
Result<Location> required_location(const Institution& institution, const Parameters& given);

}  // namespace chartbell
