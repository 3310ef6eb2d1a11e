#include "api/paging.h"

#include "api/answer.h"
#include "base/encoding.h"
#include "base/json_text.h"

namespace chartbell {
namespace {

constexpr std::size_t kCursorBytesMax = 128;

std::optional<std::vector<std::int64_t>> numbers_in(std::string_view text, char kind) {
  if (text.size() > kCursorBytesMax) return std::nullopt;
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->empty() || bytes->front() != kind) return std::nullopt;
  std::vector<std::int64_t> out;
  for (std::string_view rest = std::string_view(*bytes).substr(1); !rest.empty();) {
    const auto number = take_varint(rest);
    if (!number || *number > INT64_MAX) return std::nullopt;
    out.push_back(static_cast<std::int64_t>(*number));
  }
  return out;
}

}  // namespace

Result<std::size_t> page_limit(const Parameters& parameters) {
  TRY(const auto limit, parameters.integer_in("limit", 1, kPageRowsMax));
  return static_cast<std::size_t>(limit.value_or(kPageRows));
}

std::string cursor_text(char kind, const std::vector<std::int64_t>& numbers) {
  std::string bytes(1, kind);
  for (const auto number : numbers) append_varint(bytes, static_cast<std::uint64_t>(number));
  return to_base64url(bytes);
}

Result<std::optional<std::vector<std::int64_t>>> cursor_of(const Parameters& parameters, char kind,
                                                           std::size_t count,
                                                           std::string_view name) {
  const auto text = parameters.text(name);
  if (!text || text->empty()) return std::optional<std::vector<std::int64_t>>();
  auto numbers = numbers_in(*text, kind);
  if (!numbers || numbers->size() != count)
    return failure(Code::kInvalid, std::string(name) + " is not one that this list gave");
  return numbers;
}

HttpResponse success_page(std::string_view array, std::size_t count,
                          const std::optional<std::string>& next_cursor, bool has_more) {
  auto answer = success_list(array, count);
  answer.body.pop_back();
  answer.body += ",\"page\":{\"next_cursor\":" +
                 (next_cursor ? json_string(*next_cursor) : std::string("null")) +
                 ",\"has_more\":" + (has_more ? "true" : "false") + "}}";
  return answer;
}

HttpResponse success_page(std::string_view array, std::size_t count,
                          const std::optional<std::string>& next_cursor) {
  return success_page(array, count, next_cursor, next_cursor.has_value());
}

}  // namespace chartbell
