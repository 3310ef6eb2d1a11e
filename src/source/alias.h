// The grammar of column aliases, and finding them in a SELECT.
//   alias = path [":" conversion]        conversion = name ["(" argument ")"]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/mapping.h"

namespace chartbell {

// The alias of one item of a SELECT list, and where it begins in the text.
struct AliasText {
  std::string text;
  std::size_t offset = 0;
};

// The aliases of the outermost SELECT list in order. kMapping, with the offset in `*fault`, for an
// item without AS "alias".
Result<std::vector<AliasText>> aliases_of(std::string_view select, std::size_t* fault);

// One alias against the shape that it fills. kMapping for an unknown path or conversion, or one
// that does not give the field's type.
Result<Column> parse_alias(std::string_view alias, const Shape& shape);

// The tables that a SELECT names after FROM and JOIN, sub-selects included, in lower case.
std::vector<std::string> tables_of(std::string_view select);

// What follows the outermost SELECT list: "FROM patient p …".
std::string_view from_clause(std::string_view select);

}  // namespace chartbell
