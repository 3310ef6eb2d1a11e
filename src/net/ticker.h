// Ticker: looks after deadlines many times a second for as long as there are any.
//
// One timer for all connections of a client or server: cheaper than one a connection, and a
// deadline may be as late as one period. On the loop's thread.
#pragma once

#include <functional>
#include <memory>

#include "net/asio.h"

namespace chartbell {

class Ticker {
 public:
  static constexpr std::chrono::milliseconds kPeriod{50};

  // `tick` says whether there is something left to look after.
  Ticker(asio::io_context& io, std::function<bool()> tick) : timer_(io), tick_(std::move(tick)) {}

  // Does nothing while it runs. `owner` is whoever holds this Ticker.
  void start(std::weak_ptr<void> owner);
  void stop();

 private:
  void wait(std::weak_ptr<void> owner);

  Timer timer_;
  std::function<bool()> tick_;
  bool running_ = false;
};

}  // namespace chartbell
