// The first half of a template: the JSON Schema of its answers (2020-12, a subset; docs/forms.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "forms/json_place.h"
#include "forms/template.h"

namespace chartbell {

inline constexpr std::size_t kFieldsMax = 200;
inline constexpr std::size_t kFieldLengthMax = 10'000;

// What the schema says of one property; labels are still to come.
struct SchemaProperty {
  JsonPlace place;
  FormField field;
  bool has_length_max = false;
};

// In the schema's order. FormField::required is what the schema says.
Result<std::vector<SchemaProperty>> read_schema(const JsonPlace& schema);

}  // namespace chartbell
