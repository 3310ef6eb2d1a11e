#include "api/appointment_length.h"

#include <algorithm>
#include <cstdlib>

#include "model/leaves.h"

namespace chartbell {

using std::chrono::minutes;

Result<std::optional<minutes>> length_of(const Record& appointment_type) {
  constexpr minutes kLongest = std::chrono::hours(24);
  TRY(const auto leaves, leaves_of(appointment_type.document));
  const auto digits = plain_text(leaf(leaves, "minutes"));
  const auto said = std::strtoll(digits.c_str(), nullptr, 10);
  if (said <= 0) return std::optional<minutes>();
  return std::optional(minutes(std::min<std::int64_t>(said, kLongest.count())));
}

}  // namespace chartbell
