// DeliveryDesk: what the API asks of the deliveries, brought to the dispatcher's thread.
#pragma once

#include "api/ports.h"
#include "deliver/dispatcher.h"
#include "net/event_loop.h"

namespace chartbell {

// Thread-safe. The dispatcher, its loop and the board outlive the desk and what it has posted.
class DeliveryDesk final : public HealthSource, public TestSender {
 public:
  DeliveryDesk(EventLoop& loop, Dispatcher& dispatcher, const HealthBoard& board)
      : loop_(loop), dispatcher_(dispatcher), board_(board) {}

  EndpointStats stats(EndpointId endpoint) const override { return board_.stats(endpoint); }
  Activity activity(InstitutionId institution) const override {
    return board_.activity(institution);
  }

  void send(EndpointId endpoint, NewEvent event,
            std::function<void(Result<Outcome>)> done) override {
    loop_.post([this, endpoint, event = std::move(event), done = std::move(done)] {
      const auto sent = dispatcher_.send_test(
          endpoint, event, [done](Outcome outcome) { done(std::move(outcome)); });
      if (!sent) done(std::unexpected(sent.error()));
    });
  }

  // Somebody wrote retries of the endpoint.
  void retries_changed(EndpointId endpoint) {
    loop_.post([this, endpoint] { dispatcher_.on_retries(endpoint); });
  }

 private:
  EventLoop& loop_;
  Dispatcher& dispatcher_;
  const HealthBoard& board_;
};

}  // namespace chartbell
