// ScriptedTransport: keeps what was sent until the test answers it.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "deliver/ports.h"

namespace chartbell {

class ScriptedTransport final : public Transport {
 public:
  struct Sent {
    PendingAttempt attempt;
    std::function<void(Outcome)> done;
  };

  void send(PendingAttempt attempt, std::function<void(Outcome)> done) override {
    sent.push_back({std::move(attempt), std::move(done)});
  }

  // Answers the oldest attempt in flight and takes it away.
  PendingAttempt answer(Outcome outcome) {
    auto first = std::move(sent.front());
    sent.pop_front();
    first.done(std::move(outcome));
    return std::move(first.attempt);
  }
  PendingAttempt deliver() { return answer({.result = OutcomeClass::kDelivered, .status = 200}); }
  PendingAttempt reject(int status = 500) {
    return answer({.result = OutcomeClass::kRejected, .status = status});
  }

  std::deque<Sent> sent;
};

}  // namespace chartbell
