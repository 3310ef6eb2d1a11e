#include "api/request_ids.h"

#include "base/ascii.h"
#include "base/encoding.h"

namespace chartbell {
namespace {

constexpr std::size_t kBytesMax = 64;
constexpr std::size_t kRandomBytes = 8;

}  // namespace

bool is_request_id(std::string_view text) {
  return is_plain_name(text, kBytesMax);
}

std::string RequestIds::of(const HttpFields& fields) {
  const auto given = field(fields, "x-request-id");
  return given && is_request_id(*given) ? std::string(*given) : next();
}

std::string RequestIds::next() {
  return to_hex(random_bytes_().substr(0, kRandomBytes));
}

}  // namespace chartbell
