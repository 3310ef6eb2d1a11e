// Lists by the page: `limit` and `cursor` in, `page` out (docs/api.md).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/parameters.h"
#include "base/result.h"
#include "model/http_message.h"

namespace chartbell {

inline constexpr std::int64_t kPageRows = 50;
inline constexpr std::int64_t kPageRowsMax = 500;

// `limit`, or kPageRows. kInvalid outside of 1..kPageRowsMax.
Result<std::size_t> page_limit(const Parameters& parameters);

// A place in a list as an opaque text: which kind of list, and numbers. It holds no more than that:
// what it may lead to is asked for with the caller's own rights, as without it.
std::string cursor_text(char kind, const std::vector<std::int64_t>& numbers);
// `count` numbers of 0 and more out of the parameter `name`; nothing without one. kInvalid for
// whatever cursor_text() did not make for this kind.
Result<std::optional<std::vector<std::int64_t>>> cursor_of(const Parameters& parameters, char kind,
                                                           std::size_t count,
                                                           std::string_view name = "cursor");

// A list's answer with `page` behind `count`.
HttpResponse success_page(std::string_view array, std::size_t count,
                          const std::optional<std::string>& next_cursor, bool has_more);
HttpResponse success_page(std::string_view array, std::size_t count,
                          const std::optional<std::string>& next_cursor);

}  // namespace chartbell
