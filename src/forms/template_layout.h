// The second half of a template: sections, and how each property of the schema is asked.
#pragma once

#include <vector>

#include "base/result.h"
#include "forms/json_place.h"
#include "forms/template.h"
#include "forms/template_schema.h"

namespace chartbell {

inline constexpr std::size_t kSectionsMax = 50;

// Fills `sections` and `fields` of a template whose languages are known; every property is placed.
Result<void> read_sections(const JsonPlace& sections, const std::vector<SchemaProperty>& properties,
                           FormTemplate& out);

}  // namespace chartbell
