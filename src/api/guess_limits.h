// GuessLimits: how often passwords and codes may be tried, for one user and from one network.
//
// A try counts before it is judged, so that nobody gains by asking in parallel; one that was right
// is given back. Names that nobody has count as names that somebody has. Lost with the process.
//
// Whoever knows a name can lock its user out for a while, from one network after the other; the
// session that the user has already goes on.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/bucket.h"
#include "base/clock.h"

namespace chartbell {

struct GuessRates {
  int of_user = 10;     // within kGuessPeriod; 0: any number
  int of_network = 30;  // likewise
};

inline constexpr std::chrono::minutes kGuessPeriod{15};

// Thread-safe.
class GuessLimits {
 public:
  explicit GuessLimits(const Clock& clock, GuessRates rates = {}) : clock_(clock), rates_(rates) {}

  // A try at this name, from this network. Nothing, or how long it should wait.
  std::optional<std::chrono::seconds> take(const std::string& name, const std::string& network);
  // One that knows no name yet.
  std::optional<std::chrono::seconds> take(const std::string& network);
  // So many tries, the last of which was right.
  void give_back(const std::string& name, const std::string& network, int tries = 1);

 private:
  const Clock& clock_;
  const GuessRates rates_;
  std::mutex mutex_;
  BucketTable users_;
  BucketTable networks_;
};

}  // namespace chartbell
