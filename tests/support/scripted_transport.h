// ScriptedTransport: sends nothing; a test answers each attempt when it likes.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "deliver/ports.h"

namespace chartbell {

inline Outcome delivered() {
  return {.result = OutcomeClass::kDelivered, .status = 200};
}
inline Outcome rejected(int status = 500) {
  return {.result = OutcomeClass::kRejected, .status = status};
}

struct ScriptedDestination final : Destination {
  explicit ScriptedDestination(std::string target) : url(std::move(target)) {}
  const std::string url;
};
inline std::string url_of(const PendingAttempt& attempt) {
  return static_cast<const ScriptedDestination&>(*attempt.destination).url;
}

class ScriptedTransport final : public Transport {
 public:
  DestinationPtr destination(const Endpoint& endpoint) override {
    return std::make_shared<ScriptedDestination>(endpoint.target_url);
  }
  void send(PendingAttempt attempt, std::function<void(Outcome)> done) override {
    sent_.push_back(attempt);
    open_.push_back({std::move(attempt), std::move(done)});
  }

  // All that was ever sent, in order.
  const std::vector<PendingAttempt>& sent() const { return sent_; }
  // How many wait for their answer.
  std::size_t open() const { return open_.size(); }
  const PendingAttempt& waiting(std::size_t index) const { return open_.at(index).attempt; }

  // Answers the one that waits at `index`, the oldest being 0.
  void answer(std::size_t index, Outcome outcome) {
    CHECK(index < open_.size());
    const auto at = open_.begin() + static_cast<std::ptrdiff_t>(index);
    auto done = std::move(at->done);
    open_.erase(at);
    done(std::move(outcome));
  }
  void answer_next(Outcome outcome) { answer(0, std::move(outcome)); }
  // The process died, or gave up.
  void forget() { open_.clear(); }

 private:
  struct Open {
    PendingAttempt attempt;
    std::function<void(Outcome)> done;
  };
  std::vector<PendingAttempt> sent_;
  std::deque<Open> open_;
};

}  // namespace chartbell
