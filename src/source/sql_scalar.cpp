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

std::string literal(const SqlConnection& connection, const ForeignKey& key) {
  const auto* number = std::get_if<std::int64_t>(&key);
  return number != nullptr ? std::to_string(*number)
                           : connection.quoted(std::get<std::string>(key));
}

}  // namespace chartbell
