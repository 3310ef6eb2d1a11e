// HttpTransport: a delivery's attempt as an HTTP exchange.
//
// Attempts at receivers whose last one failed are made apart, by a client and a thread of their own
// with less claim to a processor: to connect, to wait in vain and to close is work, and no healthy
// receiver's attempt waits behind it.
#pragma once

#include <memory>

#include "app/loop_thread.h"
#include "deliver/ports.h"
#include "net/http_client.h"

namespace chartbell {

class HttpTransport final : public Transport {
 public:
  // `home` is the dispatcher's loop; it and `clock` outlive the transport. The errors of
  // HttpClient::open().
  static Result<std::unique_ptr<HttpTransport>> open(EventLoop& home, const Clock& clock,
                                                     const ClientOptions& options);
  // From any thread, when the dispatcher sends no more. What is under way ends as kNotConnected, or
  // without a word where it has not begun.
  ~HttpTransport() override;

  DestinationPtr destination(const Endpoint& endpoint) override;
  // On the home loop's thread.
  void send(PendingAttempt attempt, std::function<void(Outcome)> done) override;

 private:
  explicit HttpTransport(EventLoop& home) : home_(home) {}

  EventLoop& home_;
  LoopThread apart_;  // goes last: what was posted to it is dropped with it
  std::unique_ptr<HttpClient> trusted_;   // on the home loop
  std::unique_ptr<HttpClient> suspects_;  // apart
};

Outcome outcome_of(Exchange exchange);

}  // namespace chartbell
