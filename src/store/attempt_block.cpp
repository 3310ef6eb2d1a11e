#include "store/attempt_block.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace chartbell {
namespace {

constexpr std::size_t kNumbers = 8;

std::array<std::int64_t, kNumbers> numbers_of(const Attempt& attempt, WallTime block_at) {
  return {attempt.key.institution.value,
          attempt.key.endpoint.value,
          attempt.key.seq.value,
          attempt.subscription.value,
          attempt.number,
          to_ms(attempt.at) - to_ms(block_at),
          attempt.outcome.status,
          attempt.outcome.latency.count()};
}

Attempt attempt_of(const std::array<std::int64_t, kNumbers>& numbers, WallTime block_at) {
  return {.key = {{numbers[0]}, {numbers[1]}, {numbers[2]}},
          .subscription = {numbers[3]},
          .number = static_cast<int>(numbers[4]),
          .at = block_at + Milliseconds(numbers[5]),
          .outcome = {.result = OutcomeClass::kDelivered,
                      .status = static_cast<int>(numbers[6]),
                      .latency = Microseconds(numbers[7])}};
}

bool was_delivered(const Attempt& attempt) {
  return attempt.outcome.result == OutcomeClass::kDelivered;
}

}  // namespace

AttemptBlock pack_delivered(const std::vector<Attempt>& attempts) {
  AttemptBlock block{.at = WallTime::max()};
  for (const auto& attempt : attempts)
    if (was_delivered(attempt)) block.at = std::min(block.at, attempt.at);
  block.packed.reserve(attempts.size() * 20);
  for (const auto& attempt : attempts) {
    if (!was_delivered(attempt)) continue;
    ++block.count;
    for (const auto number : numbers_of(attempt, block.at))
      append_varint(block.packed, static_cast<std::uint64_t>(number));
  }
  return block;
}

Result<std::vector<Attempt>> unpack_delivered(WallTime at, std::string_view packed) {
  std::vector<Attempt> out;
  while (!packed.empty()) {
    std::array<std::int64_t, kNumbers> numbers{};
    for (auto& number : numbers) {
      const auto taken = take_varint(packed);
      if (!taken) return failure(Code::kCorrupt, "an attempt block is cut short");
      number = static_cast<std::int64_t>(*taken);
    }
    out.push_back(attempt_of(numbers, at));
  }
  return out;
}

}  // namespace chartbell
