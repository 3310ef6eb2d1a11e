// Single values of a SQL system's answers, and keys in its statements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/foreign_key.h"
#include "source/sql.h"

namespace chartbell {

// The first column of the first row; empty where it is NULL or there is no row. Errors are
// SqlConnection's.
Result<std::string> one_text(SqlConnection& connection, const std::string& select);

// The whole number that the text begins with; 0 where it begins with none.
std::int64_t number_in(std::string_view text);

// The key as a literal of this system.
std::string literal(const SqlConnection& connection, const ForeignKey& key);

}  // namespace chartbell
