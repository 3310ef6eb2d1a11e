#include "source/sql_scalar.h"

#include <charconv>

namespace chartbell {

Result<std::string> one_text(SqlConnection& connection, const std::string& select) {
  TRY(const auto rows, connection.query(select));
  TRY(const bool there, rows->next());
  return there ? std::string(rows->text(0).value_or("")) : std::string();
}

std::int64_t number_in(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace chartbell
