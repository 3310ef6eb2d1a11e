// What of endpoints a caller is shown: who may only read them is shown none of their secrets.
#pragma once

#include <optional>
#include <string>

#include "api/api.h"

namespace chartbell {

// Without scope kWebhooks the secret and the values of headers, which often are secrets too, are
// empty texts.
Endpoint seen_by(const Account& account, Endpoint endpoint);

// With options and health.
Result<std::string> show_endpoint(ApiParts& parts, const Account& account, const Endpoint& row);

struct EndpointPage {
  std::string rows;  // a JSON array
  std::size_t count = 0;
  std::optional<EndpointId> last{};  // where there are more behind it
};
// The account's, by their ids.
Result<EndpointPage> show_endpoints(ApiParts& parts, const Account& account, EndpointId after,
                                    std::size_t limit);

}  // namespace chartbell
