// The addresses of this machine's interfaces, which no delivery may reach.
#pragma once

#include <vector>

#include "base/result.h"
#include "net/address_policy.h"

namespace chartbell {

// As they are now. kInternal when the system does not say.
Result<std::vector<IpAddress>> own_addresses();

}  // namespace chartbell
