// One field of a template's layout: how a property of the schema is asked.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "forms/json_place.h"
#include "forms/template.h"
#include "forms/template_schema.h"

namespace chartbell {

// The members that a field of a section may have.
std::span<const std::string_view> field_members();

// The property's field with everything that the layout says of it. `earlier` are those asked
// before.
Result<FormField> read_field(const JsonObject& object, const SchemaProperty& property,
                             const std::vector<std::string>& languages,
                             std::span<const FormField> earlier);

}  // namespace chartbell
