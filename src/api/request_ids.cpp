#include "api/request_ids.h"

#include <algorithm>

#include "base/encoding.h"

namespace chartbell {
namespace {

constexpr std::size_t kBytesMax = 64;
constexpr std::size_t kRandomBytes = 8;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kBytesMax && std::ranges::all_of(text, is_plain);
}

std::string RequestIds::of(const HttpFields& fields) {
  const auto given = field(fields, "x-request-id");
  return given && is_request_id(*given) ? std::string(*given) : next();
}

std::string RequestIds::next() {
  return to_hex(random_bytes_().substr(0, kRandomBytes));
}

}  // namespace chartbell
