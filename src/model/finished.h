// The objects of the wire: stored documents, finished with what only Chartbell knows.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/document.h"
#include "model/ids.h"

namespace chartbell {

struct Stamp {
  ResourceId id;
  WallTime created_at;
  WallTime updated_at;
  WallTime synced_at;
};

// The document with its id and our times where the shape has them.
Result<std::string> finished(const Document& document, const Stamp& stamp);

// An appointment's object with what it shows: the patient (null where unknown) and the descriptors.
std::string with_nested(std::string object, const std::optional<std::string>& patient,
                        std::span<const std::string> descriptors);

}  // namespace chartbell
