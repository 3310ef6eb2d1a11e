// What a subscription may have beyond the vendor's wire, as a client asks for it (docs/api.md).
#pragma once

#include <optional>
#include <vector>

#include "api/parameters.h"
#include "api/ports.h"
#include "base/result.h"

namespace chartbell {

// "none" or "resource"; null is "none".
Result<std::optional<Ordering>> ordering_of(const Parameters& parameters);
// `location_ids`: locations of this institution, each once; null or [] is all of them.
Result<std::optional<std::vector<LocationId>>> locations_of(const Parameters& parameters,
                                                            const Institution& institution);
Result<SubscriptionOptions> subscription_options(const Parameters& parameters,
                                                 const Institution& institution);

}  // namespace chartbell
