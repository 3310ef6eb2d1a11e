// HttpTransport: a delivery's attempt as an HTTP exchange.
#pragma once

#include "deliver/ports.h"
#include "net/http_client.h"

namespace chartbell {

// Lives on the client's loop, whose thread is the dispatcher's.
class HttpTransport final : public Transport {
 public:
  explicit HttpTransport(HttpClient& client) : client_(client) {}
  DestinationPtr destination(const Endpoint& endpoint) override;
  void send(PendingAttempt attempt, std::function<void(Outcome)> done) override;

 private:
  HttpClient& client_;
};

Outcome outcome_of(Exchange exchange);

}  // namespace chartbell
