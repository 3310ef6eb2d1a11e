// Resolver: names to addresses, as a port, so that a test can answer in its own way.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/address_policy.h"
#include "net/event_loop.h"

namespace chartbell {

class Resolver {
 public:
  using Done = std::function<void(Result<std::vector<IpAddress>>)>;

  virtual ~Resolver() = default;
  // On the loop's thread. `done` is called on it once, later or now, or never when the resolver is
  // destroyed first. Literal addresses are not asked for.
  virtual void resolve(const std::string& host, Done done) = 0;
};

// The system's resolver (getaddrinfo) on a few threads of its own. Askers for one name share one
// lookup, so a name whose servers hang holds one thread, however many wait for it. The destructor
// waits for lookups that are under way: the system offers no way to end them.
std::unique_ptr<Resolver> make_system_resolver(EventLoop& loop);

}  // namespace chartbell
