// Rows of ours as the wire's JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ports.h"
#include "model/subscriber.h"

namespace chartbell {

std::string show(const Endpoint& endpoint);
// With every option, null where it is not set.
std::string show_all_options(const Endpoint& endpoint);
std::string show(const Subscription& subscription);
std::string show(const Location& location);
// `sources` may hold other institutions', too.
std::string show(const Institution& institution, const std::vector<SyncStatus>& sources);
// `locations` of the institution are those that the source serves.
std::string show(const SyncStatus& source, const Institution& institution);
std::string show(const SourceReport& report);
std::string show(const PushReceipt& receipt);
// Of a batch: how many came to what, and each line.
std::string show_lines(const std::vector<PushReceipt>& receipts);
// `appointment` as the wire shows it.
std::string show(const Booking& booking, const Document& appointment);

// "2026-11-02T09:30:00.000Z", null where there is none.
std::string show_time(const std::optional<WallTime>& time);
// A JSON array of `show(row)`.
template <class Rows, class Show>
std::string show_all(const Rows& rows, Show show_one) {
  std::string out = "[";
  for (const auto& row : rows) out += (out.size() == 1 ? "" : ",") + show_one(row);
  return out + ']';
}

}  // namespace chartbell
