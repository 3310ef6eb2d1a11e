// Receiver: a subscriber's server. Checks both signatures of each delivery, as a subscriber would,
// and hands it on.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "deliver/signing.h"
#include "net/http_server.h"

namespace chartbell {

// One delivery as it came, with what can be read from it. Texts are untrusted.
struct Received {
  HttpRequest request;
  Verification verification;
  SteadyTime at;
  std::string message_id;
  std::string event_name;
  std::string subdomain;
  std::int64_t institution_id = 0;
  std::int64_t resource_id = 0;  // of the first object in `data`; 0 where it has none
  // "confirmed: false → true", one for each leaf of previous_attributes.
  std::vector<std::string> changes;

  bool genuine() const {
    return verification.vendor == Verdict::kGenuine && verification.standard == Verdict::kGenuine;
  }
};

// Reads the envelope; what is not JSON leaves everything empty.
Received read_delivery(HttpRequest request, std::string_view secret, SteadyTime at);

class Receiver final : public HttpHandler {
 public:
  using OnDelivery = std::function<void(Received)>;

  // Answers each delivery with `status` once `on_delivery` has returned; it is called on the
  // server's loop.
  Receiver(const Clock& clock, int status, OnDelivery on_delivery)
      : clock_(clock), status_(status), on_delivery_(std::move(on_delivery)) {}

  // Endpoints get their secret after the receiver listens.
  void set_secret(std::string secret);
  void handle(HttpRequest request, Respond respond) override;

 private:
  const Clock& clock_;
  const int status_;
  const OnDelivery on_delivery_;
  std::mutex mutex_;
  std::string secret_;
};

}  // namespace chartbell
