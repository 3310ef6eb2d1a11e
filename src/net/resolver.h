// Resolver: names to addresses, as a port, so that a test can answer in its own way.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
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

struct ResolverOptions {
  std::string servers;              // "192.0.2.1:53,[2001:db8::1]:53"; resolv.conf's when empty
  Milliseconds lookup_time{5'000};  // for all questions and servers of one name
  Milliseconds try_time{1'000};     // for the first question to a server; twice that for the next
  std::size_t lookups_max = 256;    // under way
  std::size_t names_max = 4096;     // with those that wait for their turn; past it they fail
  std::size_t kept_max = 1024;      // answers kept for as long as they say, but …
  Milliseconds kept_for_max{30'000};
};

// The hosts file and DNS, on the loop. Askers for one name share one lookup. Whatever goes wrong is
// an error and never an address; a family of addresses that has none is left out. 64 addresses of
// an answer are taken at most. Destruction ends every lookup at once. `loop` and `clock` outlive
// the resolver.
std::unique_ptr<Resolver> make_resolver(EventLoop& loop, const Clock& clock,
                                        ResolverOptions options = {});

}  // namespace chartbell
